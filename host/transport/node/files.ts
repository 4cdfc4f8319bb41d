// Files, for the classes that load and save themselves. Small ones: all at once, and while the caller waits.
import { readFileSync, writeFileSync } from 'node:fs';

export function readFile(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}

export function writeFile(path: string, text: string, secret: boolean): boolean {
  try {
    writeFileSync(path, text, { mode: secret ? 0o600 : 0o666 });
    return true;
  } catch {
    return false;
  }
}

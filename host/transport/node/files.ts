// Synchronous reading and writing of small files.
import { fsModule } from './builtins.js';

export function readFile(path: string): Uint8Array | null {
  try {
    return fsModule().readFileSync(path);
  } catch {
    return null;
  }
}

export function writeFile(path: string, text: string, secret: boolean): boolean {
  try {
    fsModule().writeFileSync(path, text, { mode: secret ? 0o600 : 0o666 });
    return true;
  } catch {
    return false;
  }
}

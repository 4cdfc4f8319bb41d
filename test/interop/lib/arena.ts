// `npm start`'s program as a server for tests: in a process of its own, against the built package.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../examples/start.mjs', import.meta.url));

/** Resolves with the arena's origin, without a slash at its end; `scope` ends it. `more`: further arguments. */
export function startArena(
  scope: { defer(undo: () => unknown): void },
  bots = 0,
  ...more: readonly string[]
): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, '--port', '0', '--bots', `${bots}`, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  scope.defer(() => child.kill('SIGKILL'));
  return new Promise((resolve, reject) => {
    child.on('close', () => reject(new Error('the arena has ended')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, port] = /^arena on http:\/\/localhost:(\d+)\/$/.exec(line) ?? [];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    });
  });
}

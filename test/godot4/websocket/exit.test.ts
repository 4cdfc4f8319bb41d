// No handle, timer or listener stays behind: programs that are done with the package end by themselves.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';

const built = new URL('../../../dist/host/index.js', import.meta.url);
const program = fileURLToPath(new URL('./exit/scenario.mjs', import.meta.url));

const SCENARIOS = [
  'clean close',
  'close(-1)',
  'free by both',
  'close that nobody polls for',
  'close over TLS that nobody polls for',
  'refused',
  'handshake timeout',
  'close timeout',
  'a server that stops with connections waiting',
];

interface Ending {
  readonly code: number | null;
  readonly output: string;
}

/** Runs one scenario. One that does not end is ended by the test's time limit, with an exit code that is not 0. */
function run(name: string, options: readonly string[], signal: AbortSignal): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...options, program, built.href, name], { signal, killSignal: 'SIGKILL' });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

describe('a program', () => {
  beforeAll(() => {
    if (!existsSync(built)) throw new Error('the package is not built: npm run build');
  });

  test.each(SCENARIOS)('ends by itself after: %s', async (name) => {
    expect(await run(name, [], AbortSignal.timeout(50_000))).toEqual({ code: 0, output: '' });
  });

  // Node then tells of what it may take away one day, and the system's handles are such a thing: sockets serve.
  const STRICT = ['--pending-deprecation', '--throw-deprecation'];

  test.each(SCENARIOS)(
    'ends by itself under --pending-deprecation --throw-deprecation, too, after: %s',
    async (name) => {
      expect(await run(name, STRICT, AbortSignal.timeout(50_000))).toEqual({ code: 0, output: '' });
    },
  );
});

// Servers that run out of file descriptors: they say so once, and go on when some are free again.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { platform } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../helpers/game.js';
import { RawPeer } from '../../helpers/raw-peer.js';

const built = new URL('../../../dist/esm/index.js', import.meta.url);
const program = fileURLToPath(new URL('./descriptors/server.mjs', import.meta.url));
/** Too few for that many clients. */
const DESCRIPTORS = 48;
const CLIENTS = 80;

const children: ChildProcess[] = [];
const clients: RawPeer[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Lines of a server in a process of its own. */
async function started(kind: string): Promise<string[]> {
  const run = `ulimit -n ${DESCRIPTORS}; exec "$0" "$@"`;
  const child = spawn('/bin/sh', ['-c', run, process.execPath, program, built.href, kind]);
  children.push(child);
  let output = '';
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
      const whole = output.split('\n');
      output = whole.pop() as string;
      lines.push(...whole);
    });
  }
  await until(() => lines.length > 0, 'the port');
  return lines;
}

function client(port: number): RawPeer {
  const raw = new RawPeer(connect(port, '127.0.0.1'));
  clients.push(raw);
  raw.sendRequest();
  return raw;
}

const isAnswered = (raw: RawPeer): boolean => raw.received.length > 0;

describe.skipIf(platform() === 'win32')('without file descriptors', () => {
  beforeAll(() => {
    if (!existsSync(built)) throw new Error('the package is not built: npm run build');
  });

  it.each(['TCPServer', 'WebSocketMultiplayerPeer'])('%s says so, serves those it has, and goes on', async (kind) => {
    const lines = await started(kind);
    const port = Number(lines.shift());
    const many = Array.from({ length: CLIENTS }, () => client(port));
    await until(() => many.every((raw) => isAnswered(raw) || raw.hasEnded), 'the fate of all');
    const served = many.filter(isAnswered);
    expect(served.length).toBeGreaterThan(5);
    expect(served.length).toBeLessThan(DESCRIPTORS);
    await until(() => lines.length > 0, 'the report');
    expect(lines.every((line) => /no file descriptor is left.*ulimit -n/.test(line))).toBe(true);
    for (const raw of many) raw.destroy();
    let late = client(port);
    await until(() => {
      if (late.hasEnded && !isAnswered(late)) late = client(port);
      return isAnswered(late);
    }, 'a late client');
    expect(lines.length).toBeLessThan(4);
  });
});

// The program in SECURITY.md, run as it stands against the built package, on a port of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../helpers/game.js';
import { freePort } from '../helpers/ports.js';
import { RawPeer } from '../helpers/raw-peer.js';
import { frame, OP, type WireFrame } from '../helpers/raw-peer-frames.js';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const [, program] = /```js run\n([\s\S]*?)```/.exec(readFileSync(fromRoot('SECURITY.md'), 'utf8')) ?? [];
// It uses what is not there before the package is built, and before servers can drain.

const endings: (() => unknown)[] = [];
afterEach(() => {
  for (const end of endings.splice(0).reverse()) end();
});

async function run(): Promise<{ port: number; child: ChildProcess }> {
  mkdirSync(fromRoot('build'), { recursive: true });
  const directory = mkdtempSync(fromRoot('build/security-')); // below the package, which the program imports by its name
  endings.push(() => rmSync(directory, { recursive: true, force: true }));
  const port = await freePort();
  const file = join(directory, 'program.mjs');
  writeFileSync(file, (program ?? '').replaceAll('9080', String(port)));
  const child = spawn(process.execPath, [file], { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });
  endings.push(() => child.kill('SIGKILL'));
  return { port, child };
}

/** A connection to the program, which may take a while to start. */
async function dialled(port: number): Promise<RawPeer> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const raw = new RawPeer(socket);
    endings.push(() => raw.destroy());
    await until(() => !socket.connecting || raw.isClosed, 'an attempt');
    if (!raw.isClosed) return raw;
  }
}

async function head(raw: RawPeer): Promise<string> {
  let text = '';
  await until(() => {
    text ||= Buffer.from(raw.takeHead() ?? []).toString();
    return text !== '';
  }, 'an answer');
  return text.split('\r\n')[0] as string;
}

/** The next frame of a kind; a heartbeat comes in between. */
async function frameOf(raw: RawPeer, opcode: number): Promise<WireFrame> {
  let found: WireFrame | undefined;
  await until(() => {
    found = raw.takeFrames().find((one) => one.opcode === opcode);
    return found !== undefined;
  }, 'a frame');
  return found as WireFrame;
}

const VISITOR = ['Origin: https://game.example', 'X-Forwarded-For: 203.0.113.7'];

describe('SECURITY.md', () => {
  it('shows a server that echoes to its own page, refuses others, and drains on SIGTERM', async () => {
    const { port, child } = await run();
    const player = await dialled(port);
    player.sendRequest('/', VISITOR, 'game.example');
    expect(await head(player)).toMatch(/ 101 /);
    player.send(frame(OP.TEXT, 'hello', { masked: true }));
    const echo = await frameOf(player, OP.BINARY);
    expect(Buffer.from(echo.payload).toString()).toBe('hello');
    for (const [headers, host] of [
      [['Origin: https://evil.example'], 'game.example'],
      [VISITOR, 'rebound.example'],
    ] as const) {
      const stranger = await dialled(port);
      stranger.sendRequest('/', headers, host);
      expect(await head(stranger)).toMatch(/ 403 /);
    }
    child.kill('SIGTERM');
    const { payload } = await frameOf(player, OP.CLOSE);
    expect(Buffer.from(payload).readUInt16BE()).toBe(1001);
    player.send(frame(OP.CLOSE, payload, { masked: true }));
    player.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('holds one program', () => {
    expect(program).toContain('allowed_origins');
  });
});

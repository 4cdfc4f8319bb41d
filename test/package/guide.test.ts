// The programs in docs/serving-godot.md, run as they stand against the built package, on a port of their own.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  SceneMultiplayer,
  TLSOptions,
  WebSocketMultiplayerPeer,
  WebSocketPeer,
  X509Certificate,
} from '../../host/index.js';
import { until } from '../helpers/game.js';
import { freePort } from '../helpers/ports.js';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const guide = readFileSync(fromRoot('docs/serving-godot.md'), 'utf8');
const [packets, pages, multiplayer, scene, secure] = [...guide.matchAll(/```js run\n([\s\S]*?)```/g)].map(
  ([, code]) => code,
);
const isBuilt = existsSync(fromRoot('dist/esm/index.js'));

let directory: string;
const endings: (() => unknown)[] = [];
beforeEach(() => {
  mkdirSync(fromRoot('build'), { recursive: true });
  directory = mkdtempSync(fromRoot('build/guide-')); // below the package, which the programs import by its name
});
afterEach(() => {
  for (const end of endings.splice(0).reverse()) end();
  rmSync(directory, { recursive: true, force: true });
});

/** Runs `program` on a free port until the test is over. */
async function run(program: string): Promise<{ port: number; out: () => string }> {
  const port = await freePort();
  const file = join(directory, 'program.mjs');
  writeFileSync(file, program.replaceAll('9080', String(port)));
  const child = spawn(process.execPath, [file], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  endings.push(() => child.kill('SIGKILL'));
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      out += chunk;
    });
  }
  return { port, out: () => out };
}

/** A client that is open: the program may take a while to start. */
async function opened(port: number): Promise<WebSocketPeer> {
  const peer = new WebSocketPeer();
  endings.push(() => peer.free());
  await until(() => {
    if (peer.get_ready_state() === WebSocketPeer.STATE_CLOSED) peer.connect_to_url(`ws://127.0.0.1:${port}`);
    peer.poll();
    return peer.get_ready_state() === WebSocketPeer.STATE_OPEN;
  }, 'the program');
  return peer;
}

async function joined(port: number, scenes: SceneMultiplayer[] = []): Promise<WebSocketMultiplayerPeer> {
  const peer = new WebSocketMultiplayerPeer();
  endings.push(() => peer.close());
  const api = scenes.length > 0 ? scenes[0] : null;
  await until(() => {
    if (peer.get_connection_status() === 0) {
      peer.create_client(`ws://127.0.0.1:${port}`);
      if (api !== null) {
        api.multiplayer_peer = null;
        api.multiplayer_peer = peer;
      }
    }
    (api ?? peer).poll();
    return peer.get_connection_status() === 2;
  }, 'the program');
  return peer;
}

async function answer(peer: WebSocketPeer): Promise<string> {
  await until(() => {
    peer.poll();
    return peer.get_available_packet_count() > 0;
  }, 'an answer');
  return Buffer.from(peer.get_packet()).toString();
}

describe.skipIf(!isBuilt)('docs/serving-godot.md', () => {
  it('answers packets', async () => {
    const { port } = await run(packets);
    const peer = await opened(port);
    peer.send_text('hello');
    expect(await answer(peer)).toBe('you said hello');
    peer.send(Buffer.from('bytes'));
    expect(await answer(peer)).toBe('bytes');
  });

  it('shows pages and answers packets on one port', async () => {
    const { port } = await run(pages);
    const peer = await opened(port);
    peer.send_text('hello');
    expect(await answer(peer)).toBe('hello');
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toContain('the game');
  });

  it('passes packets of a multiplayer peer on', async () => {
    const { port, out } = await run(multiplayer);
    const [a, b] = [await joined(port), await joined(port)];
    a.put_packet(Buffer.from('for all'));
    await until(() => {
      a.poll();
      b.poll();
      return b.get_available_packet_count() > 0;
    }, 'the packet');
    expect(Buffer.from(b.get_packet()).toString()).toBe('for all');
    expect(a.get_available_packet_count()).toBe(0);
    b.close();
    await until(() => out().includes('is gone'), 'the farewell');
  });

  it('is the server of a high-level multiplayer', async () => {
    const { port, out } = await run(scene);
    const scenes = [new SceneMultiplayer(), new SceneMultiplayer()];
    const heard: string[] = [];
    scenes[0].connect('peer_packet', (id: number, bytes: Uint8Array) => heard.push(`${id} ${Buffer.from(bytes)}`));
    const a = await joined(port, [scenes[0]]);
    const b = await joined(port, [scenes[1]]);
    const poll = (done: () => boolean, what: string): Promise<void> =>
      until(() => {
        for (const one of scenes) one.poll();
        return done();
      }, what);
    await poll(() => scenes.every((one) => one.get_peers().length === 2), 'each other');
    scenes[1].send_bytes(Buffer.from('hi'), a.get_unique_id());
    scenes[1].send_bytes(Buffer.from('server'), 1);
    await poll(() => heard.length === 2 && out().includes('server'), 'the bytes');
    expect(heard).toEqual([`1 welcome, ${a.get_unique_id()}`, `${b.get_unique_id()} hi`]);
  });

  it('answers packets over TLS, with a certificate that it keeps', async () => {
    const { port } = await run(secure);
    await until(() => existsSync(join(directory, 'server.crt')), 'the certificate');
    const certificate = new X509Certificate();
    const peer = new WebSocketPeer();
    endings.push(() => peer.free());
    await until(() => {
      if (peer.get_ready_state() === WebSocketPeer.STATE_CLOSED) {
        certificate.load(join(directory, 'server.crt'));
        peer.connect_to_url(`wss://localhost:${port}`, TLSOptions.client(certificate));
      }
      peer.poll();
      return peer.get_ready_state() === WebSocketPeer.STATE_OPEN;
    }, 'the program');
    peer.send_text('hello');
    expect(await answer(peer)).toBe('hello');
  });
});

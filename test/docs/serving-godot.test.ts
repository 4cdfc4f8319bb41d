// The programs in docs/serving-godot.md, run as they stand against the built package, on a port of their own.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  SceneMultiplayer,
  TLSOptions,
  WebSocketMultiplayerPeer,
  WebSocketPeer,
  X509Certificate,
} from '../../host/index.js';
import { until } from '../helpers/game.js';
import { answer, isBuilt, programsOf, usePrograms } from '../helpers/programs.js';

const [packets, pages, leaving, multiplayer, scene, secure] = programsOf('docs/serving-godot.md');
const programs = usePrograms();

async function joined(port: number, scenes: SceneMultiplayer[] = []): Promise<WebSocketMultiplayerPeer> {
  const peer = new WebSocketMultiplayerPeer();
  programs.endings.push(() => peer.close());
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

describe.skipIf(!isBuilt)('docs/serving-godot.md', () => {
  it('answers packets', async () => {
    const { port } = await programs.run(packets);
    const peer = await programs.opened(port);
    peer.send_text('hello');
    expect(await answer(peer)).toBe('you said hello');
    peer.send(Buffer.from('bytes'));
    expect(await answer(peer)).toBe('bytes');
  });

  it('shows pages and answers packets on one port', async () => {
    const { port } = await programs.run(pages);
    const peer = await programs.opened(port);
    peer.send_text('hello');
    expect(await answer(peer)).toBe('hello');
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toContain('the game');
  });

  it('closes what came over an HTTP server with 1001 when it ends', async () => {
    const { port, terminate } = await programs.run(leaving);
    const peer = await programs.opened(port);
    peer.send_text('hello');
    expect(await answer(peer)).toBe('hello');
    const ended = terminate();
    await until(() => {
      peer.poll();
      return peer.get_ready_state() === WebSocketPeer.STATE_CLOSED;
    }, 'the end');
    expect([peer.get_close_code(), peer.get_close_reason(), await ended]).toEqual([1001, 'the server goes away', 0]);
  });

  it('passes packets of a multiplayer peer on', async () => {
    const { port, out } = await programs.run(multiplayer);
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
    const { port, out } = await programs.run(scene);
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
    const { port } = await programs.run(secure);
    await until(() => existsSync(join(programs.directory, 'server.crt')), 'the certificate');
    const certificate = new X509Certificate();
    const peer = new WebSocketPeer();
    programs.endings.push(() => peer.free());
    await until(() => {
      if (peer.get_ready_state() === WebSocketPeer.STATE_CLOSED) {
        certificate.load(join(programs.directory, 'server.crt'));
        peer.connect_to_url(`wss://localhost:${port}`, TLSOptions.client(certificate));
      }
      peer.poll();
      return peer.get_ready_state() === WebSocketPeer.STATE_OPEN;
    }, 'the program');
    peer.send_text('hello');
    expect(await answer(peer)).toBe('hello');
  });
});

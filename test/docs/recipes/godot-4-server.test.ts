// The servers in docs/recipes/godot-4-server.md, with clients of this package; test/interop/recipes.test.ts has the engine.
import { describe, expect, it } from 'vitest';
import { SceneMultiplayer, WebSocketMultiplayerPeer, WebSocketPeer } from '../../../host/index.js';
import { until } from '../../helpers/game.js';
import { answer, isBuilt, programsOf, usePrograms } from '../../helpers/programs.js';

const [relay, game] = programsOf('docs/recipes/godot-4-server.md');
const programs = usePrograms();
const WIDTH = 1152;

interface Player {
  readonly peer: WebSocketMultiplayerPeer;
  readonly scene: SceneMultiplayer;
  readonly heard: string[];
}

function player(port: number): Player {
  const peer = new WebSocketMultiplayerPeer();
  const scene = new SceneMultiplayer();
  const heard: string[] = [];
  peer.create_client(`ws://127.0.0.1:${port}`);
  scene.multiplayer_peer = peer;
  scene.connect('peer_packet', (id: number, bytes: Uint8Array) => heard.push(`${id}: ${Buffer.from(bytes)}`));
  programs.endings.push(() => peer.close());
  return { peer, scene, heard };
}

/** The next message of a kind. */
async function message(peer: WebSocketPeer, kind: string): Promise<Record<string, unknown>> {
  for (;;) {
    const said = JSON.parse(await answer(peer)) as Record<string, unknown>;
    if (said.type === kind) return said;
  }
}

describe.skipIf(!isBuilt)('docs/recipes/godot-4-server.md', () => {
  it('relays from player to player, and names another host when the host leaves', async () => {
    const running = await programs.run(relay);
    await until(() => running.out().includes('waiting'), 'the server');
    const [a, b] = [player(running.port), player(running.port)];
    const poll = (done: () => boolean, what: string): Promise<void> =>
      until(() => {
        for (const { scene } of [a, b]) scene.poll();
        return done();
      }, what);
    await poll(() => [a, b].every(({ scene, heard }) => scene.get_peers().length === 2 && heard.length > 0), 'players');
    a.scene.send_bytes(Buffer.from('hi'), b.peer.get_unique_id());
    await poll(() => b.heard.length === 2, 'the bytes');
    expect(b.heard[1]).toBe(`${a.peer.get_unique_id()}: hi`);
    const [host, other] = b.heard[0] === `1: ${a.peer.get_unique_id()} is the host` ? [a, b] : [b, a];
    const next = `1: ${other.peer.get_unique_id()} is the host`;
    expect(other.heard).not.toContain(next);
    host.scene.multiplayer_peer = null;
    host.peer.close();
    await poll(() => other.heard.includes(next), 'another host');
    const ended = running.terminate();
    await poll(() => other.peer.get_connection_status() === 0, 'the end');
    expect(await ended).toBe(0);
  });

  it('moves players as they ask, no faster than the rules say, and understands no nonsense', async () => {
    const running = await programs.run(game);
    const a = await programs.opened(running.port);
    expect(await message(a, 'welcome')).toEqual({ type: 'welcome', id: 1 });
    for (const text of ['{', 'null', '{"type":"move","x":"a","y":{}}', '{"type":"fly"}']) a.send_text(text);
    a.send_text('{"type":"move","x":1e300,"y":0}');
    let before = WIDTH / 2;
    for (let steps = 0; steps < 3; ) {
      const { players } = (await message(a, 'state')) as unknown as { players: { x: number }[] };
      const [{ x }] = players;
      expect([before, before + 10]).toContain(x);
      if (x > before) steps += 1;
      before = x;
    }
    const ended = running.terminate();
    await until(() => {
      a.poll();
      while (a.get_available_packet_count() > 0) a.get_packet();
      return a.get_ready_state() === WebSocketPeer.STATE_CLOSED;
    }, 'the end');
    expect([a.get_close_code(), await ended]).toEqual([1001, 0]);
  });
});

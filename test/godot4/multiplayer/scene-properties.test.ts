// Any parting from inside any callback of a SceneMultiplayer, in any order: what the game is told and what it can ask stay
// one story, and nothing is thrown.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SceneMultiplayer } from '../../../host/godot4/multiplayer/scene-multiplayer.js';
import { useReports } from '../../helpers/reports.js';
import { ScriptedTransport, type TransportEvent } from '../../helpers/scripted-transport.js';

const reports = useReports();

const IDS = [2, 3, 4, 5];
const ERR_BUG = 47;
const ERR_UNCONFIGURED = 3;

type Act =
  | { readonly act: 'part' | 'force' | 'complete'; readonly id: number }
  | { readonly act: 'clear' | 'null' | 'set' | 'poll' | 'close' | 'restart' | 'relay' | 'nothing' };

const anyId = fc.constantFrom(...IDS);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('part' as const), id: anyId }) },
  fc.record({ act: fc.constantFrom('force' as const, 'complete' as const), id: anyId }),
  { weight: 2, arbitrary: fc.constant<Act>({ act: 'nothing' }) },
  fc.constantFrom<Act>({ act: 'clear' }, { act: 'poll' }, { act: 'relay' }),
  fc.constantFrom<Act>({ act: 'null' }, { act: 'set' }, { act: 'close' }, { act: 'restart' }),
);

/** Bytes for the server, authentication, its end, and a relay to all. */
const PACKETS = [
  [3, 1],
  [7, 0, 9],
  [7, 0],
  [7, 3, 0, 0, 0, 0, 3, 1],
];
const event: fc.Arbitrary<TransportEvent> = fc.oneof(
  fc.record({ kind: fc.constant('join' as const), id: anyId }),
  fc.record({ kind: fc.constant('leave' as const), id: anyId }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('packet' as const),
      id: anyId,
      packet: fc.constantFrom(...PACKETS).map((values) => new Uint8Array(values)),
    }),
  },
);

/** A game that keeps its own lists by what it is told and by what it does itself. */
class Player {
  readonly scene = new SceneMultiplayer();
  readonly transport = new ScriptedTransport();
  readonly complaints: string[] = [];
  readonly #acts: Act[];
  readonly #known = new Set<number>();
  readonly #candidates = new Set<number>();
  #depth = 0;

  constructor(acts: readonly Act[], authenticates: boolean) {
    this.#acts = [...acts];
    const { scene } = this;
    if (authenticates) scene.auth_callback = (id) => this.#told('auth_callback', id, this.#candidates.has(id));
    scene.multiplayer_peer = this.transport;
    scene.connect('peer_connected', (id: number) => {
      this.#candidates.delete(id);
      const isNew = !this.#known.has(id);
      this.#known.add(id);
      this.#told('peer_connected', id, isNew);
    });
    scene.connect('peer_disconnected', (id: number) => this.#told('peer_disconnected', id, this.#known.delete(id)));
    scene.connect('peer_authenticating', (id: number) => {
      this.#candidates.add(id);
      this.#told('peer_authenticating', id, true);
    });
    scene.connect('peer_authentication_failed', (id: number) =>
      this.#told('peer_authentication_failed', id, this.#candidates.delete(id)),
    );
    scene.connect('peer_packet', (id: number) => {
      if (scene.get_remote_sender_id() !== id)
        this.complaints.push(`sender of ${id} is ${scene.get_remote_sender_id()}`);
      this.#told('peer_packet', id, this.#known.has(id));
    });
    scene.connect('server_disconnected', () => this.#told('server_disconnected', 0, this.#known.size === 0));
  }

  do(one: Act): void {
    const { scene, transport } = this;
    if (one.act === 'part' || one.act === 'force') this.#part(one.id, one.act === 'force');
    else if (one.act === 'complete') scene.complete_auth(one.id);
    else if (one.act === 'poll') scene.poll();
    else if (one.act === 'relay') scene.server_relay = !scene.server_relay;
    else if (one.act === 'restart') transport.restart();
    else if (one.act !== 'nothing') this.#loseAll(one.act);
    this.#compare(one.act);
  }

  /** Lists, and what `send_bytes` says and does. */
  #compare(when: string): void {
    const { scene, transport } = this;
    const sorted = (ids: Iterable<number>): string => [...ids].sort().join();
    if (sorted(scene.get_peers()) !== sorted(this.#known)) {
      this.complaints.push(`${when}: get_peers ${sorted(scene.get_peers())}, known ${sorted(this.#known)}`);
    }
    if (sorted(scene.get_authenticating_peers()) !== sorted(this.#candidates)) {
      this.complaints.push(`${when}: authenticating ${sorted(scene.get_authenticating_peers())}`);
    }
    const isConnected = scene.multiplayer_peer?.get_connection_status() === 2;
    for (const id of IDS) {
      const expected = isConnected ? (this.#known.has(id) ? 0 : ERR_BUG) : ERR_UNCONFIGURED;
      const result = scene.send_bytes(Uint8Array.of(1), id);
      if (result !== expected) this.complaints.push(`${when}: send_bytes to ${id} is ${result}, not ${expected}`);
    }
    for (const excluded of [0, ...IDS]) {
      transport.sentTo.length = 0;
      scene.send_bytes(Uint8Array.of(1), -excluded);
      const others = [...this.#known].filter((id) => id !== excluded);
      if (isConnected && sorted(transport.sentTo) !== sorted(others)) {
        this.complaints.push(`${when}: sent to all but ${excluded} went to ${sorted(transport.sentTo)}`);
      }
    }
  }

  #part(id: number, force: boolean): void {
    const { scene, transport } = this;
    if (scene.multiplayer_peer !== transport || transport.get_connection_status() !== 2) {
      scene.disconnect_peer(id);
      return;
    }
    if (force && !transport.present.has(id)) return;
    this.#known.delete(id);
    this.#candidates.delete(id);
    if (force) transport.disconnect_peer(id, true);
    else scene.disconnect_peer(id);
  }

  #loseAll(how: 'clear' | 'null' | 'set' | 'close'): void {
    const { scene, transport } = this;
    if (how === 'close' && scene.multiplayer_peer !== transport) return;
    if (how === 'set' && scene.multiplayer_peer === transport) return;
    this.#known.clear();
    this.#candidates.clear();
    if (how === 'clear') scene.clear();
    else if (how === 'null') scene.multiplayer_peer = null;
    else if (how === 'set') scene.multiplayer_peer = transport;
    else transport.close();
  }

  #told(what: string, id: number, isExpected: boolean): void {
    if (!isExpected) this.complaints.push(`${what} of ${id}, which is not expected`);
    const next = this.#acts.shift();
    if (next === undefined || this.#depth > 3) return;
    this.#depth += 1;
    this.do(next);
    this.#depth -= 1;
  }
}

describe('SceneMultiplayer', () => {
  test('tells one story, whatever its callbacks part with', () => {
    const rounds = fc.array(fc.tuple(fc.array(event, { maxLength: 6 }), act), { maxLength: 8 });
    fc.assert(
      fc.property(rounds, fc.array(act, { maxLength: 12 }), fc.boolean(), (script, acts, authenticates) => {
        reports.clear();
        const player = new Player(acts, authenticates);
        for (const [events, own] of script) {
          player.transport.coming.push(...events);
          player.scene.poll();
          player.do(own);
        }
        expect(player.scene.get_remote_sender_id()).toBe(0);
        expect(player.complaints).toEqual([]);
        expect(reports.errors.filter((message) => message.includes('threw'))).toEqual([]);
        player.scene.free();
      }),
      { numRuns: 3000 },
    );
  });
});

// Target: SceneMultiplayer over a transport in memory, whose peers send anything.

import { type GodotError, OK } from '../../../host/binding/errors.js';
import type { OwnBytes } from '../../../host/bytes.js';
import { MultiplayerPeer } from '../../../host/godot4/multiplayer/multiplayer-peer.js';
import { SceneMultiplayer } from '../../../host/godot4/multiplayer/scene-multiplayer.js';
import { world } from '../../helpers/memory-stream-platform.js';
import { Ledger } from '../lib/ledger.js';
import { beginGame, endGame } from '../lib/memory-game.js';
import { Draw } from '../lib/random.js';
import { ascii, demand, type Target } from '../lib/target.js';

/** A transport without a network: the input says who joins, leaves and sends. */
class FakeTransport extends MultiplayerPeer {
  readonly ids = new Set<number>();
  readonly inbox: { from: number; bytes: Uint8Array }[] = [];
  readonly #id: number;
  status: MultiplayerPeer.ConnectionStatus = 2;
  #source = 0;
  sent = 0;

  constructor(id: number) {
    super();
    this.#id = id;
  }

  join(id: number): void {
    if (this.ids.has(id)) return;
    this.ids.add(id);
    this.emit_signal('peer_connected', id);
  }

  leave(id: number): void {
    if (this.ids.delete(id)) this.emit_signal('peer_disconnected', id);
  }

  override get_available_packet_count(): number {
    return this.inbox.length;
  }
  override get_packet(): OwnBytes {
    return (this.inbox.shift()?.bytes ?? new Uint8Array(0)) as OwnBytes;
  }
  override get_packet_error(): GodotError {
    return OK;
  }
  override set_target_peer(): void {}
  override get_packet_peer(): number {
    this.#source = this.inbox[0]?.from ?? this.#source;
    return this.#source;
  }
  override get_packet_channel(): number {
    return 0;
  }
  override get_packet_mode(): MultiplayerPeer.TransferMode {
    return 2;
  }
  override poll(): void {}
  override close(): void {
    this.status = 0;
    this.ids.clear();
    this.inbox.length = 0;
  }
  override disconnect_peer(id: number): void {
    this.leave(id);
  }
  override get_connection_status(): MultiplayerPeer.ConnectionStatus {
    return this.status;
  }
  override get_unique_id(): number {
    return this.#id;
  }
  override is_server_relay_supported(): boolean {
    return true;
  }
  protected override takePacket(): OwnBytes {
    return this.get_packet();
  }
  protected override putPacket(): GodotError {
    this.sent += 1;
    return OK;
  }
}

const SERVER = 1;
const CLIENTS = [3, 4, 5];
const IDS = [...CLIENTS, SERVER, 2, 0x7fffffff, 0, -2];

/** A packet of the protocol more or less, or anything. */
function packet(draw: Draw): Uint8Array {
  const kind = draw.below(8);
  const id = new Uint8Array(Int32Array.of(draw.pick(IDS)).buffer);
  if (kind === 0) return draw.bytes(40);
  if (kind === 1) return Uint8Array.of(3, ...draw.bytes(20));
  if (kind === 2) return Uint8Array.of(7, 0, ...draw.bytes(10));
  if (kind < 5) return Uint8Array.of(7, kind - 2, ...id);
  if (kind === 5) return Uint8Array.of(7, 3, ...id, 3, ...draw.bytes(20));
  return Uint8Array.of(7, 3, ...id, ...draw.bytes(20));
}

class Scene {
  readonly #draw: Draw;
  readonly #isServer: boolean;
  readonly multiplayer = new SceneMultiplayer();
  readonly #ledger = new Ledger();
  transport: FakeTransport;
  heard = '';

  constructor(draw: Draw) {
    this.#draw = draw;
    this.#isServer = draw.below(2) === 0;
    this.transport = new FakeTransport(this.#isServer ? 1 : 2);
    this.multiplayer.multiplayer_peer = this.transport;
    this.#ledger.follow(this.multiplayer, 'peer_connected', 'peer_disconnected');
    this.multiplayer.connect('peer_packet', (id: number) => {
      // A server knows the sender by the connection; a client believes its server.
      demand(!this.#isServer || this.#ledger.present.has(id), () => `a packet of ${id}, who is not in`);
      this.heard = 'packet';
    });
  }

  #step(): void {
    const draw = this.#draw;
    const { multiplayer, transport } = this;
    const what = draw.below(24);
    if (what < 4) transport.join(this.#isServer ? draw.pick(CLIENTS) : SERVER);
    else if (what < 12) transport.inbox.push({ from: draw.pick([...CLIENTS, SERVER]), bytes: packet(draw) });
    else if (what < 15) demand(multiplayer.poll() === 0 || transport.status === 0, 'poll failed');
    else if (what === 15) transport.leave(draw.pick(IDS));
    else if (what === 16) multiplayer.send_bytes(draw.bytes(20), draw.pick(IDS));
    else if (what === 17)
      multiplayer.set_auth_callback(draw.below(2) === 0 ? null : (id) => multiplayer.complete_auth(id));
    else if (what === 18) multiplayer.send_auth(draw.pick(IDS), draw.bytes(9));
    else if (what === 19) multiplayer.complete_auth(draw.pick(IDS));
    else if (what === 20) this.#disconnect(draw.pick(IDS));
    else if (what === 21) multiplayer.set_server_relay_enabled(draw.below(2) === 0);
    else if (what === 22) world.loop.advance(draw.byte() * 40);
    else this.#replace();
  }

  /** Whom this side disconnects leaves without a signal. */
  #disconnect(id: number): void {
    this.multiplayer.disconnect_peer(id);
    this.#ledger.present.delete(id);
  }

  #replace(): void {
    this.#ledger.present.clear();
    if (this.#draw.below(2) === 0) {
      this.multiplayer.clear();
      return;
    }
    this.transport.close();
    if (this.#draw.below(2) === 0) this.multiplayer.poll();
    this.transport.free();
    this.transport = new FakeTransport(this.transport.get_unique_id());
    this.multiplayer.multiplayer_peer = this.transport;
  }

  play(): string {
    while (!this.#draw.isDone) this.#step();
    this.multiplayer.poll();
    const { present } = this.#ledger;
    this.multiplayer.free();
    return `${this.#isServer} ${present.size} ${Math.log2(1 + this.transport.sent) | 0} ${this.heard}`;
  }
}

export const sceneMultiplayer: Target = {
  name: 'scene-multiplayer',
  description: 'SceneMultiplayer stands any packets in any order; nobody joins twice or speaks without being let in',
  seeds: [
    Uint8Array.of(0, 0, 0, 4, 0, 1, 3, 65, 66, 67, 12),
    Uint8Array.of(1, 0, 3, 4, 3, 3, 1, 12, 4, 3, 5, 1, 4, 65, 66, 67, 68, 12, 16, 3, 1, 1),
    Uint8Array.of(0, 17, 1, 0, 0, 4, 0, 2, 1, 9, 12, 19, 0, 12),
    Uint8Array.of(0, 0, 0, 0, 1, 4, 0, 5, 1, 4, 1, 2, 3, 4, 12, 15, 0, 12),
  ],
  words: [
    Uint8Array.of(0, 0),
    Uint8Array.of(4, 0, 1, 2, 65, 66),
    Uint8Array.of(12),
    Uint8Array.of(4, 3, 3, 1),
    ascii('\x17\x01'),
  ],
  maxSize: 300,
  weight: 2,
  check(input) {
    beginGame();
    const scene = new Scene(new Draw(input));
    const outcome = scene.play();
    endGame(scene.transport);
    return outcome;
  },
};

// Targets: the multiplayer transports of both generations among hostile strangers.

import { WebSocketClient } from '../../../host/godot3/web-socket-client.js';
import { WebSocketServer } from '../../../host/godot3/web-socket-server.js';
import { WebSocketMultiplayerPeer } from '../../../host/godot4/multiplayer/web-socket-multiplayer-peer.js';
import { world } from '../../helpers/memory-stream-platform.js';
import { Ledger } from '../lib/ledger.js';
import { beginGame, endGame, PORT, Stranger, URL } from '../lib/memory-game.js';
import { Draw } from '../lib/random.js';
import { demand, type Target } from '../lib/target.js';

/** The calls that the transports of both generations have. */
interface Transport {
  poll(): unknown;
  free(): void;
  get_available_packet_count(): number;
  get_packet(): Uint8Array;
  get_packet_peer(): number;
  set_target_peer(id: number): void;
  put_packet(bytes: Uint8Array): number;
  set_refuse_new_connections(refuse: boolean): void;
}

/** A transport in one role. */
interface Role {
  readonly transport: Transport;
  readonly isServer: boolean;
  begin(): void;
  stop(draw: Draw): void;
  drop(id: number, draw: Draw): void;
  /** Whether a server knows the peer `id`. */
  has(id: number): boolean;
}

const IDS = [1, 2, 3, 0, -1, 0x7fffffff];

const idBytes = (id: number): Uint8Array => new Uint8Array(Int32Array.of(id).buffer);

/** Packets of Godot 4's transport: an id from the server, then anything. */
function packet4(draw: Draw): Uint8Array {
  return draw.below(3) === 0 ? idBytes(draw.pick(IDS)) : draw.bytes(20);
}

/** Packets of Godot 3's protocol: type, sender, target, payload or id. */
function packet3(draw: Draw): Uint8Array {
  if (draw.below(6) === 0) return draw.bytes(20);
  const header = [draw.below(5), ...idBytes(draw.pick(IDS)), ...idBytes(draw.pick(IDS))];
  return Uint8Array.of(...header, ...(draw.below(2) === 0 ? idBytes(draw.pick(IDS)) : draw.bytes(12)));
}

function role4(ledger: Ledger, isServer: boolean): Role {
  const transport = new WebSocketMultiplayerPeer();
  ledger.follow(transport, 'peer_connected', 'peer_disconnected');
  return {
    transport,
    isServer,
    begin: () => void (isServer ? transport.create_server(PORT) : transport.create_client(URL)),
    stop: () => transport.close(),
    drop: (id, draw) => transport.disconnect_peer(id, draw.below(2) === 0),
    has: (id) => transport.get_peer(id) !== null,
  };
}

function role3(ledger: Ledger, isServer: boolean): Role {
  if (isServer) {
    const transport = new WebSocketServer();
    ledger.follow(transport, 'peer_connected', 'peer_disconnected');
    return {
      transport,
      isServer,
      begin: () => void transport.listen(PORT, [], true),
      stop: () => transport.stop(),
      drop: (id, draw) => transport.disconnect_peer(id, draw.pick([1000, 4000, 70_000])),
      has: (id) => transport.has_peer(id),
    };
  }
  const transport = new WebSocketClient();
  ledger.follow(transport, 'peer_connected', 'peer_disconnected');
  return {
    transport,
    isServer,
    begin: () => void transport.connect_to_url(URL, [], true),
    stop: (draw) => transport.disconnect_from_host(draw.pick([1000, 4000])),
    drop: () => {},
    has: () => false,
  };
}

class Play {
  readonly #draw: Draw;
  readonly #role: Role;
  readonly #ledger: Ledger;
  readonly #packet: (draw: Draw) => Uint8Array;
  readonly #strangers: Stranger[] = [];
  #taken = 0;

  constructor(draw: Draw, make: typeof role4, packet: (draw: Draw) => Uint8Array) {
    this.#draw = draw;
    const isServer = draw.below(2) === 0;
    // Godot 3's client passes on whatever its server says of others, as the engine does.
    this.#ledger = new Ledger(make === role3 && !isServer);
    this.#role = make(this.#ledger, isServer);
    this.#packet = packet;
  }

  #begin(): void {
    this.#role.begin();
    this.#meet();
  }

  /** A stranger connects, or answers. */
  #meet(): void {
    const stranger = this.#role.isServer ? Stranger.knock() : Stranger.answer();
    if (stranger === null) return;
    this.#strangers.push(stranger);
    if (this.#draw.below(8) === 0) return;
    if (!this.#role.isServer) {
      stranger.stream.open();
      this.#role.transport.poll();
    }
    stranger.greet();
    this.#turn();
    if (!this.#role.isServer && this.#draw.below(8) !== 0) stranger.say(this.#packet(this.#draw));
  }

  #turn(): void {
    this.#role.transport.poll();
    world.loop.turn();
    this.#role.transport.poll();
  }

  #take(): void {
    const { transport, isServer } = this.#role;
    const before = transport.get_available_packet_count();
    if (before === 0) return;
    const source = transport.get_packet_peer();
    demand(!isServer || this.#ledger.known.includes(source), () => `a packet of ${source}, who was never in`);
    transport.get_packet();
    const after = transport.get_available_packet_count();
    demand(after === before - 1, () => `${before} packets, then ${after}`);
    this.#taken += 1;
  }

  #step(): void {
    const draw = this.#draw;
    const { transport } = this.#role;
    const what = draw.below(20);
    if (what < 8) this.#strangers[draw.below(Math.max(1, this.#strangers.length))]?.act(draw, this.#packet);
    else if (what < 11) this.#turn();
    else if (what < 13) this.#take();
    else if (what === 13) this.#meet();
    else if (what === 14) this.#role.drop(this.#ledger.at(draw.byte()), draw);
    else if (what === 15)
      transport.set_target_peer(draw.below(2) === 0 ? draw.pick(IDS) : this.#ledger.at(draw.byte()));
    else if (what === 16) transport.put_packet(draw.bytes(20));
    else if (what === 17) transport.set_refuse_new_connections(draw.below(2) === 0);
    else if (what === 18) world.loop.advance(draw.byte() * 40);
    else if (draw.below(2) === 0) this.#stop();
    else this.#begin();
  }

  /** A transport that stops tells nobody of those who were in. */
  #stop(): void {
    this.#role.stop(this.#draw);
    if (this.#role.isServer) this.#ledger.present.clear();
  }

  run(): string {
    this.#begin();
    while (!this.#draw.isDone) this.#step();
    this.#turn();
    while (this.#role.transport.get_available_packet_count() > 0) this.#take();
    for (const id of this.#role.isServer ? this.#ledger.known : []) {
      demand(!this.#role.has(id) || this.#ledger.present.has(id), () => `${id} has left, and is still a peer`);
    }
    const outcome = `${this.#role.isServer} ${this.#ledger.known.length} ${this.#ledger.present.size} ${this.#taken}`;
    endGame(this.#role.transport);
    return outcome;
  }
}

function target(generation: 3 | 4, make: typeof role4, packet: (draw: Draw) => Uint8Array): Target {
  return {
    name: `multiplayer${generation}`,
    description: `the multiplayer transport of Godot ${generation} stands strangers in either role, and leaves nothing behind`,
    seeds: [
      Uint8Array.of(0, 1, 13, 1, 0, 0, 0, 1, 3, 65, 66, 8, 11, 16, 3, 1, 2, 3, 8),
      Uint8Array.of(1, 1, 1, 0, 1, 8, 0, 0, 0, 1, 3, 65, 66, 8, 11, 16, 3, 1, 2, 3),
      Uint8Array.of(0, 1, 13, 1, 13, 1, 0, 0, 0, 1, 0, 1, 2, 1, 0, 8, 14, 0, 0, 8, 19, 0),
      Uint8Array.of(1, 1, 1, 3, 1, 3, 0, 8, 0, 0, 1, 1, 1, 1, 8, 19, 1, 1, 8),
    ],
    words: [Uint8Array.of(13, 1), Uint8Array.of(8), Uint8Array.of(11), Uint8Array.of(0, 0, 0, 1, 3, 1, 2, 3)],
    maxSize: 250,
    weight: 10,
    check(input) {
      beginGame();
      return new Play(new Draw(input), make, packet).run();
    },
  };
}

export const multiplayer4 = target(4, role4, packet4);
export const multiplayer3 = target(3, role3, packet3);

// The members of Godot 3's MultiplayerAPI that need no nodes: its transport, who is there, packets of the game.
import { requireBool, requireBytes, requireInstance, requireInt } from '../../binding/arguments.js';
import { printError, refuse } from '../../binding/error-handler.js';
import { ERR_INVALID_DATA, ERR_UNCONFIGURED, type GodotError } from '../../binding/errors.js';
import type { ObjectSignals } from '../../binding/object.js';
import { type ConstantsOf, defineConstants, defineSignals, type SignalObjects } from '../../binding/signal.js';
import type { Bytes, int, OwnBytes } from '../../binding/types.js';
import { BadPackets } from '../../godot4/multiplayer/bad-packets.js';
import { NetworkedMultiplayerPeer } from '../networked-multiplayer-peer.js';
import { Reference } from '../reference.js';
import { COMMAND_RAW, rawPacket } from './node-packets.js';
import { RPC_MODES } from './rpc-modes.js';

const { CONNECTION_CONNECTED, CONNECTION_DISCONNECTED, TRANSFER_MODE_RELIABLE, TRANSFER_MODE_UNRELIABLE } =
  NetworkedMultiplayerPeer;
const SERVER = 1;

/** Key by which the calls of nodes are sent. */
export const USE: unique symbol = Symbol('use');
/** Key by which the nodes' side of an API sends, and reads who is there. */
export const NETWORK: unique symbol = Symbol('network');

/** What a node wants to be done at others: a call of a method, or, with `isSet`, a property to be set. */
export interface Wanted {
  readonly isSet: boolean;
  readonly name: string;
  readonly values: readonly unknown[];
  readonly isUnreliable: boolean;
}

/** What the nodes' side of an API needs of it. */
export interface Network {
  readonly peer: NetworkedMultiplayerPeer | null;
  /** Ids of the others, ascending. */
  readonly others: readonly number[];
  readonly allowsObjects: boolean;
  readonly maxCachedPaths: number;
  /** Sends to a peer, to all (0), or to all but one (negative). */
  send(target: number, packet: Uint8Array, isUnreliable: boolean): GodotError;
  /** Runs `work` in the name of the peer `source`. */
  inNameOf(source: number, work: () => void): void;
  /** Reports a malformed packet of a peer. */
  isBad(source: number, what: string): void;
  /** Reports a packet of a peer that can't be followed. */
  mention(source: number, what: string): void;
}

/** Signals of MultiplayerAPI. */
export interface MultiplayerAPISignals extends ObjectSignals {
  /** Client: the server has let this side in. */
  connected_to_server: [];
  /** Client: the connection has failed, or, with a WebSocketClient, has ended. */
  connection_failed: [];
  /** A peer has joined; the server itself is 1. */
  network_peer_connected: [id: int];
  /** A peer has left. */
  network_peer_disconnected: [id: int];
  /** Bytes that `id` has sent by `send_bytes`. */
  network_peer_packet: [id: int, packet: OwnBytes];
  /** Never emitted with the WebSocket classes, as in the engine: look at `connection_failed`. */
  server_disconnected: [];
}

export interface NetworkMultiplayer<N>
  extends SignalObjects<MultiplayerAPISignals>,
    ConstantsOf<typeof NetworkMultiplayer<N>> {}

/** @internal */
export abstract class NetworkMultiplayer<N> extends Reference {
  declare readonly signals: MultiplayerAPISignals;

  /** Nobody may use it. */
  static readonly RPC_MODE_DISABLED = RPC_MODES.RPC_MODE_DISABLED;
  /** Everybody may use it. */
  static readonly RPC_MODE_REMOTE = RPC_MODES.RPC_MODE_REMOTE;
  /** Everybody may use it, with an effect on the node's master alone. */
  static readonly RPC_MODE_MASTER = RPC_MODES.RPC_MODE_MASTER;
  /** The node's master alone may use it, with an effect on all others. */
  static readonly RPC_MODE_PUPPET = RPC_MODES.RPC_MODE_PUPPET;
  /** The former name of RPC_MODE_PUPPET. */
  static readonly RPC_MODE_SLAVE = RPC_MODES.RPC_MODE_SLAVE;
  /** As RPC_MODE_REMOTE, with an effect on the own side, too. */
  static readonly RPC_MODE_REMOTESYNC = RPC_MODES.RPC_MODE_REMOTESYNC;
  /** The former name of RPC_MODE_REMOTESYNC. */
  static readonly RPC_MODE_SYNC = RPC_MODES.RPC_MODE_SYNC;
  /** As RPC_MODE_MASTER, with an effect on the own side, too. */
  static readonly RPC_MODE_MASTERSYNC = RPC_MODES.RPC_MODE_MASTERSYNC;
  /** As RPC_MODE_PUPPET, with an effect on the own side, too. */
  static readonly RPC_MODE_PUPPETSYNC = RPC_MODES.RPC_MODE_PUPPETSYNC;
  static readonly RPCMode = Object.freeze({ ...RPC_MODES });

  static {
    defineConstants(this);
    defineSignals(
      this.prototype,
      'connected_to_server',
      'connection_failed',
      'network_peer_connected',
      'network_peer_disconnected',
      'network_peer_packet',
      'server_disconnected',
    );
  }

  #peer: NetworkedMultiplayerPeer | null = null;
  #others: readonly number[] = [];
  /** Who has left while packets of theirs may still be queued. */
  readonly #leaving = new Set<number>();
  #sender = 0;
  #allowsObjects = false;
  #maxCachedPaths = 16_384;
  readonly #badPackets = new BadPackets((id) => this.#others.includes(id));

  /** Node where the paths of packets start, the tree's root in a SceneTree. @internal */
  abstract get root_node(): N | null;
  /** @internal */
  abstract set root_node(node: N | null);

  /** Does what `node` wants to be done at `target`: a peer, all (0), or all but one (negative). */
  abstract [USE](target: number, node: N, wanted: Wanted): void;

  /** Handles a packet for a node. */
  protected abstract receive(source: number, packet: OwnBytes): void;

  /** Forgets what one peer, or all of them (0), know of nodes. */
  protected abstract forget(peer: number): void;

  /** @internal */
  get [NETWORK](): Network {
    const api = this;
    return {
      get peer() {
        return api.#peer;
      },
      get others() {
        return api.#others;
      },
      get allowsObjects() {
        return api.#allowsObjects;
      },
      get maxCachedPaths() {
        return api.#maxCachedPaths;
      },
      send: (target, packet, isUnreliable) => api.#send(target, packet, isUnreliable),
      inNameOf: (source, work) => api.#inNameOf(source, work),
      isBad: (source, what) => api.#badPackets.add(source, what, api),
      mention: (source, what) => api.#badPackets.mention(source, what, api),
    };
  }

  /**
   * The transport: a WebSocketClient or a WebSocketServer in its multiplayer mode, null for none.
   *
   * It must be connecting, connected or listening when it is set; otherwise it prints, and there is none. The former one
   * is not changed. What peers know of nodes is forgotten.
   */
  get network_peer(): NetworkedMultiplayerPeer | null {
    return this.#peer;
  }
  set network_peer(peer: NetworkedMultiplayerPeer | null) {
    this.set_network_peer(peer);
  }
  get_network_peer(): NetworkedMultiplayerPeer | null {
    return this.#peer;
  }
  set_network_peer(peer: NetworkedMultiplayerPeer | null): void {
    if (peer !== null) requireInstance('peer', NetworkedMultiplayerPeer, peer);
    if (peer === this.#peer) return;
    this.#listenTo(this.#peer, false);
    this.clear();
    this.#peer = null;
    if (peer?.get_connection_status() === CONNECTION_DISCONNECTED) {
      printError('network_peer must be connecting or connected; there is none now', this);
      return;
    }
    this.#peer = peer;
    this.#listenTo(peer, true);
  }

  readonly #listeners = {
    connection_failed: (): unknown => this.emit_signal('connection_failed'),
    connection_succeeded: (): unknown => this.emit_signal('connected_to_server'),
    peer_connected: (id: int): void => this.#joined(id),
    peer_disconnected: (id: int): void => this.#left(id),
    server_disconnected: (): unknown => this.emit_signal('server_disconnected'),
  };

  #listenTo(peer: NetworkedMultiplayerPeer | null, isOn: boolean): void {
    for (const [signal, listener] of Object.entries(this.#listeners)) {
      if (isOn) peer?.connect(signal as 'peer_connected', listener);
      else peer?.disconnect(signal, listener);
    }
  }

  #joined(id: int): void {
    if (this.#leaving.delete(id)) this.forget(id);
    this.#others = [...this.#others.filter((one) => one !== id), id].sort((a, b) => a - b);
    this.emit_signal('network_peer_connected', id);
  }

  #left(id: int): void {
    this.#others = this.#others.filter((one) => one !== id);
    this.#leaving.add(id);
    this.emit_signal('network_peer_disconnected', id);
  }

  /** Whether there is a `network_peer`. */
  has_network_peer(): boolean {
    return this.#peer !== null;
  }

  /**
   * This side's id: 1 on the server; 0, with a message, without a `network_peer`.
   *
   * @const
   */
  get_network_unique_id(): int {
    return this.#peer?.get_unique_id() ?? refuse(0, 'get_network_unique_id: there is no network_peer', this);
  }

  /**
   * Whether this side is the server.
   *
   * @const
   */
  is_network_server(): boolean {
    return this.#peer?.get_unique_id() === SERVER;
  }

  /**
   * Ids of the peers that are there, without this side's, ascending; prints without a `network_peer`.
   *
   * @const
   */
  get_network_connected_peers(): Int32Array {
    if (this.#peer === null) printError('get_network_connected_peers: there is no network_peer', this);
    return Int32Array.from(this.#others);
  }

  /**
   * Within a call from another peer, or of this side's own: who has called; 0 otherwise.
   *
   * @const
   */
  get_rpc_sender_id(): int {
    return this.#sender;
  }

  /**
   * Server: whether newcomers are turned away, the property of the `network_peer`.
   *
   * @getter is_refusing_new_network_connections
   */
  get refuse_new_network_connections(): boolean {
    return this.is_refusing_new_network_connections();
  }
  set refuse_new_network_connections(refuse: boolean) {
    this.set_refuse_new_network_connections(refuse);
  }
  is_refusing_new_network_connections(): boolean {
    if (this.#peer === null) printError('refuse_new_network_connections: there is no network_peer', this);
    return this.#peer?.refuse_new_connections ?? false;
  }
  set_refuse_new_network_connections(refuse: boolean): void {
    requireBool('refuse', refuse);
    if (this.#peer === null) printError('refuse_new_network_connections: there is no network_peer', this);
    else this.#peer.refuse_new_connections = refuse;
  }

  /**
   * Whether calls and properties may have whole objects, as `ObjectData`; `false` unless set.
   *
   * @getter is_object_decoding_allowed
   */
  get allow_object_decoding(): boolean {
    return this.#allowsObjects;
  }
  set allow_object_decoding(enable: boolean) {
    this.set_allow_object_decoding(enable);
  }
  is_object_decoding_allowed(): boolean {
    return this.#allowsObjects;
  }
  set_allow_object_decoding(enable: boolean): void {
    this.#allowsObjects = requireBool('enable', enable);
  }

  /**
   * Nodes that a peer may give numbers to; 16384 unless set. What is above it is reported: calls of those nodes by
   * number are dropped.
   *
   * @addition
   */
  get max_cached_paths(): int {
    return this.#maxCachedPaths;
  }
  set max_cached_paths(count: int) {
    this.set_max_cached_paths(count);
  }
  /** @addition */
  get_max_cached_paths(): int {
    return this.#maxCachedPaths;
  }
  /** @addition */
  set_max_cached_paths(count: int): void {
    if (requireInt('count', count) >= 0) this.#maxCachedPaths = count;
    else printError(`max_cached_paths must be at least 0, got ${count}; it stays as it was`, this);
  }

  /**
   * Sends `bytes` to the peer `id`, to all (0), or to all but one (negative): `network_peer_packet` is emitted there.
   *
   * Returns ERR_INVALID_DATA when there are none, ERR_UNCONFIGURED without a connection. `mode` is a TransferMode;
   * WebSockets are always reliable.
   */
  send_bytes(bytes: Bytes, id: int = 0, mode: int = 2): GodotError {
    const payload = requireBytes('bytes', bytes);
    requireInt('id', id);
    requireInt('mode', mode);
    if (payload.length === 0) return refuse(ERR_INVALID_DATA, 'send_bytes: there are no bytes', this);
    if (this.#peer?.get_connection_status() !== CONNECTION_CONNECTED) {
      return refuse(ERR_UNCONFIGURED, 'send_bytes: not connected', this);
    }
    return this.#send(id, rawPacket(payload), mode !== TRANSFER_MODE_RELIABLE);
  }

  #send(target: number, packet: Uint8Array, isUnreliable: boolean): GodotError {
    const peer = this.#peer as NetworkedMultiplayerPeer;
    peer.set_transfer_mode(isUnreliable ? TRANSFER_MODE_UNRELIABLE : TRANSFER_MODE_RELIABLE);
    peer.set_target_peer(target);
    return peer.put_packet(packet);
  }

  /** Handles everything new: who has come and gone, calls, properties, packets. A SceneTree does it in `process`. */
  poll(): void {
    const peer = this.#peer;
    if (peer === null || peer.get_connection_status() === CONNECTION_DISCONNECTED) return;
    peer.poll();
    while (this.#peer === peer && peer.get_available_packet_count() > 0) {
      const source = peer.get_packet_peer();
      this.#take(source, peer.get_packet());
    }
    for (const id of this.#leaving) this.#forget(id);
  }

  #forget(id: number): void {
    this.#leaving.delete(id);
    this.#badPackets.forget(id);
    this.forget(id);
  }

  #take(source: number, packet: OwnBytes): void {
    if (packet.length === 0) return;
    if (packet[0] !== COMMAND_RAW) this.receive(source, packet);
    else if (packet.length > 1) this.emit_signal('network_peer_packet', source, packet.subarray(1) as OwnBytes);
    else this.#badPackets.add(source, `a packet of peer ${source} has no bytes`, this);
  }

  #inNameOf(source: number, work: () => void): void {
    const outer = this.#sender;
    this.#sender = source;
    try {
      work();
    } finally {
      this.#sender = outer;
    }
  }

  /** Forgets who is there and what they know of nodes. */
  clear(): void {
    this.#others = [];
    this.#leaving.clear();
    this.#badPackets.clear();
    this.forget(0);
  }
}

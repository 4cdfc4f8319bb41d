// Godot's SceneMultiplayer. Its peers and what they send are in scene-members.ts, sending in scene-sender.ts, packet
// layouts in scene-packets.ts, authentication in scene-authentication.ts; nodes are behind the seam of node-side.ts.

import {
  requireBool,
  requireBytes,
  requireInstance,
  requireInt,
  requireInt32,
  requireString,
} from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { SceneMultiplayerInfo } from '../../binding/class-infos.generated.js';
import { printError, refuse } from '../../binding/error-handler.js';
import { ERR_INVALID_DATA, ERR_UNCONFIGURED, type GodotError, OK } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import { GodotObject } from '../../binding/object.js';
import { defineSignals, Signal, type SignalObjects } from '../../binding/signal.js';
import type { Bytes, double, int, int32, NodePath, StringName } from '../../binding/types.js';
import { INTERFACES, MultiplayerAPI } from './multiplayer-api.js';
import { LET_GO, MultiplayerPeer, PARTING_LISTENERS, type PartingListener, TAKEN } from './multiplayer-peer.js';
import { NODE_HOST, nodesOf, refuseWithoutNodes } from './node-side.js';
import { type AuthCallback, SceneAuthentication } from './scene-authentication.js';
import { SceneMembers } from './scene-members.js';
import { rawPacket } from './scene-packets.js';
import { SceneSender } from './scene-sender.js';
import type { SceneMultiplayerSignals } from './scene-signals.js';

/** The smallest limit of packets with states of nodes. */
const MIN_STATE_PACKET = 128;

const { CONNECTION_DISCONNECTED, CONNECTION_CONNECTING, CONNECTION_CONNECTED } = MultiplayerPeer;

export type { SceneMultiplayerSignals } from './scene-signals.js';

export interface SceneMultiplayer extends SignalObjects<SceneMultiplayerSignals> {}

/**
 * Godot's high-level multiplayer: a server in JavaScript for games made with Godot, or a client of theirs.
 *
 * Set `multiplayer_peer` and call `poll` often. The server announces its clients to each other and relays their packets
 * to each other, remote calls included; `send_bytes` and the signal `peer_packet` are for the game's bytes. With the
 * nodes of `websocketpeer/scene` it takes part in remote calls itself.
 *
 * A packet that is malformed, or in another's name, is dropped and reported, at most once a second for each peer; more
 * than `max_bad_packets` of the transport's settings disconnect the peer with 1008. A client knows at most 4,095 others.
 *
 * ```js
 * const peer = new WebSocketMultiplayerPeer();
 * peer.create_server(9080);
 * const multiplayer = new SceneMultiplayer();
 * multiplayer.multiplayer_peer = peer;
 * multiplayer.connect('peer_packet', (id, packet) => multiplayer.send_bytes(packet, -id));
 * setInterval(() => multiplayer.poll(), 16);
 * ```
 */
export class SceneMultiplayer extends MultiplayerAPI {
  declare readonly signals: SceneMultiplayerSignals;

  static {
    defineSignals(
      this.prototype,
      'peer_authenticating',
      'peer_authentication_failed',
      'activity',
      'peer_packet',
      'node_packet',
    );
    INTERFACES.set('SceneMultiplayer', SceneMultiplayer);
  }

  readonly #sender = new SceneSender();
  readonly #authentication = new SceneAuthentication(this, this.#sender, (id) => this.#members.admit(id));
  #status: MultiplayerPeer.ConnectionStatus = CONNECTION_CONNECTED;
  /** The transport has ended since the last poll, even if it is in use again. */
  #hasEnded = false;
  readonly #members = new SceneMembers(this, this.#sender, this.#authentication);
  readonly [NODE_HOST] = this.#members.host;
  #isPolling = false;
  /** Ignores a transport that was replaced during an emission, which still calls this. */
  readonly #arrived = (id: number, source: MultiplayerPeer): void => {
    if (this.#hasEnded) this.#followStatus();
    if (source === this.#sender.peer) this.#authentication.arrived(id);
  };
  readonly #left = (id: number): void => this.#members.peerLeft(id);
  readonly #partings: PartingListener = {
    parted: (id) => {
      this.#members.partWith(id);
      this.#sender.parted.delete(id);
    },
    ended: () => {
      this.clear();
      this.#hasEnded = true;
    },
  };

  override [CLASS_INFO](): ClassInfo {
    return SceneMultiplayerInfo();
  }

  protected override connected(signal: string): void {
    if (signal === 'node_packet') this.#members.emitsNodePackets = true;
  }

  /** Ids of the peers that are not accepted yet. */
  get_authenticating_peers(): Int32Array {
    return Int32Array.from(this.#authentication.ids);
  }

  /**
   * Sends `data` to a peer that is authenticating; its `auth_callback` gets it.
   *
   * Returns ERR_UNCONFIGURED without a connection, ERR_INVALID_PARAMETER for a peer that is not authenticating or no
   * data, ERR_FILE_CANT_WRITE after `complete_auth`.
   */
  send_auth(id: int32, data: Bytes): GodotError {
    const bytes = requireBytes('data', data);
    return this.#authentication.send(requireInt('id', id), bytes);
  }

  /**
   * Accepts a peer on this side; `peer_connected` follows once the peer has done the same.
   *
   * Returns ERR_UNCONFIGURED without a connection, ERR_INVALID_PARAMETER for a peer that is not authenticating,
   * ERR_FILE_CANT_WRITE for the second time.
   */
  complete_auth(id: int32): GodotError {
    return this.#authentication.complete(requireInt('id', id));
  }

  /**
   * Called with the id and the data of a peer that wants to join; null, as at start, to accept everyone.
   *
   * Both sides need one, or none: a side without one accepts the other at once, and is disconnected after
   * `auth_timeout`.
   */
  get auth_callback(): AuthCallback | null {
    return this.#authentication.callback;
  }
  set auth_callback(callback: AuthCallback | null) {
    this.set_auth_callback(callback);
  }
  /** @const */
  get_auth_callback(): AuthCallback | null {
    return this.#authentication.callback;
  }
  set_auth_callback(callback: AuthCallback | null): void {
    this.#authentication.setCallback(callback);
  }

  /** Seconds that the authentication of a peer may take; 3 unless set, 0 for no limit. Kept in whole milliseconds. */
  get auth_timeout(): double {
    return this.#authentication.timeout;
  }
  set auth_timeout(timeout: double) {
    this.set_auth_timeout(timeout);
  }
  /** @const */
  get_auth_timeout(): double {
    return this.#authentication.timeout;
  }
  set_auth_timeout(timeout: double): void {
    this.#authentication.setTimeout(timeout);
  }

  override get_multiplayer_peer(): MultiplayerPeer | null {
    return this.#sender.peer;
  }

  override set_multiplayer_peer(peer: MultiplayerPeer | null): void {
    if (peer !== null) requireInstance('peer', MultiplayerPeer, peer);
    if (peer === this.#sender.peer && !this.#hasEnded) return;
    if (peer !== null && peer.get_connection_status() === CONNECTION_DISCONNECTED) {
      printError('multiplayer_peer must be connecting or connected; it stays as it was', this);
      return;
    }
    this.#letGo();
    this.#sender.peer = peer;
    this.#status = peer?.get_connection_status() ?? CONNECTION_DISCONNECTED;
    if (peer === null) return;
    peer.connect('peer_connected', this.#arrived as (id: number) => void, GodotObject.CONNECT_APPEND_SOURCE_OBJECT);
    peer.connect('peer_disconnected', this.#left);
    peer[PARTING_LISTENERS].add(this.#partings);
    if (peer.has_signal('activity')) new Signal(peer, 'activity').connect(this.#authentication.wake);
    peer[TAKEN]();
  }

  /** Inside a remote call, a signal or a callback of `poll`: who has called or sent; 0 otherwise. */
  override get_remote_sender_id(): int32 {
    return this[NODE_HOST].source;
  }

  override get_peers(): Int32Array {
    return Int32Array.from(this.#sender.connected);
  }

  /**
   * Handles everything new. Returns OK, also without a peer.
   *
   * Does nothing when called from a signal or a callback of this poll, which goes on afterwards. Everything else may be
   * called there, `multiplayer_peer = null` included, and takes effect at once.
   */
  override poll(): GodotError {
    const { peer } = this.#sender;
    if (peer === null || this.#isPolling) return OK;
    this.#isPolling = true;
    try {
      this.#moveOn(peer);
    } finally {
      this.#isPolling = false;
    }
    return OK;
  }

  #moveOn(peer: MultiplayerPeer): void {
    this.#followStatus();
    if (peer === this.#sender.peer && this.#status !== CONNECTION_DISCONNECTED) {
      peer.poll();
      this.#members.takeFrom(peer);
      if (peer === this.#sender.peer) this.#authentication.dropSlow();
      this.#followStatus();
    }
    this[NODE_HOST].side?.polled();
  }

  /** Removes all peers, without signals; the transport stays. Further packets of these peers are dropped. */
  clear(): void {
    this.#sender.forget();
    this.#authentication.forget();
    this[NODE_HOST].side?.forget();
  }

  /**
   * Disconnects the peer `id`, which may still be authenticating; prints while not connected.
   *
   * It leaves the lists within the call, without a signal here, and its unread packets are dropped; the other peers are
   * informed.
   */
  disconnect_peer(id: int32): void {
    requireInt('id', id);
    if (!this.#sender.isConnected) {
      printError('disconnect_peer: not connected', this);
      return;
    }
    this.#members.partWith(id);
    this.#sender.peer?.disconnect_peer(id);
  }

  /**
   * Sends `bytes` to the peer `id`: 0 for everyone, a negative id for everyone but that peer.
   *
   * They arrive as the signal `peer_packet`; a client's packets to others go through the server. `mode` and `channel`
   * are given to the transport. Returns ERR_INVALID_DATA for no bytes, ERR_UNCONFIGURED without a connection, ERR_BUG
   * on a server for a peer that is not there, and else what the transport returns.
   */
  send_bytes(bytes: Bytes, id: int32 = 0, mode: MultiplayerPeer.TransferMode = 2, channel: int32 = 0): GodotError {
    const data = requireBytes('bytes', bytes);
    requireInt('id', id);
    const { peer } = this.#sender;
    if (data.length === 0) return refuse(ERR_INVALID_DATA, 'send_bytes: there are no bytes', this);
    if (peer?.get_connection_status() !== CONNECTION_CONNECTED) {
      return refuse(ERR_UNCONFIGURED, 'send_bytes: not connected', this);
    }
    peer.set_transfer_mode(mode);
    peer.set_transfer_channel(channel);
    return this.#sender.send(id, rawPacket(data));
  }

  /**
   * Whether the transport keeps new connections waiting; see MultiplayerPeer.
   *
   * @getter is_refusing_new_connections
   */
  get refuse_new_connections(): boolean {
    return this.is_refusing_new_connections();
  }
  set refuse_new_connections(refuses: boolean) {
    this.set_refuse_new_connections(refuses);
  }
  /** @const */
  is_refusing_new_connections(): boolean {
    return this.#sender.peer?.is_refusing_new_connections() ?? false;
  }
  set_refuse_new_connections(refuse: boolean): void {
    requireBool('refuse', refuse);
    if (this.#sender.peer === null) printError('refuse_new_connections: there is no multiplayer_peer', this);
    else this.#sender.peer.set_refuse_new_connections(refuse);
  }

  /**
   * Whether clients know of each other and reach each other through the server; `true` unless set.
   *
   * Must be set alike on both sides. A change counts from now on: connected peers that do not know each other stay
   * unknown.
   *
   * @getter is_server_relay_enabled
   * @setter set_server_relay_enabled
   */
  get server_relay(): boolean {
    return this.#sender.relays;
  }
  set server_relay(enabled: boolean) {
    this.set_server_relay_enabled(enabled);
  }
  /** @const */
  is_server_relay_enabled(): boolean {
    return this.#sender.relays;
  }
  set_server_relay_enabled(enabled: boolean): void {
    this.#sender.relays = requireBool('enabled', enabled);
  }

  override rpc(peer: int32, object: GodotObject, method: StringName, arguments_: readonly unknown[] = []): GodotError {
    requireInt32('peer', peer);
    requireString('method', method);
    const nodes = nodesOf(this[NODE_HOST]);
    return nodes === null ? refuseWithoutNodes('rpc', this) : nodes.call(peer, object, method, arguments_);
  }

  override object_configuration_add(object: GodotObject | null, configuration: unknown): GodotError {
    const nodes = nodesOf(this[NODE_HOST]);
    if (nodes === null) return refuseWithoutNodes('object_configuration_add', this);
    return nodes.configure(object, configuration, true);
  }

  override object_configuration_remove(object: GodotObject | null, configuration: unknown): GodotError {
    const nodes = nodesOf(this[NODE_HOST]);
    if (nodes === null) return refuseWithoutNodes('object_configuration_remove', this);
    return nodes.configure(object, configuration, false);
  }

  /**
   * Path of the node where the paths of packets start, `/root` in a SceneTree, which sets it; '' without nodes.
   *
   * Must be absolute; it prints and stays as it was otherwise.
   */
  get root_path(): NodePath {
    return this[NODE_HOST].rootPath;
  }
  set root_path(path: NodePath) {
    this.set_root_path(path);
  }
  /** @const */
  get_root_path(): NodePath {
    return this[NODE_HOST].rootPath;
  }
  set_root_path(path: NodePath): void {
    requireString('path', path);
    if (path === '' || path.startsWith('/')) this[NODE_HOST].rootPath = path;
    else printError(`root_path must be absolute, got "${path}"; it stays as it was`, this);
  }

  /**
   * Whether remote calls and states of nodes may have whole objects, as `ObjectData`; `false` unless set.
   *
   * @getter is_object_decoding_allowed
   */
  get allow_object_decoding(): boolean {
    return this[NODE_HOST].allowsObjects;
  }
  set allow_object_decoding(enable: boolean) {
    this.set_allow_object_decoding(enable);
  }
  /** @const */
  is_object_decoding_allowed(): boolean {
    return this[NODE_HOST].allowsObjects;
  }
  set_allow_object_decoding(enable: boolean): void {
    this[NODE_HOST].allowsObjects = requireBool('enable', enable);
  }

  /** Bytes that a packet of states may have, at least 128; 1350 unless set. */
  get max_sync_packet_size(): int32 {
    return this[NODE_HOST].maxSyncPacketSize;
  }
  set max_sync_packet_size(size: int32) {
    this.set_max_sync_packet_size(size);
  }
  /** @const */
  get_max_sync_packet_size(): int32 {
    return this[NODE_HOST].maxSyncPacketSize;
  }
  set_max_sync_packet_size(size: int32): void {
    if (requireInt32('size', size) >= MIN_STATE_PACKET) this[NODE_HOST].maxSyncPacketSize = size;
    else printError(`max_sync_packet_size must be at least ${MIN_STATE_PACKET}, got ${size}; it stays as it was`, this);
  }

  /** Bytes that a packet of changed states may have, at least 128; 65535 unless set. */
  get max_delta_packet_size(): int32 {
    return this[NODE_HOST].maxDeltaPacketSize;
  }
  set max_delta_packet_size(size: int32) {
    this.set_max_delta_packet_size(size);
  }
  /** @const */
  get_max_delta_packet_size(): int32 {
    return this[NODE_HOST].maxDeltaPacketSize;
  }
  set_max_delta_packet_size(size: int32): void {
    if (requireInt32('size', size) >= MIN_STATE_PACKET) this[NODE_HOST].maxDeltaPacketSize = size;
    else
      printError(`max_delta_packet_size must be at least ${MIN_STATE_PACKET}, got ${size}; it stays as it was`, this);
  }

  /**
   * Nodes that a peer may give numbers to, one after the other; 16384 unless set. What is above it is reported, and
   * reaches its node by the longer form of calls.
   *
   * @addition
   */
  get max_cached_paths(): int {
    return this[NODE_HOST].maxCachedPaths;
  }
  set max_cached_paths(count: int) {
    this.set_max_cached_paths(count);
  }
  /**
   * @addition
   * @const
   */
  get_max_cached_paths(): int {
    return this[NODE_HOST].maxCachedPaths;
  }
  /** @addition */
  set_max_cached_paths(count: int): void {
    if (requireInt('count', count) >= 0) this[NODE_HOST].maxCachedPaths = count;
    else printError(`max_cached_paths must be at least 0, got ${count}; it stays as it was`, this);
  }

  override free(): void {
    this.#letGo();
    this.#sender.peer = null;
    super.free();
  }

  #letGo(): void {
    const { peer } = this.#sender;
    if (peer?.[PARTING_LISTENERS].delete(this.#partings)) {
      peer.disconnect('peer_connected', this.#arrived);
      peer.disconnect('peer_disconnected', this.#left);
      if (peer.has_signal('activity')) peer.disconnect('activity', this.#authentication.wake);
    }
    peer?.[LET_GO]();
    this.clear();
    this.#hasEnded = false;
  }

  /** Emits the signals of the transport's end, though it may be in use again. */
  #followStatus(): void {
    const before = this.#status;
    const hadEnded = this.#hasEnded;
    this.#status = this.#sender.peer?.get_connection_status() ?? CONNECTION_DISCONNECTED;
    this.#hasEnded = false;
    if (this.#status === CONNECTION_DISCONNECTED) this.clear();
    else if (!hadEnded) return;
    if (before === CONNECTION_DISCONNECTED) return;
    this.emit_signal(before === CONNECTION_CONNECTING ? 'connection_failed' : 'server_disconnected');
  }
}

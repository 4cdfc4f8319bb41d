// Godot's SceneMultiplayer without the scene: peers and received packets. Sending is in scene-sender.ts, packet layouts
// in scene-packets.ts, authentication in scene-authentication.ts.

import { requireBool, requireBytes, requireInstance, requireInt } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { SceneMultiplayerInfo } from '../../binding/class-infos.generated.js';
import { printError, refuse } from '../../binding/error-handler.js';
import { ERR_INVALID_DATA, ERR_UNCONFIGURED, type GodotError, OK } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import { GodotObject } from '../../binding/object.js';
import { defineSignals, Signal, type SignalObjects } from '../../binding/signal.js';
import type { Bytes, double, int, int32 } from '../../binding/types.js';
import { MultiplayerAPI, type MultiplayerAPISignals } from './multiplayer-api.js';
import {
  BAD_PACKET,
  BAD_PACKETS,
  LET_GO,
  MultiplayerPeer,
  PARTING_LISTENERS,
  type PartingListener,
  TAKEN,
} from './multiplayer-peer.js';
import { type AuthCallback, SceneAuthentication } from './scene-authentication.js';
import { rawPacket, readScenePacket, type ScenePacket } from './scene-packets.js';
import { SceneSender } from './scene-sender.js';

/** Most peers that a server may announce to a client: as many as Godot's ENetMultiplayerPeer can have. */
const MAX_MEMBERS = 4095;
const { TARGET_PEER_SERVER } = MultiplayerPeer;
const { CONNECTION_DISCONNECTED, CONNECTION_CONNECTING, CONNECTION_CONNECTED } = MultiplayerPeer;

/** Signals of SceneMultiplayer. */
export interface SceneMultiplayerSignals extends MultiplayerAPISignals {
  /** With an `auth_callback`: `id` wants to join; call `send_auth` or `complete_auth`. */
  peer_authenticating: [id: int];
  /** The peer has left, was disconnected, or took longer than `auth_timeout`. */
  peer_authentication_failed: [id: int];
  /**
   * `poll` would find something new; emitted together with the peer's.
   *
   * @addition
   */
  activity: [];
  /** A peer has sent bytes by `send_bytes`. */
  peer_packet: [id: int, packet: Uint8Array];
  /**
   * A packet for nodes has arrived: a remote call, a path, spawning or syncing, in Godot's encoding.
   *
   * @addition
   */
  node_packet: [id: int, packet: Uint8Array];
}

export interface SceneMultiplayer extends SignalObjects<SceneMultiplayerSignals> {}

/**
 * The packet layer of Godot's high-level multiplayer: a server in JavaScript for games made with Godot, or a client of
 * theirs.
 *
 * Set `multiplayer_peer` and call `poll` often. The server announces its clients to each other and relays their packets
 * to each other, remote calls included; `send_bytes` and the signal `peer_packet` are for the game's bytes.
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
  }

  readonly #sender = new SceneSender();
  readonly #authentication = new SceneAuthentication(this, this.#sender, (id) => this.#admit(id));
  #status: MultiplayerPeer.ConnectionStatus = CONNECTION_CONNECTED;
  /** The transport has ended since the last poll, even if it is in use again. */
  #hasEnded = false;
  /** Sender of the current packet. */
  #source = 0;
  #isPolling = false;
  /** Ignores a transport that was replaced during an emission, which still calls this. */
  readonly #arrived = (id: number, source: MultiplayerPeer): void => {
    if (this.#hasEnded) this.#followStatus();
    if (source === this.#sender.peer) this.#authentication.arrived(id);
  };
  readonly #left = (id: number): void => this.#peerLeft(id);
  readonly #partings: PartingListener = {
    parted: (id) => {
      this.#partWith(id);
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

  override get_remote_sender_id(): int32 {
    return this.#source;
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
    peer.poll();
    while (peer === this.#sender.peer && peer.get_available_packet_count() > 0) {
      const source = peer.get_packet_peer();
      this.#receive(source, peer.get_packet());
    }
    if (peer === this.#sender.peer) this.#authentication.dropSlow();
    this.#followStatus();
  }

  /** Removes all peers, without signals; the transport stays. Further packets of these peers are dropped. */
  clear(): void {
    this.#sender.forget();
    this.#authentication.forget();
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
    this.#partWith(id);
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

  override free(): void {
    this.#letGo();
    this.#sender.peer = null;
    super.free();
  }

  #admit(id: number): void {
    const { peer } = this.#sender;
    this.#sender.tellOfNewcomer(id);
    if (peer !== this.#sender.peer) return; // replaced by an error handler
    this.#sender.connected.add(id);
    this.#sender.parted.delete(id);
    if (id === TARGET_PEER_SERVER) this.emit_signal('connected_to_server');
    if (peer === this.#sender.peer && this.#sender.connected.has(id)) this.emit_signal('peer_connected', id);
  }

  /** Handles a peer that this side has disconnected: without a signal. */
  #partWith(id: number): void {
    const isCandidate = this.#authentication.drop(id);
    if (!isCandidate && !this.#sender.connected.delete(id)) return;
    this.#sender.parted.add(id);
    if (!isCandidate) this.#sender.tellOfLeaver(id);
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

  #peerLeft(id: number): void {
    this.#sender.parted.delete(id);
    this.#sender.peer?.[BAD_PACKETS].forget(id);
    if (this.#authentication.gaveUp(id) || !this.#sender.connected.delete(id)) return;
    this.#sender.tellOfLeaver(id);
    this.emit_signal('peer_disconnected', id);
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

  #receive(source: number, bytes: Uint8Array): void {
    if (this.#sender.parted.has(source)) return;
    const packet = readScenePacket(bytes);
    if (packet === null) this.#isBad(source, `${bytes.length} bytes of peer ${source} are not a packet`);
    else if (packet.kind === 'auth') this.#authentication.receive(source, packet.data);
    else if (!this.#sender.connected.has(source)) {
      const what = `SceneMultiplayer: peer ${source} is not let in; it has sent a packet`;
      this.#sender.peer?.[BAD_PACKETS].mention(source, what, this);
    } else if (packet.kind === 'relay') this.#receiveRelayed(source, packet.id, packet.packet);
    else if (packet.kind === 'add' || packet.kind === 'delete') this.#receiveNotice(source, packet);
    else this.#handOver(source, packet);
  }

  /**
   * Handles a relayed packet: `id` is the target on the server; on a client the source, which only the server may set.
   */
  #receiveRelayed(from: number, id: number, inner: Uint8Array): void {
    const packet = readScenePacket(inner);
    if (packet === null || (packet.kind !== 'raw' && packet.kind !== 'other') || !this.#sender.relays) {
      const what = `a packet that peer ${from} relays is malformed, or server_relay is off`;
      // What a client receives so is another client's fault, for which the server must not be disconnected.
      if (this.#sender.isServer) this.#isBad(from, what);
      else this.#sender.peer?.[BAD_PACKETS].mention(from, `SceneMultiplayer: ${what}`, this);
    } else if (this.#sender.isServer) {
      if (this.#sender.relay(from, id, inner)) this.#handOver(from, packet);
    } else if (from === TARGET_PEER_SERVER && !this.#sender.parted.has(id)) this.#handOver(id, packet);
  }

  /** Handles the server's notice of another client. */
  #receiveNotice(source: number, { kind, id }: ScenePacket & { kind: 'add' | 'delete' }): void {
    if (source !== TARGET_PEER_SERVER || id <= TARGET_PEER_SERVER || id === this.get_unique_id()) {
      this.#isBad(source, `peer ${source} must not announce peer ${id}`);
    } else if (kind === 'delete') this.#peerLeft(id);
    else if (this.#sender.connected.has(id)) return;
    else if (this.#sender.connected.size < MAX_MEMBERS) this.#admit(id);
    else this.#isBad(source, `the server announces more than ${MAX_MEMBERS} peers`);
  }

  /** Drops and reports a bad packet; the peer is disconnected when it was one too many. */
  #isBad(source: number, what: string): void {
    if (this.#sender.peer?.[BAD_PACKET](source, `SceneMultiplayer: ${what}`, this)) this.#sender.parted.add(source);
  }

  #handOver(source: number, packet: ScenePacket): void {
    const outer = this.#source; // of a packet whose callback polls
    this.#source = source;
    if (packet.kind === 'raw') this.emit_signal('peer_packet', source, packet.data);
    else if (packet.kind === 'other') this.emit_signal('node_packet', source, packet.packet);
    this.#source = outer;
  }
}

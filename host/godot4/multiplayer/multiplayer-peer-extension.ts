// Godot's MultiplayerPeerExtension: a transport of a multiplayer game implemented by a script, its subclass.

import { requireBool, requireBytes, requireInt, requireInt32, requireUint32 } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { MultiplayerPeerExtensionInfo } from '../../binding/class-infos.generated.js';
import { type ReportKind, report } from '../../binding/error-handler.js';
import { ERR_UNAVAILABLE, FAILED, type GodotError, OK } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import { defineSignals, type SignalObjects } from '../../binding/signal.js';
import type { int32, OwnBytes } from '../../binding/types.js';
import { ownedCopy } from '../../bytes.js';
import { MultiplayerPeer, type MultiplayerPeerSignals, PARTING_LISTENERS } from './multiplayer-peer.js';

const NO_BYTES: OwnBytes = new Uint8Array(0);

/** Signals of MultiplayerPeerExtension. */
export interface MultiplayerPeerExtensionSignals extends MultiplayerPeerSignals {
  /**
   * The script has called `notify_activity`; emitted once until the next `poll`.
   *
   * @addition
   */
  activity: [];
}

export interface MultiplayerPeerExtension extends SignalObjects<MultiplayerPeerExtensionSignals> {}

export namespace MultiplayerPeerExtension {
  export type ConnectionStatus = MultiplayerPeer.ConnectionStatus;
  export type TransferMode = MultiplayerPeer.TransferMode;
}

/**
 * A transport of a multiplayer game implemented by a script: extend it, and a SceneMultiplayer works over it.
 *
 * The script defines who is there and where packets come from and go to; it emits `peer_connected` and
 * `peer_disconnected` itself, from `_poll`. Of the virtual methods, `_is_refusing_new_connections`,
 * `_set_refuse_new_connections` and `_is_server_relay_supported` may be left out; for any other one that is called and
 * was left out, a message is printed once, and 0, false or FAILED is returned. Call `notify_activity` when `poll` would
 * find something new: a server that polls only then needs it.
 *
 * ```js
 * class LocalPeer extends MultiplayerPeerExtension {
 *   #id; #other = null; #inbox = []; #target = 0; #mode = 2; #channel = 0; #news = false;
 *   constructor(id) { super(); this.#id = id; }
 *   static pair() {
 *     const [server, client] = [new LocalPeer(1), new LocalPeer(2)];
 *     [server.#other, client.#other] = [client, server];
 *     server.#news = client.#news = true;
 *     return [server, client];
 *   }
 *   _poll() {
 *     if (!this.#news) return;
 *     this.#news = false;
 *     if (this.#other !== null) this.emit_signal('peer_connected', this.#other.#id);
 *   }
 *   _put_packet_script(bytes) {
 *     if (this.#other === null || this.#target === -this.#other.#id) return OK;
 *     this.#other.#inbox.push({ bytes, mode: this.#mode, channel: this.#channel });
 *     this.#other.notify_activity();
 *     return OK;
 *   }
 *   _get_packet_script() { return this.#inbox.shift()?.bytes ?? new Uint8Array(0); }
 *   _get_available_packet_count() { return this.#inbox.length; }
 *   _get_packet_peer() { return this.#other?.#id ?? 0; }
 *   _get_packet_mode() { return this.#inbox[0]?.mode ?? 2; }
 *   _get_packet_channel() { return this.#inbox[0]?.channel ?? 0; }
 *   _set_target_peer(id) { this.#target = id; }
 *   _set_transfer_mode(mode) { this.#mode = mode; }
 *   _get_transfer_mode() { return this.#mode; }
 *   _set_transfer_channel(channel) { this.#channel = channel; }
 *   _get_transfer_channel() { return this.#channel; }
 *   _get_unique_id() { return this.#id; }
 *   _get_connection_status() { return this.#other === null ? 0 : 2; }
 *   _disconnect_peer() { this._close(); }
 *   _close() {
 *     const other = this.#other;
 *     this.#other = null;
 *     other?._close();
 *     this.notify_activity();
 *   }
 * }
 * ```
 *
 * A method that throws, or returns what its description does not allow, throws out of the method that calls it, such as
 * `poll`, with a message that names it.
 */
export class MultiplayerPeerExtension extends MultiplayerPeer {
  declare readonly signals: MultiplayerPeerExtensionSignals;

  static {
    defineSignals(this.prototype, 'activity');
  }

  #packetError: GodotError = OK;
  /** `activity` was emitted and no poll has followed. */
  #isSignalled = false;
  /** Names of the methods whose lack was told; null for none. */
  #missing: Set<string> | null = null;

  override [CLASS_INFO](): ClassInfo {
    return MultiplayerPeerExtensionInfo();
  }

  /**
   * Ends everything, without signals. Called by `close`.
   *
   * @virtual
   */
  _close(): void {
    this.#lacks('_close');
  }

  /**
   * Disconnects the peer `p_peer`; with `p_force` without the signal `peer_disconnected`. Called by `disconnect_peer`.
   *
   * @virtual
   */
  _disconnect_peer(p_peer: int32, p_force: boolean): void {
    this.#lacks('_disconnect_peer', p_peer, p_force);
  }

  /**
   * Number of packets that `_get_packet_script` would return.
   *
   * @virtual
   * @const
   */
  _get_available_packet_count(): int32 {
    return this.#lacks('_get_available_packet_count');
  }

  /**
   * Whether packets can be sent.
   *
   * @virtual
   * @const
   */
  _get_connection_status(): MultiplayerPeer.ConnectionStatus {
    return this.#lacks('_get_connection_status');
  }

  /**
   * Size of the largest packet that can be sent. For Godot's sake: nothing here calls it.
   *
   * @virtual
   * @const
   */
  _get_max_packet_size(): int32 {
    return this.#lacks('_get_max_packet_size');
  }

  /**
   * Takes the next packet; an empty array when there is none. Its bytes are copied before the caller gets them.
   *
   * **Note:** Godot's `_get_packet` takes pointers, and has no equivalent here.
   *
   * @virtual
   */
  _get_packet_script(): Uint8Array {
    this.#lacks('_get_packet_script');
    return NO_BYTES;
  }

  /**
   * Sends `p_buffer`, which is never empty, to the target that was set last. Its memory belongs to the script, to keep or
   * to transfer. What it returns is what the caller of `put_packet` gets.
   *
   * **Note:** Godot's `_put_packet` takes pointers, and has no equivalent here.
   *
   * @virtual
   */
  _put_packet_script(p_buffer: Uint8Array): GodotError {
    this.#lacks('_put_packet_script', p_buffer);
    return FAILED;
  }

  /**
   * Channel of the next packet.
   *
   * @virtual
   * @const
   */
  _get_packet_channel(): int32 {
    return this.#lacks('_get_packet_channel');
  }

  /**
   * How the next packet was sent.
   *
   * @virtual
   * @const
   */
  _get_packet_mode(): MultiplayerPeer.TransferMode {
    return this.#lacks('_get_packet_mode');
  }

  /**
   * Id of the peer that has sent the next packet.
   *
   * @virtual
   * @const
   */
  _get_packet_peer(): int32 {
    return this.#lacks('_get_packet_peer');
  }

  /**
   * The channel that was set last.
   *
   * @virtual
   * @const
   */
  _get_transfer_channel(): int32 {
    return this.#isScript ? this.#lacks('_get_transfer_channel') : super.get_transfer_channel();
  }

  /**
   * The mode that was set last.
   *
   * @virtual
   * @const
   */
  _get_transfer_mode(): MultiplayerPeer.TransferMode {
    return this.#isScript ? this.#lacks('_get_transfer_mode') : super.get_transfer_mode();
  }

  /**
   * This side's id: 1 on a server, 0 while there is none.
   *
   * @virtual
   * @const
   */
  _get_unique_id(): int32 {
    return this.#lacks('_get_unique_id');
  }

  /**
   * Whether new connections are kept waiting; what was set last unless overridden.
   *
   * @virtual
   * @const
   */
  _is_refusing_new_connections(): boolean {
    return super.is_refusing_new_connections();
  }

  /**
   * Whether this side is the server. For Godot's sake: nothing here calls it, for a server has the id 1.
   *
   * @virtual
   * @const
   */
  _is_server(): boolean {
    this.#lacks('_is_server');
    return false;
  }

  /**
   * Whether a server may relay packets between clients; false unless overridden.
   *
   * @virtual
   * @const
   */
  _is_server_relay_supported(): boolean {
    return super.is_server_relay_supported();
  }

  /**
   * Handles what is new; the place to emit `peer_connected` and `peer_disconnected`. Called by `poll`.
   *
   * @virtual
   */
  _poll(): void {
    this.#lacks('_poll');
  }

  /**
   * Keeps new connections waiting, or no longer.
   *
   * @virtual
   */
  _set_refuse_new_connections(p_enable: boolean): void {
    super.set_refuse_new_connections(p_enable);
  }

  /**
   * Chooses who gets the packets from now on: a peer, 0 for everyone, or a peer's negative id for everyone but it.
   *
   * @virtual
   */
  _set_target_peer(p_peer: int32): void {
    this.#lacks('_set_target_peer', p_peer);
  }

  /**
   * Chooses the channel of the packets from now on.
   *
   * @virtual
   */
  _set_transfer_channel(p_channel: int32): void {
    this.#lacks('_set_transfer_channel', p_channel);
  }

  /**
   * Chooses how packets are sent from now on.
   *
   * @virtual
   */
  _set_transfer_mode(p_mode: MultiplayerPeer.TransferMode): void {
    this.#lacks('_set_transfer_mode', p_mode);
  }

  /**
   * To be called by the script when `poll` would find something new: packets, peers, or the end.
   *
   * Emits `activity`, once until the next `poll`. A SceneMultiplayer that has this peer emits its own `activity` then.
   *
   * @addition
   */
  notify_activity(): void {
    if (this.#isSignalled) return;
    this.#isSignalled = true;
    this.emit_signal('activity');
  }

  override get_transfer_channel(): int32 {
    return requireInt32('_get_transfer_channel()', this._get_transfer_channel());
  }

  override set_transfer_channel(channel: int32): void {
    this._set_transfer_channel(requireInt32('channel', channel));
  }

  override get_transfer_mode(): MultiplayerPeer.TransferMode {
    return requireUint32('_get_transfer_mode()', this._get_transfer_mode()) as MultiplayerPeer.TransferMode;
  }

  override set_transfer_mode(mode: MultiplayerPeer.TransferMode): void {
    this._set_transfer_mode(requireUint32('mode', mode) as MultiplayerPeer.TransferMode);
  }

  override is_refusing_new_connections(): boolean {
    return requireBool('_is_refusing_new_connections()', this._is_refusing_new_connections());
  }

  override set_refuse_new_connections(enable: boolean): void {
    this._set_refuse_new_connections(requireBool('enable', enable));
  }

  override is_server_relay_supported(): boolean {
    return requireBool('_is_server_relay_supported()', this._is_server_relay_supported());
  }

  override set_target_peer(id: int32): void {
    this._set_target_peer(requireInt32('id', id));
  }

  override get_packet_peer(): int32 {
    return requireInt32('_get_packet_peer()', this._get_packet_peer());
  }

  override get_packet_channel(): int32 {
    return requireInt32('_get_packet_channel()', this._get_packet_channel());
  }

  override get_packet_mode(): MultiplayerPeer.TransferMode {
    return requireUint32('_get_packet_mode()', this._get_packet_mode()) as MultiplayerPeer.TransferMode;
  }

  override poll(): void {
    this.#isSignalled = false;
    this._poll();
  }

  override close(): void {
    this._close();
    for (const listener of this[PARTING_LISTENERS]) {
      if (this.get_connection_status() === MultiplayerPeer.CONNECTION_DISCONNECTED) listener.ended();
    }
  }

  override disconnect_peer(peer: int32, force = false): void {
    this._disconnect_peer(requireInt32('peer', peer), requireBool('force', force));
    if (force) for (const listener of this[PARTING_LISTENERS]) listener.parted(peer);
  }

  override get_connection_status(): MultiplayerPeer.ConnectionStatus {
    const status = requireInt('_get_connection_status()', this._get_connection_status());
    return status as MultiplayerPeer.ConnectionStatus;
  }

  override get_unique_id(): int32 {
    return requireInt32('_get_unique_id()', this._get_unique_id());
  }

  override get_available_packet_count(): int32 {
    return requireInt32('_get_available_packet_count()', this._get_available_packet_count());
  }

  override get_packet(): OwnBytes {
    const taken = this.takePacket();
    this.#packetError = typeof taken === 'number' ? taken : OK;
    return typeof taken === 'number' ? NO_BYTES : taken;
  }

  override get_packet_error(): GodotError {
    return this.#packetError;
  }

  protected override takePacket(): OwnBytes | GodotError {
    const packet = requireBytes('_get_packet_script()', this._get_packet_script());
    if (packet.length > 0) return ownedCopy(packet);
    return this.#missing?.has('_get_packet_script') ? FAILED : ERR_UNAVAILABLE;
  }

  protected override putPacket(bytes: Uint8Array): GodotError {
    return requireInt('_put_packet_script()', this._put_packet_script(ownedCopy(bytes)));
  }

  /** An object of this class itself is asked for the defaults of its properties: those of every transport, as in Godot. */
  get #isScript(): boolean {
    return this.constructor !== MultiplayerPeerExtension;
  }

  /** Tells once that the script has no `method`, which was called with `_given`; the answer of most is 0. */
  #lacks(method: string, ..._given: unknown[]): 0 {
    this.#missing ??= new Set();
    if (this.#missing.has(method)) return 0;
    this.#missing.add(method);
    // The engine's are warnings, too: whoever sends or receives gets an error code.
    const kind: ReportKind = method.endsWith('_script') ? 'warning' : 'error';
    report(`MultiplayerPeerExtension: ${method} was called, and has to be overridden`, this, kind);
    return 0;
  }
}

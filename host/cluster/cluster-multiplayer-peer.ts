// ClusterMultiplayerPeer: the server of a multiplayer game whose clients come through gateways.
import { clock } from '#platform';
import { requireBool, requireInstance, requireInt, requireInt32, requireString } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { printError, refuse, report } from '../binding/error-handler.js';
import {
  ERR_ALREADY_IN_USE,
  ERR_INVALID_PARAMETER,
  ERR_UNAVAILABLE,
  ERR_UNCONFIGURED,
  type GodotError,
  OK,
} from '../binding/errors.js';
import { defineInspection } from '../binding/inspection.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { defineSignals, type SignalObjects } from '../binding/signal.js';
import type { int, int32, OwnBytes } from '../binding/types.js';
import { TOO_MANY_CODE, TOO_MANY_REASON } from '../godot4/multiplayer/bad-packets.js';
import {
  BAD_PACKET,
  BAD_PACKETS,
  EXPEL,
  IS_THERE,
  LET_GO,
  MultiplayerPeer,
  type MultiplayerPeerSignals,
  PARTING_LISTENERS,
  PUT_TO_EACH,
  TAKEN,
} from '../godot4/multiplayer/multiplayer-peer.js';
import { SourcedPackets } from '../godot4/multiplayer/sourced-packets.js';
import { Deadline } from '../protocol/deadline.js';
import { Bell } from '../transport/bell.js';
import { ClusterMultiplayerPeerInfo } from './class-infos.generated.js';
import { finalCost } from './link-flow.js';
import { isRoomName } from './names.js';
import { GOING_AWAY_CODE, type Room, type RoomOwner } from './room.js';
import { CLAIM, RoomHost } from './room-host.js';
import type { RoomMember } from './room-member.js';
import { defineRoomSettings, type RoomSettingMembers, type RoomSettings, RULES, usualRules } from './room-settings.js';

/** Lifetime of a room that is not polled any more. */
const UNATTENDED_MS = 10_000;
const NO_PACKET = new Uint8Array(0);
const { CONNECTION_DISCONNECTED, CONNECTION_CONNECTING, CONNECTION_CONNECTED, TARGET_PEER_SERVER } = MultiplayerPeer;

/** Signals of ClusterMultiplayerPeer. */
export interface ClusterMultiplayerPeerSignals extends MultiplayerPeerSignals {
  /**
   * `poll` would find something new; emitted at most once between two polls.
   *
   * @addition
   */
  activity: [];
}

export interface ClusterMultiplayerPeer extends SignalObjects<ClusterMultiplayerPeerSignals>, RoomSettingMembers {}

export namespace ClusterMultiplayerPeer {
  export type ConnectionStatus = MultiplayerPeer.ConnectionStatus;
  export type TransferMode = MultiplayerPeer.TransferMode;
}

/**
 * A room: the server of a multiplayer game whose clients are connected to gateways.
 *
 * It takes the place of a WebSocketMultiplayerPeer that is a server: the same calls, ids and signals, and clients that
 * are WebSocketMultiplayerPeers, Godot's or this package's. Packets arrive in order, each once; where that can't be kept,
 * the client's connection ends with a code and a reason.
 *
 * ```js
 * const host = new RoomHost(broker);
 * host.connect('room_requested', (name) => {
 *   const peer = new ClusterMultiplayerPeer();
 *   if (peer.create_room(host, name) !== OK) return;
 *   const multiplayer = new SceneMultiplayer();
 *   multiplayer.multiplayer_peer = peer;
 * });
 * ```
 *
 * The status is CONNECTION_CONNECTING until the name is this process's, and CONNECTION_DISCONNECTED when another one
 * has it, or gets it: a process that was frozen or cut off for too long loses its rooms, and says so.
 *
 * @addition
 */
export class ClusterMultiplayerPeer extends MultiplayerPeer {
  declare readonly signals: ClusterMultiplayerPeerSignals;

  static {
    defineSignals(this.prototype, 'activity');
    defineInspection<ClusterMultiplayerPeer>(this.prototype, (peer) => ({
      room: peer.get_room_name(),
      status: ['DISCONNECTED', 'CONNECTING', 'CONNECTED'][peer.get_connection_status()],
      peers: peer.#room?.size ?? 0,
      available_packets: peer.get_available_packet_count(),
    }));
    defineRoomSettings(this.prototype);
  }

  readonly [RULES]: RoomSettings = usualRules();
  readonly #bell = new Bell(clock, () => this.emit_signal('activity'));
  readonly #packets = new SourcedPackets();
  #room: Room | null = null;
  #status: MultiplayerPeer.ConnectionStatus = CONNECTION_DISCONNECTED;
  #target: int32 = MultiplayerPeer.TARGET_PEER_BROADCAST;
  #lastError: GodotError = OK;
  #isPolling = false;
  /** Set when a multiplayer stops polling this peer, until the next poll; when it expires, the room is closed. */
  readonly #unattended = new Deadline(clock, () => this.close());
  readonly #owner: RoomOwner = this.#makeOwner();

  override [CLASS_INFO](): ClassInfo {
    return ClusterMultiplayerPeerInfo();
  }

  /**
   * Becomes the server of the room `name` of `host`.
   *
   * `name` is 1 to 64 letters, digits, `_` and `-`. Returns OK, and the status is CONNECTION_CONNECTING until the
   * directory of the broker has answered; ERR_ALREADY_IN_USE when this peer is a room's already, or the host has a
   * room of this name; ERR_INVALID_PARAMETER for another name; ERR_UNAVAILABLE when the host has `max_rooms` rooms, is
   * being drained, or is closed.
   */
  create_room(host: RoomHost, name: string): GodotError {
    requireInstance('host', RoomHost, host);
    requireString('name', name);
    if (this.#room !== null) return refuse(ERR_ALREADY_IN_USE, 'create_room: this peer is a room already', this);
    if (!isRoomName(name)) {
      const rule = 'a room has a name of 1 to 64 letters, digits, "_" and "-"';
      return refuse(ERR_INVALID_PARAMETER, `create_room: ${rule}, got "${name.slice(0, 80)}"`, this);
    }
    const claim = host[CLAIM](name, this.#owner);
    if (typeof claim === 'string') return refuse(ERR_UNAVAILABLE, `create_room: ${claim}`, this);
    if (claim === null) return refuse(ERR_ALREADY_IN_USE, `create_room: the host has a room "${name}" already`, this);
    this.#packets.clear();
    this.#room = claim;
    this.#status = CONNECTION_CONNECTING;
    return OK;
  }

  /**
   * Name of the room; '' without one.
   *
   * @const
   */
  get_room_name(): string {
    return this.#room?.name ?? '';
  }

  override set_target_peer(id: int32): void {
    this.#target = requireInt32('id', id);
  }

  /** @const */
  override get_available_packet_count(): int32 {
    return this.#packets.count;
  }

  /** @const */
  override get_packet_peer(): int32 {
    if (this.#packets.count > 0) return this.#packets.nextSource;
    return refuse(TARGET_PEER_SERVER, 'get_packet_peer: there is no packet', this);
  }

  /**
   * Always 0.
   *
   * @const
   */
  override get_packet_channel(): int32 {
    return 0;
  }

  /**
   * Always TRANSFER_MODE_RELIABLE.
   *
   * @const
   */
  override get_packet_mode(): MultiplayerPeer.TransferMode {
    return MultiplayerPeer.TRANSFER_MODE_RELIABLE;
  }

  override get_packet(): OwnBytes {
    const packet = this.takePacket();
    this.#lastError = typeof packet === 'number' ? packet : OK;
    return typeof packet === 'number' ? NO_PACKET : packet;
  }

  /** @const */
  override get_packet_error(): GodotError {
    return this.#lastError;
  }

  protected override takePacket(): OwnBytes | GodotError {
    if (this.#status !== CONNECTION_CONNECTED) return refuse(ERR_UNCONFIGURED, 'get_packet: not connected', this);
    if (this.#packets.count === 0) return refuse(ERR_UNAVAILABLE, 'get_packet: there is no packet', this);
    const member = this.#room?.memberOf(this.#packets.nextSource) ?? null;
    const wasFull = !this.#hasRoom;
    const packet = this.#packets.take();
    if (member !== null && !member.hasEnded) member.receiver.giveBack(finalCost(packet.length));
    if (wasFull && this.#hasRoom) this.#bell.ring();
    return packet;
  }

  protected override putPacket(bytes: Uint8Array): GodotError {
    if (this.#status !== CONNECTION_CONNECTED || this.#room === null) {
      return refuse(ERR_UNCONFIGURED, 'put_packet: not connected', this);
    }
    const error = this.#room.send(this.#target, bytes);
    return error === OK ? OK : refuse(error, `put_packet: there is no peer ${this.#target}`, this);
  }

  /**
   * Lets clients in, takes their packets, and emits signals.
   *
   * While `max_queued_packets` wait here, no more are taken, and the clients are slowed down.
   */
  override poll(): void {
    if (this.#isPolling) return;
    this.#bell.silence();
    this.#unattended.clear();
    if (this.#status !== CONNECTION_CONNECTED) return;
    this.#isPolling = true;
    try {
      this.#room?.poll();
    } finally {
      this.#isPolling = false;
    }
  }

  /** Ends the room: its clients' connections end with 1001, and its name is free again. No signals. */
  override close(): void {
    const room = this.#room;
    if (room === null) return;
    this.#end();
    room.close(GOING_AWAY_CODE, 'the room is closed');
  }

  /**
   * Disconnects the peer `peer`: it still gets what was sent before, and a close frame with 1000.
   *
   * The next `poll` emits `peer_disconnected`; with `force` the peer is removed at once, without a signal.
   */
  override disconnect_peer(peer: int32, force = false): void {
    requireInt('peer', peer);
    requireBool('force', force);
    const member = this.#memberOf(peer, 'disconnect_peer');
    if (member === null) return;
    this.#room?.disconnect(member, force);
    if (!force) return;
    for (const listener of this[PARTING_LISTENERS]) listener.parted(peer);
  }

  override set_refuse_new_connections(enable: boolean): void {
    super.set_refuse_new_connections(enable);
    if (!enable && this.#room !== null) this.#bell.ring();
  }

  /** @const */
  override get_connection_status(): MultiplayerPeer.ConnectionStatus {
    return this.#status;
  }

  /** @const */
  override get_unique_id(): int32 {
    return this.#room === null ? 0 : TARGET_PEER_SERVER;
  }

  /** @const */
  override is_server_relay_supported(): boolean {
    return true;
  }

  /**
   * Always null, with a message: the connections are at the gateways.
   *
   * @const
   */
  get_peer(peer_id: int32): null {
    requireInt32('peer_id', peer_id);
    printError("get_peer: the connections of a room's clients are at the gateways", this);
    return null;
  }

  /**
   * Address of the peer `id`, as its gateway has seen it; '' with a message when there is none.
   *
   * @const
   */
  get_peer_address(id: int32): string {
    return this.#memberOf(id, 'get_peer_address')?.address ?? '';
  }

  /**
   * Remote port of the peer `id`, as its gateway has seen it; 0 with a message when there is none.
   *
   * @const
   */
  get_peer_port(id: int32): int32 {
    return this.#memberOf(id, 'get_peer_port')?.port ?? 0;
  }

  /**
   * What the gateway's `handshake_hook` gave as `data` for the peer `id`, as JSON carries it; null for nothing, and with a
   * message when there is no such peer.
   *
   * @const
   */
  override get_peer_data(id: int32): unknown {
    return this.#memberOf(id, 'get_peer_data')?.data ?? null;
  }

  /** Emits `activity` for a late listener, which may have missed it. */
  protected override connected(signal: string): void {
    if (signal !== 'activity' || this.#room === null) return;
    this.#bell.silence();
    this.#bell.ring();
  }

  override free(): void {
    this.close();
    super.free();
  }

  protected override get maxBadPackets(): int {
    return this[RULES].max_bad_packets;
  }

  override [TAKEN](): void {
    this.#unattended.clear();
  }

  override [LET_GO](): void {
    if (this.#room !== null) this.#unattended.set(UNATTENDED_MS);
  }

  override [IS_THERE](id: number): boolean {
    return this.#room?.memberOf(id) !== null;
  }

  override [EXPEL](id: number): void {
    const member = this.#room?.memberOf(id) ?? null;
    if (member !== null) this.#room?.disconnect(member, false, TOO_MANY_CODE, TOO_MANY_REASON);
  }

  override [PUT_TO_EACH](ids: Iterable<number>, excluded: number, packet: Uint8Array): GodotError {
    if (this.#room === null) return super[PUT_TO_EACH](ids, excluded, packet);
    this.#room.sendToEach(ids, excluded, packet);
    return OK;
  }

  get #hasRoom(): boolean {
    return this.#packets.count < this[RULES].max_queued_packets;
  }

  #memberOf(id: number, method: string): RoomMember | null {
    const member = this.#room?.memberOf(requireInt32('id', id)) ?? null;
    if (member === null) printError(`${method}: there is no peer ${id}`, this);
    return member;
  }

  /** This object is no room any more. */
  #end(): void {
    this.#leave();
    for (const listener of this[PARTING_LISTENERS]) listener.ended();
  }

  #leave(): void {
    this.#room = null;
    this.#status = CONNECTION_DISCONNECTED;
    this.#unattended.clear();
    this.#packets.clear();
    this[BAD_PACKETS].clear();
  }

  /** The name is this process's. */
  #claimed(): void {
    this.#status = CONNECTION_CONNECTED;
    this.#bell.ring();
  }

  /** The name is another process's: the links have ended already. */
  #lost(cause: string): void {
    const name = this.get_room_name();
    const wasHeld = this.#status === CONNECTION_CONNECTED;
    this.#leave();
    if (wasHeld && cause !== '') report(`the room "${name}" is lost: ${cause}; its clients' connections end`, this);
    this.#bell.silence();
    this.#bell.ring();
  }

  #received(packet: Uint8Array, member: RoomMember): void {
    if (packet.length > 0) {
      this.#packets.add(packet as OwnBytes, member.id);
      return;
    }
    member.receiver.giveBack(finalCost(0));
    this[BAD_PACKET](member.id, ''); // silent as in the engine
  }

  #makeOwner(): RoomOwner {
    const peer = this;
    return {
      about: peer,
      wake: () => peer.#bell.ring(),
      claimed: () => peer.#claimed(),
      lost: (cause) => peer.#lost(cause),
      newId: () => peer.generate_unique_id(),
      joined: (id) => peer.emit_signal('peer_connected', id),
      left: (id) => {
        peer[BAD_PACKETS].forget(id);
        peer.emit_signal('peer_disconnected', id);
      },
      received: (packet, member) => peer.#received(packet, member),
      get hasRoom() {
        return peer.#hasRoom;
      },
      get refuses() {
        return peer.is_refusing_new_connections();
      },
      get maxPeers() {
        return peer[RULES].max_peers;
      },
      get outboundBufferSize() {
        return peer[RULES].outbound_buffer_size;
      },
      get maxQueuedPackets() {
        return peer[RULES].max_queued_packets;
      },
    };
  }
}

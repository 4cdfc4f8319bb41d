// Godot's MultiplayerPeer: the interface of every transport of a multiplayer game.

import { requireBool, requireInt32, requireUint32 } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { MultiplayerPeerInfo } from '../../binding/class-infos.generated.js';
import { report } from '../../binding/error-handler.js';
import { type GodotError, OK } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import type { ObjectSignals } from '../../binding/object.js';
import { type ConstantsOf, defineConstants, defineSignals, type SignalObjects } from '../../binding/signal.js';
import type { int, int32, uint32 } from '../../binding/types.js';
import { PacketPeer } from '../io/packet-peer.js';
import { BadPackets } from './bad-packets.js';
import { randomPeerId } from './peer-id.js';

/** Keys for a multiplayer: it begins or stops polling its transport, hears of partings, and sends one packet to many. */
export const TAKEN: unique symbol = Symbol('taken by a multiplayer');
export const LET_GO: unique symbol = Symbol('let go of by a multiplayer');
export const PARTING_LISTENERS: unique symbol = Symbol('listeners of partings');
export const PUT_TO_EACH: unique symbol = Symbol('put to each');
/** Keys for counting bad packets, and for ending the connection of a peer that sends too many. */
export const BAD_PACKETS: unique symbol = Symbol('bad packets');
export const BAD_PACKET: unique symbol = Symbol('bad packet');
export const IS_THERE: unique symbol = Symbol('is there');
export const EXPEL: unique symbol = Symbol('expel');

/** Receives events synchronously that signals report later, or never. */
export interface PartingListener {
  /** This side has disconnected `id`; no signal follows. */
  parted(id: number): void;
  /** Everything has ended; the object may be used again before the next poll. */
  ended(): void;
}

/** Signals of MultiplayerPeer. */
export interface MultiplayerPeerSignals extends ObjectSignals {
  /** A peer has joined; on a client `id` is 1 when the server has assigned this side's id. */
  peer_connected: [id: int];
  /** A peer has left, or the connection to the server has ended. */
  peer_disconnected: [id: int];
}

export interface MultiplayerPeer extends SignalObjects<MultiplayerPeerSignals>, ConstantsOf<typeof MultiplayerPeer> {}

export namespace MultiplayerPeer {
  /** State of the connection: one of the group ConnectionStatus. */
  export type ConnectionStatus = 0 | 1 | 2;
  /** How packets are sent: one of the group TransferMode. */
  export type TransferMode = 0 | 1 | 2;
}

/**
 * A transport for multiplayer: peers with ids, and packets to one, to all, or to all but one of them.
 *
 * The server has id 1. Abstract: use WebSocketMultiplayerPeer, or write your own as a MultiplayerPeerExtension.
 */
export abstract class MultiplayerPeer extends PacketPeer {
  /** Not connected, or not any more. */
  static readonly CONNECTION_DISCONNECTED = 0;
  /** The attempt to connect is under way; a client has no id yet. */
  static readonly CONNECTION_CONNECTING = 1;
  /** Packets can be sent and received. */
  static readonly CONNECTION_CONNECTED = 2;
  static readonly ConnectionStatus = Object.freeze({
    CONNECTION_DISCONNECTED: 0,
    CONNECTION_CONNECTING: 1,
    CONNECTION_CONNECTED: 2,
  });

  /** Packets may get lost, and overtake each other. */
  static readonly TRANSFER_MODE_UNRELIABLE = 0;
  /** Packets may get lost, but never overtake each other. */
  static readonly TRANSFER_MODE_UNRELIABLE_ORDERED = 1;
  /** Packets arrive, in the order in which they were sent. */
  static readonly TRANSFER_MODE_RELIABLE = 2;
  static readonly TransferMode = Object.freeze({
    TRANSFER_MODE_UNRELIABLE: 0,
    TRANSFER_MODE_UNRELIABLE_ORDERED: 1,
    TRANSFER_MODE_RELIABLE: 2,
  });

  /** Target of packets for everyone. */
  static readonly TARGET_PEER_BROADCAST = 0;
  /** Target of packets for the server, and the server's id. */
  static readonly TARGET_PEER_SERVER = 1;

  readonly [PARTING_LISTENERS] = new Set<PartingListener>();
  readonly [BAD_PACKETS] = new BadPackets((id) => this[IS_THERE](id));
  #transferChannel = 0;
  #transferMode: MultiplayerPeer.TransferMode = MultiplayerPeer.TRANSFER_MODE_RELIABLE;
  #refuses = false;

  /** Signals of a multiplayer peer. */
  declare readonly signals: MultiplayerPeerSignals;

  static {
    defineSignals(this.prototype, 'peer_connected', 'peer_disconnected');
    defineConstants(this);
  }

  override [CLASS_INFO](): ClassInfo {
    return MultiplayerPeerInfo(MultiplayerPeer);
  }

  [TAKEN](): void {}

  [LET_GO](): void {}

  /** Whether the peer `id` has not left, as far as it is known. */
  [IS_THERE](_id: number): boolean {
    return true;
  }

  /** Most bad packets of one peer; 0 for no limit. */
  protected get maxBadPackets(): number {
    return 0;
  }

  /** Reports a bad packet of the peer `id`; true when it was one too many, and the peer is disconnected. */
  [BAD_PACKET](id: number, what: string, about: object = this): boolean {
    const count = this[BAD_PACKETS].add(id, what, about);
    const most = this.maxBadPackets;
    if (most === 0 || count !== most + 1) return false;
    report(`peer ${id} has sent more than ${most} bad packets (max_bad_packets); it is disconnected`, about);
    this[EXPEL](id);
    return true;
  }

  /** Disconnects a peer for what it has sent; the signals follow. */
  [EXPEL](id: number): void {
    this.disconnect_peer(id);
  }

  /**
   * Channel of the packets that are sent; 0 unless set. Transports without channels keep it and use none.
   *
   * @range 0,255,1
   */
  get transfer_channel(): int32 {
    return this.get_transfer_channel();
  }
  set transfer_channel(channel: int32) {
    this.set_transfer_channel(channel);
  }
  /** @const */
  get_transfer_channel(): int32 {
    return this.#transferChannel;
  }
  set_transfer_channel(channel: int32): void {
    this.#transferChannel = requireInt32('channel', channel);
  }

  /** How packets are sent; TRANSFER_MODE_RELIABLE unless set. Reliable transports keep it and send reliably. */
  get transfer_mode(): MultiplayerPeer.TransferMode {
    return this.get_transfer_mode();
  }
  set transfer_mode(mode: MultiplayerPeer.TransferMode) {
    this.set_transfer_mode(mode);
  }
  /** @const */
  get_transfer_mode(): MultiplayerPeer.TransferMode {
    return this.#transferMode;
  }
  set_transfer_mode(mode: MultiplayerPeer.TransferMode): void {
    this.#transferMode = requireUint32('mode', mode) as MultiplayerPeer.TransferMode;
  }

  /**
   * Whether new connections are kept waiting instead of being accepted; `false` unless set.
   *
   * @getter is_refusing_new_connections
   */
  get refuse_new_connections(): boolean {
    return this.is_refusing_new_connections();
  }
  set refuse_new_connections(enable: boolean) {
    this.set_refuse_new_connections(enable);
  }
  /** @const */
  is_refusing_new_connections(): boolean {
    return this.#refuses;
  }
  set_refuse_new_connections(enable: boolean): void {
    this.#refuses = requireBool('enable', enable);
  }

  /**
   * Chooses who gets the packets that are sent from now on.
   *
   * `id` is a peer, TARGET_PEER_BROADCAST (as at start) for everyone, or a peer's negative id for everyone but it.
   */
  abstract set_target_peer(id: int32): void;

  /**
   * Id of the peer that has sent the next packet; 1 with a message when there is none.
   *
   * @const
   */
  abstract get_packet_peer(): int32;

  /**
   * Channel of the next packet.
   *
   * @const
   */
  abstract get_packet_channel(): int32;

  /**
   * How the next packet was sent.
   *
   * @const
   */
  abstract get_packet_mode(): MultiplayerPeer.TransferMode;

  /** Handles new connections and received packets, and emits signals. Call it often, usually once per frame. */
  abstract poll(): void;

  /** Ends everything at once, without signals. */
  abstract close(): void;

  /** Disconnects `peer`; with `force` at once and without the signal `peer_disconnected`. */
  abstract disconnect_peer(peer: int32, force?: boolean): void;

  /**
   * Whether packets can be sent: one of CONNECTION_DISCONNECTED, CONNECTION_CONNECTING, CONNECTION_CONNECTED.
   *
   * @const
   */
  abstract get_connection_status(): MultiplayerPeer.ConnectionStatus;

  /**
   * This side's id: 1 on a server, 0 while there is none.
   *
   * @const
   */
  abstract get_unique_id(): int32;

  /** Sends `packet` to each of `ids` except `excluded`; returns OK, or the last error. */
  [PUT_TO_EACH](ids: Iterable<number>, excluded: number, packet: Uint8Array): GodotError {
    let result: GodotError = OK;
    for (const id of ids) {
      if (id === excluded) continue;
      this.set_target_peer(id);
      result = this.put_packet(packet) || result;
    }
    return result;
  }

  /**
   * A random id for a peer, from 2 to 2147483647.
   *
   * @const
   */
  generate_unique_id(): uint32 {
    return randomPeerId();
  }

  /**
   * What this side knows of the peer `id` since it let it in; null for nothing, and for this side itself.
   *
   * A method that is called from elsewhere learns so who calls: `get_peer_data(multiplayer.get_remote_sender_id())`.
   * Only `WebSocketMultiplayerPeer` knows something: what a server's `handshake_hook` gave as `data`.
   *
   * @const
   * @addition
   */
  get_peer_data(id: int32): unknown {
    requireInt32('id', id);
    return null;
  }

  /**
   * Whether a server may relay packets between clients that can't reach each other.
   *
   * @const
   */
  is_server_relay_supported(): boolean {
    return false;
  }
}

// Godot 3's NetworkedMultiplayerPeer: the interface of every transport of a multiplayer game.

import { requireBool, requireInt } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { CLASS_INFO } from '../binding/lineage.js';
import type { ObjectSignals } from '../binding/object.js';
import { type ConstantsOf, defineConstants, defineSignals, type SignalObjects } from '../binding/signal.js';
import type { int } from '../binding/types.js';
import { NetworkedMultiplayerPeerInfo } from './class-infos.generated.js';
import { PacketPeer } from './packet-peer.js';

/** Signals of NetworkedMultiplayerPeer. */
export interface NetworkedMultiplayerPeerSignals extends ObjectSignals {
  /** The connection has failed, or has ended. */
  connection_failed: [];
  /** The server has let this client in. */
  connection_succeeded: [];
  /** A peer has joined; the server itself is 1. */
  peer_connected: [id: int];
  /** A peer has left. */
  peer_disconnected: [id: int];
  /** Never emitted by the WebSocket classes, as in the engine: look at `connection_failed`. */
  server_disconnected: [];
}

export interface NetworkedMultiplayerPeer
  extends SignalObjects<NetworkedMultiplayerPeerSignals>,
    ConstantsOf<typeof NetworkedMultiplayerPeer> {}

export namespace NetworkedMultiplayerPeer {
  /** State of the connection: one of the group ConnectionStatus. */
  export type ConnectionStatus = 0 | 1 | 2;
  /** How packets are sent: one of the group TransferMode. */
  export type TransferMode = 0 | 1 | 2;
}

/**
 * A transport for multiplayer: peers with ids, and packets to one, to all, or to all but one of them.
 *
 * The server has id 1. Abstract: use WebSocketClient and WebSocketServer.
 */
export abstract class NetworkedMultiplayerPeer extends PacketPeer {
  declare readonly signals: NetworkedMultiplayerPeerSignals;

  /** Not connected, or not any more. */
  static readonly CONNECTION_DISCONNECTED = 0;
  /** The attempt to connect is under way. */
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

  static {
    defineSignals(
      this.prototype,
      'connection_failed',
      'connection_succeeded',
      'peer_connected',
      'peer_disconnected',
      'server_disconnected',
    );
    defineConstants(this);
  }

  #refuses = false;

  override [CLASS_INFO](): ClassInfo {
    return NetworkedMultiplayerPeerInfo(NetworkedMultiplayerPeer);
  }

  /**
   * State of the connection: one of CONNECTION_DISCONNECTED, CONNECTION_CONNECTING, CONNECTION_CONNECTED.
   *
   * @const
   */
  abstract get_connection_status(): NetworkedMultiplayerPeer.ConnectionStatus;

  /**
   * Id of the peer that has sent the next packet; 1 with a message when there is none.
   *
   * @const
   */
  abstract get_packet_peer(): int;

  /**
   * This side's id: 1 on a server, 0 while there is none.
   *
   * @const
   */
  abstract get_unique_id(): int;

  /** Moves everything on: connections, received packets, signals. Call it often, usually once per frame. */
  abstract poll(): void;

  /**
   * Chooses who gets the packets that are sent from now on.
   *
   * `id` is a peer, TARGET_PEER_BROADCAST (as at start) for everyone, or a peer's negative id for everyone but it.
   */
  abstract set_target_peer(id: int): void;

  /** Always TRANSFER_MODE_RELIABLE for the WebSocket classes; setting something else changes nothing. */
  get transfer_mode(): NetworkedMultiplayerPeer.TransferMode {
    return NetworkedMultiplayerPeer.TRANSFER_MODE_RELIABLE;
  }
  set transfer_mode(mode: NetworkedMultiplayerPeer.TransferMode) {
    this.set_transfer_mode(mode);
  }
  get_transfer_mode(): NetworkedMultiplayerPeer.TransferMode {
    return NetworkedMultiplayerPeer.TRANSFER_MODE_RELIABLE;
  }
  set_transfer_mode(mode: int): void {
    requireInt('mode', mode);
  }

  /**
   * Server: whether newcomers are turned away; `false` unless set.
   *
   * @getter is_refusing_new_connections
   */
  get refuse_new_connections(): boolean {
    return this.#refuses;
  }
  set refuse_new_connections(enable: boolean) {
    this.set_refuse_new_connections(enable);
  }
  is_refusing_new_connections(): boolean {
    return this.#refuses;
  }
  set_refuse_new_connections(enable: boolean): void {
    this.#refuses = requireBool('enable', enable);
  }
}

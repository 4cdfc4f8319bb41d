// Godot's MultiplayerAPI: the abstract base of SceneMultiplayer.

import type { ClassInfo } from '../../binding/class-info.js';
import { MultiplayerAPIInfo } from '../../binding/class-infos.generated.js';
import { refuse } from '../../binding/error-handler.js';
import type { GodotError } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import type { ObjectSignals } from '../../binding/object.js';
import { RefCounted } from '../../binding/ref-counted.js';
import { defineSignals, type SignalObjects } from '../../binding/signal.js';
import type { int, int32 } from '../../binding/types.js';
import type { MultiplayerPeer } from './multiplayer-peer.js';

/** Signals of MultiplayerAPI. */
export interface MultiplayerAPISignals extends ObjectSignals {
  /** A peer has joined: an accepted client, the server, or another client that the server announces. */
  peer_connected: [id: int];
  /** A peer has left; not emitted for a peer that this side has disconnected. */
  peer_disconnected: [id: int];
  /** Client: the server has accepted this side; `peer_connected` with 1 follows. */
  connected_to_server: [];
  /** Client: the attempt to connect has failed. */
  connection_failed: [];
  /** The connection has ended. */
  server_disconnected: [];
}

export interface MultiplayerAPI extends SignalObjects<MultiplayerAPISignals> {}

/**
 * The multiplayer of a game, on top of a MultiplayerPeer.
 *
 * Abstract: use SceneMultiplayer. Remote calls and replication, which need a tree of nodes, are missing: a game in
 * JavaScript has none.
 */
export abstract class MultiplayerAPI extends RefCounted {
  declare readonly signals: MultiplayerAPISignals;

  static {
    defineSignals(
      this.prototype,
      'peer_connected',
      'peer_disconnected',
      'connected_to_server',
      'connection_failed',
      'server_disconnected',
    );
  }

  override [CLASS_INFO](): ClassInfo {
    return MultiplayerAPIInfo();
  }

  /**
   * The transport: an OfflineMultiplayerPeer at start, null for none. It must be connecting or connected when it is
   * set.
   *
   * The former one is not changed: set it again, poll it, or `close` it. A WebSocketMultiplayerPeer that is not polled
   * for ten seconds after that closes its connections.
   */
  get multiplayer_peer(): MultiplayerPeer | null {
    return this.get_multiplayer_peer();
  }
  set multiplayer_peer(peer: MultiplayerPeer | null) {
    this.set_multiplayer_peer(peer);
  }
  abstract get_multiplayer_peer(): MultiplayerPeer | null;
  abstract set_multiplayer_peer(peer: MultiplayerPeer | null): void;

  /** Whether there is a `multiplayer_peer`. */
  has_multiplayer_peer(): boolean {
    return this.get_multiplayer_peer() !== null;
  }

  /** This side's id: 1 on the server; 0 without a connection, with a message when there is no `multiplayer_peer`. */
  get_unique_id(): int32 {
    const peer = this.get_multiplayer_peer();
    return peer === null ? refuse(0, 'get_unique_id: there is no multiplayer_peer', this) : peer.get_unique_id();
  }

  /** Whether this side is the server: its id is 1. */
  is_server(): boolean {
    return this.get_unique_id() === 1;
  }

  /** Inside a callback of `poll`: id of the sender of the current packet; 0 otherwise. */
  abstract get_remote_sender_id(): int32;

  /** Ids of all accepted peers, without this side's. */
  abstract get_peers(): Int32Array;

  /** Handles everything new. Returns OK, also without a `multiplayer_peer`. */
  abstract poll(): GodotError;
}

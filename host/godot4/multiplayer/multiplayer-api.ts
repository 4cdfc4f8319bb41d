// Godot's MultiplayerAPI: the abstract base of SceneMultiplayer.

import { requireString } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { MultiplayerAPIInfo } from '../../binding/class-infos.generated.js';
import { printError, refuse } from '../../binding/error-handler.js';
import type { GodotError } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import type { GodotObject, ObjectSignals } from '../../binding/object.js';
import { RefCounted } from '../../binding/ref-counted.js';
import { type ConstantsOf, defineConstants, defineSignals, type SignalObjects } from '../../binding/signal.js';
import type { int, int32, StringName } from '../../binding/types.js';
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

/** Who may call a method of a node. */
const RPCMode = { RPC_MODE_DISABLED: 0, RPC_MODE_ANY_PEER: 1, RPC_MODE_AUTHORITY: 2 } as const;

/** Classes that `create_default_interface` can make, by their names; each puts itself in when it is loaded. */
export const INTERFACES = new Map<string, new () => MultiplayerAPI>();
let defaultInterface = 'SceneMultiplayer';

export interface MultiplayerAPI extends SignalObjects<MultiplayerAPISignals>, ConstantsOf<typeof MultiplayerAPI> {}

export namespace MultiplayerAPI {
  export type RPCMode = (typeof MultiplayerAPI.RPCMode)[keyof typeof MultiplayerAPI.RPCMode];
}

/**
 * The multiplayer of a game, on top of a MultiplayerPeer.
 *
 * Abstract: use SceneMultiplayer. Remote calls and replication need the nodes of `websocketpeer/scene`.
 */
export abstract class MultiplayerAPI extends RefCounted {
  declare readonly signals: MultiplayerAPISignals;
  /** Nobody may call the method. */
  declare static readonly RPC_MODE_DISABLED: (typeof RPCMode)['RPC_MODE_DISABLED'];
  /** Everybody may call the method. */
  declare static readonly RPC_MODE_ANY_PEER: (typeof RPCMode)['RPC_MODE_ANY_PEER'];
  /** The node's authority alone may call the method. */
  declare static readonly RPC_MODE_AUTHORITY: (typeof RPCMode)['RPC_MODE_AUTHORITY'];
  static readonly RPCMode = Object.freeze(RPCMode);

  static {
    Object.assign(this, this.RPCMode);
    defineConstants(this);
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
    return MultiplayerAPIInfo(MultiplayerAPI);
  }

  /** Sets the class of `create_default_interface`; prints when there is no such class that extends MultiplayerAPI. */
  static set_default_interface(interface_name: StringName): void {
    if (INTERFACES.has(requireString('interface_name', interface_name))) defaultInterface = interface_name;
    else
      printError(`set_default_interface: "${interface_name}" is no class that extends MultiplayerAPI`, MultiplayerAPI);
  }

  /** Name of the class of `create_default_interface`: "SceneMultiplayer" unless set. */
  static get_default_interface(): StringName {
    return defaultInterface;
  }

  /** A new object of the default class; prints and returns null when that class is not loaded. */
  static create_default_interface(): MultiplayerAPI | null {
    const type = INTERFACES.get(defaultInterface);
    if (type !== undefined) return new type();
    printError(`create_default_interface: ${defaultInterface} is not loaded`, MultiplayerAPI);
    return null;
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

  /**
   * Calls `method` of `object`, a Node, at `peer`: 1 is the server, 0 all, a negative id all but that one.
   *
   * As the node's `rpc_id`, which see for what it returns; ERR_UNAVAILABLE without `websocketpeer/scene`.
   */
  abstract rpc(peer: int32, object: GodotObject, method: StringName, arguments_?: readonly unknown[]): GodotError;

  /**
   * Takes part in what an object configures: a spawner or a synchronizer of `object`, or, with `object` null, the path
   * where the paths of packets start. Nodes do this by themselves.
   *
   * Returns ERR_INVALID_PARAMETER for an unknown kind of configuration, ERR_UNAVAILABLE without `websocketpeer/scene`.
   */
  abstract object_configuration_add(object: GodotObject | null, configuration: unknown): GodotError;

  /** Takes back what `object_configuration_add` has added, with the same results. */
  abstract object_configuration_remove(object: GodotObject | null, configuration: unknown): GodotError;

  /** Handles everything new. Returns OK, also without a `multiplayer_peer`. */
  abstract poll(): GodotError;
}

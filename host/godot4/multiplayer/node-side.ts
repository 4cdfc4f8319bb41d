// The seam between SceneMultiplayer and the nodes of `websocketpeer/scene`: what each needs of the other. Without that
// entry there are no nodes, and packets for them are only relayed.
import { refuse } from '../../binding/error-handler.js';
import { ERR_UNAVAILABLE, type GodotError } from '../../binding/errors.js';
import type { GodotObject } from '../../binding/object.js';
import type { MultiplayerAPI } from './multiplayer-api.js';
import type { SceneSender } from './scene-sender.js';

/** Key of the part of a SceneMultiplayer that nodes talk to. */
export const NODE_HOST: unique symbol = Symbol('host of nodes');

/** How a SceneMultiplayer hears of packets that are wrong. */
interface Complaints {
  /** Drops and reports a malformed packet; the peer is disconnected when it was one too many. */
  isBad(source: number, what: string): void;
  /** Reports a packet that is dropped, at most once a second for each peer. */
  mention(source: number, what: string): void;
  /** Reports what is odd about a peer and not dropped, as often. */
  note(source: number, what: string): void;
}

/** What nodes need of their SceneMultiplayer. */
export interface NodeHost extends Complaints {
  readonly api: MultiplayerAPI;
  readonly sender: SceneSender;
  /** Sender of the packet, or of the local call, that is being handled; 0 otherwise. */
  source: number;
  rootPath: string;
  allowsObjects: boolean;
  maxSyncPacketSize: number;
  maxDeltaPacketSize: number;
  maxCachedPaths: number;
  /** The nodes; null until there are some. */
  side: NodeSide | null;
}

/** The host of a new SceneMultiplayer, with Godot's defaults. */
export const nodeHost = (api: MultiplayerAPI, sender: SceneSender, complaints: Complaints): NodeHost => ({
  api,
  sender,
  source: 0,
  rootPath: '',
  allowsObjects: false,
  maxSyncPacketSize: 1350,
  maxDeltaPacketSize: 65_535,
  maxCachedPaths: 16_384,
  side: null,
  isBad: (source, what) => complaints.isBad(source, what),
  mention: (source, what) => complaints.mention(source, what),
  note: (source, what) => complaints.note(source, what),
});

/** What a SceneMultiplayer needs of the nodes. */
export interface NodeSide {
  /** Handles a packet for nodes. */
  receive(source: number, packet: Uint8Array): void;
  /** Called at the end of each poll. */
  polled(): void;
  joined(id: number): void;
  left(id: number): void;
  /** All peers are gone. */
  forget(): void;
  call(target: number, object: unknown, method: string, args: readonly unknown[]): GodotError;
  configure(object: GodotObject | null, configuration: unknown, isAdded: boolean): GodotError;
}

let makeSide: ((host: NodeHost) => NodeSide) | null = null;

/** Nodes exist from now on; `make` makes those of one SceneMultiplayer. */
export function useNodes(make: (host: NodeHost) => NodeSide): void {
  makeSide = make;
}

/** The nodes of `host`, made now if need be; null without the entry. */
export function nodesOf(host: NodeHost): NodeSide | null {
  host.side ??= makeSide?.(host) ?? null;
  return host.side;
}

/** Refuses a call that needs nodes. */
export function refuseWithoutNodes(what: string, api: MultiplayerAPI): GodotError {
  return refuse(ERR_UNAVAILABLE, `${what} needs nodes: import "websocketpeer/scene"`, api);
}

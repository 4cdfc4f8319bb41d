// One side of a game with nodes, over a transport without a network: the test says who joins and what arrives, and sees
// what is sent.
import type { OwnBytes } from '../../host/bytes.js';
import type { MultiplayerPeer } from '../../host/godot4/multiplayer/multiplayer-peer.js';
import { SceneMultiplayer } from '../../host/godot4/multiplayer/scene-multiplayer.js';
import { type Node, SceneTree } from '../../host/scene/index.js';
import { fromHex, toHex } from './raw-peer-frames.js';
import { ScriptedTransport } from './scripted-transport.js';

/** A packet that was sent, with what the transport was told. */
export interface SentPacket {
  readonly to: number;
  readonly hex: string;
  readonly mode: MultiplayerPeer.TransferMode;
  readonly channel: number;
}

/** A transport that keeps what is sent; `id` is this side's, 1 that of the server. */
export class CollectingTransport extends ScriptedTransport {
  sent: SentPacket[] = [];
  status: MultiplayerPeer.ConnectionStatus = 2;
  /** Called with each packet as it is sent. */
  onSent: (packet: SentPacket) => void = () => {};
  readonly #id: number;
  #to = 0;

  constructor(id: number) {
    super();
    this.#id = id;
  }

  override get_unique_id(): number {
    return this.status === 2 ? this.#id : 0;
  }
  override get_connection_status(): MultiplayerPeer.ConnectionStatus {
    return this.status;
  }
  override set_target_peer(id: number): void {
    this.#to = id;
  }
  protected override putPacket(packet?: Uint8Array): number {
    const bytes = packet ?? new Uint8Array(0);
    const sent = { to: this.#to, hex: toHex(bytes), mode: this.transfer_mode, channel: this.transfer_channel };
    this.sent.push(sent);
    this.onSent(sent);
    return 0;
  }
}

/** A tree with the API of its root, connected as the peer `id`. */
export class Side {
  readonly tree = new SceneTree();
  transport: CollectingTransport;
  readonly api: SceneMultiplayer;

  constructor(id = 1, branch = '') {
    this.transport = new CollectingTransport(id);
    this.api = branch === '' ? (this.tree.get_multiplayer() as SceneMultiplayer) : new SceneMultiplayer();
    if (branch !== '') this.tree.set_multiplayer(this.api, branch);
    this.api.multiplayer_peer = this.transport;
  }

  /** Adds `node` as `name` below `parent`, the tree's root unless given. */
  add<N extends Node>(name: string, node: N, parent: Node = this.tree.root): N {
    node.name = name;
    parent.add_child(node);
    return node;
  }

  /** Lets `ids` join; a client's first is the server, which announces the others. */
  join(...ids: readonly number[]): void {
    const { transport, api } = this;
    const isServer = transport.get_unique_id() === 1;
    const [server, ...others] = ids;
    const direct = isServer ? ids : ids.slice(0, 1);
    transport.coming.push(...direct.map((id) => ({ kind: 'join', id }) as const));
    api.poll();
    if (!isServer && server !== undefined) for (const id of others) this.feed(server, `0701${int32Hex(id)}`);
  }

  leave(id: number): void {
    this.transport.coming.push({ kind: 'leave', id });
    this.api.poll();
  }

  /** Receives a packet of the peer `from`. */
  feed(from: number, hex: string): void {
    this.feedBytes(from, fromHex(hex));
  }

  feedBytes(from: number, packet: Uint8Array): void {
    this.transport.coming.push({ kind: 'packet', id: from, packet: packet as OwnBytes });
    this.api.poll();
  }

  /** What was sent since the last time, as `to: hex`. */
  sent(): string[] {
    return this.transport.sent.splice(0).map(({ to, hex }) => `${to}: ${hex}`);
  }
}

export function int32Hex(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value | 0);
  return bytes.toString('hex');
}

export const textHex = (text: string): string => `${Buffer.from(text).toString('hex')}00`;

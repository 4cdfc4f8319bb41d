// The twin of test/interop/godot/extension4.gd: transports in JavaScript, and SceneMultiplayers over them, that tell what
// they do in the same words. What Godot 4 has told is in test/golden/multiplayer-peer-extension.json.
import { readFileSync } from 'node:fs';
import type { MultiplayerPeer } from '../../host/godot4/multiplayer/multiplayer-peer.js';
import { MultiplayerPeerExtension } from '../../host/godot4/multiplayer/multiplayer-peer-extension.js';
import { SceneMultiplayer } from '../../host/godot4/multiplayer/scene-multiplayer.js';
import { Node, type RpcConfig, SceneTree } from '../../host/scene/index.js';
import { toHex } from './raw-peer-frames.js';

type Mode = MultiplayerPeer.TransferMode;
type Status = MultiplayerPeer.ConnectionStatus;
type Log = (line: string) => void;

/** A call, its result, and the virtual methods that it has led to; its result of a script without any. */
export interface RecordedCall {
  readonly call: string;
  readonly args: readonly unknown[];
  readonly result: unknown;
  readonly virtual: readonly string[];
  readonly bare: unknown;
}

export interface ExtensionRecord {
  readonly calls: readonly RecordedCall[];
  readonly scene: readonly string[];
}

export const EXTENSION_RECORD = new URL('../golden/multiplayer-peer-extension.json', import.meta.url);

export function extensionRecord(): ExtensionRecord {
  return JSON.parse(readFileSync(EXTENSION_RECORD, 'utf8')) as ExtensionRecord;
}

/** A script without methods. */
export class Bare extends MultiplayerPeerExtension {}

/** A script that tells each call of a virtual method. */
export class Told extends MultiplayerPeerExtension {
  log: string[] = [];
  readonly packets: Uint8Array[] = [];

  override _close = (): void => this.#tell('_close()', undefined);
  override _disconnect_peer = (peer: number, force: boolean): void =>
    this.#tell(`_disconnect_peer(${peer}, ${force})`, undefined);
  override _get_available_packet_count = (): number => this.#tell('_get_available_packet_count()', this.packets.length);
  override _get_connection_status = (): Status => this.#tell('_get_connection_status()', 2);
  override _get_max_packet_size = (): number => this.#tell('_get_max_packet_size()', 4);
  override _get_packet_channel = (): number => this.#tell('_get_packet_channel()', 3);
  override _get_packet_mode = (): Mode => this.#tell('_get_packet_mode()', 1);
  override _get_packet_peer = (): number => this.#tell('_get_packet_peer()', 77);
  override _get_transfer_channel = (): number => this.#tell('_get_transfer_channel()', 4);
  override _get_transfer_mode = (): Mode => this.#tell('_get_transfer_mode()', 1);
  override _get_unique_id = (): number => this.#tell('_get_unique_id()', 55);
  override _is_refusing_new_connections = (): boolean => this.#tell('_is_refusing_new_connections()', true);
  override _is_server = (): boolean => this.#tell('_is_server()', true);
  override _is_server_relay_supported = (): boolean => this.#tell('_is_server_relay_supported()', true);
  override _poll = (): void => this.#tell('_poll()', undefined);
  override _set_refuse_new_connections = (enable: boolean): void =>
    this.#tell(`_set_refuse_new_connections(${enable})`, undefined);
  override _set_target_peer = (peer: number): void => this.#tell(`_set_target_peer(${peer})`, undefined);
  override _set_transfer_channel = (channel: number): void =>
    this.#tell(`_set_transfer_channel(${channel})`, undefined);
  override _set_transfer_mode = (mode: Mode): void => this.#tell(`_set_transfer_mode(${mode})`, undefined);
  override _get_packet_script = (): Uint8Array =>
    this.#tell('_get_packet_script()', this.packets.shift() ?? new Uint8Array(0));
  override _put_packet_script = (buffer: Uint8Array): number => {
    this.packets.push(buffer);
    return this.#tell(`_put_packet_script(${toHex(buffer)})`, buffer.length === 3 ? 44 : 0);
  };

  #tell<T>(call: string, result: T): T {
    this.log.push(call);
    return result;
  }
}

interface Waiting {
  readonly from: number;
  readonly bytes: Uint8Array;
  readonly mode: Mode;
  readonly channel: number;
}

/** A star in memory: clients reach the server only. */
export class Star extends MultiplayerPeerExtension {
  readonly id: number;
  readonly log: Log;
  readonly links = new Map<number, Star>();
  readonly coming: ['peer_connected' | 'peer_disconnected', number][] = [];
  readonly inbox: Waiting[] = [];
  target = 0;
  mode: Mode = 2;
  channel = 0;
  refuses = false;
  isUp = true;

  constructor(id: number, log: Log = () => {}) {
    super();
    this.id = id;
    this.log = log;
  }

  join(server: Star): void {
    server.links.set(this.id, this);
    this.links.set(1, server);
    server.#comes('peer_connected', this.id);
    this.#comes('peer_connected', 1);
  }

  part(other: number): void {
    if (!this.links.delete(other)) return;
    if (this.id !== 1) this.isUp = false;
    this.#comes('peer_disconnected', other);
  }

  override _poll(): void {
    if (!this.isUp) this.log(`${this.id} polls, down`);
    for (let event = this.coming.shift(); event !== undefined; event = this.coming.shift()) this.emit_signal(...event);
  }

  override _put_packet_script(bytes: Uint8Array): number {
    const { id, target, mode, channel } = this;
    this.log(`${id} puts ${toHex(bytes)} for ${target}, mode ${mode}, channel ${channel}`);
    for (const [other, star] of this.links) {
      if (target !== 0 && target !== other && (target > 0 || target === -other)) continue;
      star.inbox.push({ from: id, bytes, mode, channel });
      star.notify_activity();
    }
    return 0;
  }

  override _get_packet_script(): Uint8Array {
    const { from, bytes } = this.inbox.shift() as Waiting;
    this.log(`${this.id} takes ${toHex(bytes)} of ${from}`);
    return bytes;
  }

  override _disconnect_peer(peer: number, force: boolean): void {
    this.log(`${this.id} disconnects ${peer}, ${force}`);
    const link = this.links.get(peer);
    if (link === undefined) return;
    link.part(this.id);
    this.links.delete(peer);
    if (!force) this.#comes('peer_disconnected', peer);
  }

  override _close(): void {
    this.log(`${this.id} closes`);
    for (const star of this.links.values()) star.part(this.id);
    this.links.clear();
    this.isUp = false;
    this.notify_activity();
  }

  override _get_available_packet_count = (): number => this.inbox.length;
  override _get_packet_peer = (): number => this.inbox[0].from;
  override _get_packet_mode = (): Mode => this.inbox[0].mode;
  override _get_packet_channel = (): number => this.inbox[0].channel;
  override _get_unique_id = (): number => this.id;
  override _is_server_relay_supported = (): boolean => true;
  override _get_connection_status = (): Status => (this.isUp ? 2 : 0);
  override _set_target_peer(peer: number): void {
    this.target = peer;
  }
  override _set_transfer_mode(mode: Mode): void {
    this.mode = mode;
  }
  override _get_transfer_mode = (): Mode => this.mode;
  override _set_transfer_channel(channel: number): void {
    this.channel = channel;
  }
  override _get_transfer_channel = (): number => this.channel;
  override _set_refuse_new_connections(enable: boolean): void {
    this.refuses = enable;
  }
  override _is_refusing_new_connections = (): boolean => this.refuses;

  #comes(signal: 'peer_connected' | 'peer_disconnected', id: number): void {
    this.coming.push([signal, id]);
    this.notify_activity();
  }
}

class Player extends Node {
  static rpcs: Record<string, RpcConfig> = {
    say: { mode: 'any_peer', call_local: true },
    hint: { mode: 'any_peer', transfer_mode: 'unreliable_ordered', channel: 7 },
  };
  log: Log = () => {};

  say(what: unknown): void {
    this.log(`${this.get_parent()?.name} hears ${JSON.stringify(what)} of ${this.multiplayer?.get_remote_sender_id()}`);
  }
  hint(what: unknown): void {
    const by = this.multiplayer?.get_remote_sender_id();
    this.log(`${this.get_parent()?.name} is hinted ${JSON.stringify(what)} by ${by}`);
  }
}

/** Drives the sides `turns` times, until nothing is new. */
export type Drive = (apis: readonly SceneMultiplayer[]) => void;

export const BY_FRAMES: Drive = (apis) => {
  for (let turn = 0; turn < 4; turn += 1) for (const api of apis) api.poll();
};

/** A game of a server and two clients over a Star; returns what all of them have told. */
export function playScene(drive: Drive = BY_FRAMES): string[] {
  const lines: string[] = [];
  const log: Log = (line) => lines.push(line);
  const tree = new SceneTree();
  const stars = [1, 2, 3].map((id) => new Star(id, log));
  const players: Player[] = [];
  const apis = stars.map((star) => {
    const { id } = star;
    const api = new SceneMultiplayer();
    const [branch, player] = [new Node(), new Player()];
    branch.name = `S${id}`;
    tree.root.add_child(branch);
    tree.set_multiplayer(api, branch.get_path());
    player.name = 'P';
    player.log = log;
    branch.add_child(player);
    players.push(player);
    api.connect('peer_connected', (other) => log(`${id}: peer_connected ${other}`));
    api.connect('peer_disconnected', (other) => log(`${id}: peer_disconnected ${other}`));
    api.connect('connected_to_server', () => log(`${id}: connected_to_server`));
    api.connect('server_disconnected', () => log(`${id}: server_disconnected`));
    api.connect('peer_packet', (other, packet) => log(`${id}: peer_packet ${other} ${toHex(packet)}`));
    api.multiplayer_peer = star;
    return api;
  });
  const turns = (what: string): void => {
    log(`# ${what}`);
    drive(apis);
    log(`peers [${apis.map((api) => `[${[...api.get_peers()].join(', ')}]`).join(', ')}]`);
  };
  const send = (from: number, byte: number[], to: number, mode: Mode = 2, channel = 0): void =>
    log(`sent ${apis[from - 1].send_bytes(Uint8Array.from(byte), to, mode, channel)}`);
  const call = (from: number, to: number, method: 'say' | 'hint', what: unknown): void =>
    log(`called ${players[from - 1].rpc_id(to, method, what)}`);

  stars[1].join(stars[0]);
  turns('2 joins');
  stars[2].join(stars[0]);
  turns('3 joins');
  send(1, [1, 2], 0);
  send(1, [3], -2, 0, 5);
  send(1, [4], 3, 1, 0);
  turns('bytes of the server');
  send(2, [5], 1);
  send(2, [6], 3);
  send(2, [7], 0);
  turns('bytes of 2');
  call(1, 0, 'say', 'all');
  call(2, 1, 'say', 42);
  call(2, 3, 'hint', [true, null]);
  turns('calls');
  call(3, 0, 'say', 'again');
  call(1, 3, 'hint', 'short');
  turns('further calls');
  apis[0].refuse_new_connections = true;
  log(`refusing ${apis[0].refuse_new_connections} ${stars[0].refuse_new_connections}`);
  apis[0].disconnect_peer(2);
  turns('2 is disconnected');
  send(1, [8], 0);
  turns('bytes for the rest');
  stars[0].close();
  turns('the server closes');
  return lines;
}

// WebSocketClient and WebSocketServer of the Godot 3 entry, driven by their `activity` signal: each connection writes
// down its signals in short lines, in their order, and takes one packet at each `data_received`.
import { OK, WebSocketClient, type WebSocketPeer, WebSocketServer } from '../../../host/godot3/index.js';
import type { Packet } from './live-peer.js';
import { type Scope, Watch } from './watch.js';

/** One connection: `open game`, `data`, `close request 1000 bye`, `closed true`, `error`. */
export class LiveEnd3 extends Watch {
  readonly peer: WebSocketPeer;
  readonly notes: string[] = [];
  readonly packets: Packet[] = [];
  /** False: packets stay where they are. */
  reading = true;
  /** True: every packet goes back as it came. */
  echoes = false;

  constructor(peer: WebSocketPeer) {
    super();
    this.peer = peer;
  }

  note(line: string): void {
    this.notes.push(line);
    this.noted();
  }

  /** What happened besides packets. */
  get turns(): string[] {
    return this.notes.filter((line) => line !== 'data');
  }

  hearData(): void {
    if (this.reading) this.take();
    this.note('data');
  }

  take(): void {
    const bytes = this.peer.get_packet();
    if (this.peer.get_packet_error() !== OK) this.failed(new Error(`get_packet: ${this.peer.get_packet_error()}`));
    const packet = { text: this.peer.was_string_packet(), bytes };
    if (this.echoes) this.send(packet);
    else this.packets.push(packet);
  }

  /** Sends one packet, which must find room. */
  send({ text, bytes }: Packet): void {
    this.peer.set_write_mode(text ? 0 : 1);
    const error = this.peer.put_packet(bytes);
    if (error !== OK) this.failed(new Error(`put_packet of ${bytes.length} bytes: error ${error}`));
  }

  async saw(line: string): Promise<void> {
    await this.until(() => this.notes.includes(line));
  }

  async opened(): Promise<this> {
    const isOver = (): boolean => this.turns.length > 0;
    await this.until(isOver);
    if (!this.turns[0].startsWith('open')) throw new Error(`${this.turns[0]} instead of opening`);
    return this;
  }

  /** Resolves with all that happened besides packets, the opening left out. */
  async closed(): Promise<string[]> {
    await this.until(() => /^(closed|error)/.test(this.notes.at(-1) ?? ''));
    return this.turns.filter((line) => !line.startsWith('open'));
  }

  async received(count: number): Promise<Packet[]> {
    await this.until(() => this.packets.length >= count);
    return this.packets.splice(0, count);
  }
}

export interface DialOptions3 {
  readonly protocols?: string[];
  readonly headers?: string[];
  /** Called before it connects. */
  readonly configure?: ((client: WebSocketClient) => void) | undefined;
}

/** A client of ours, which ends with `scope`. */
export function dial3(scope: Scope, url: string, { protocols = [], headers = [], configure }: DialOptions3): LiveEnd3 {
  const client = new WebSocketClient();
  configure?.(client);
  const error = client.connect_to_url(url, protocols, false, headers);
  if (error !== OK) throw new Error(`connect_to_url: error ${error}`);
  const end = new LiveEnd3(client.get_peer(1) as WebSocketPeer);
  client.connect('connection_established', (protocol: string) => end.note(`open ${protocol}`));
  client.connect('data_received', () => end.hearData());
  client.connect('server_close_request', (code: number, reason: string) => end.note(`close request ${code} ${reason}`));
  client.connect('connection_closed', (wasClean: boolean) => end.note(`closed ${wasClean}`));
  client.connect('connection_error', () => end.note('error'));
  client.connect('activity', () => client.poll());
  scope.defer(() => client.free());
  client.poll();
  return end;
}

export interface ServeOptions3 {
  readonly protocols?: string[];
  /** Called before it listens. */
  readonly configure?: (server: WebSocketServer) => void;
}

/** A server of ours on a port of its own, which ends with `scope`. */
export class LiveServer3 extends Watch {
  readonly server = new WebSocketServer();
  readonly ends: LiveEnd3[] = [];
  /** In the order of `ends`. */
  readonly ids: number[] = [];

  constructor(scope: Scope, { protocols = [], configure }: ServeOptions3 = {}) {
    super();
    const { server } = this;
    server.bind_ip = '127.0.0.1';
    configure?.(server);
    server.connect('client_connected', (id: number, protocol: string) => this.#welcome(id, protocol));
    server.connect('data_received', (id: number) => this.#end(id).hearData());
    server.connect('client_close_request', (id: number, code: number, reason: string) =>
      this.#end(id).note(`close request ${code} ${reason}`),
    );
    server.connect('client_disconnected', (id: number, wasClean: boolean) => this.#end(id).note(`closed ${wasClean}`));
    server.connect('activity', () => server.poll());
    scope.defer(() => server.stop());
    const error = server.listen(0, protocols);
    if (error !== OK) throw new Error(`listen: error ${error}`);
  }

  get port(): number {
    return this.server.get_local_port();
  }

  /** The client that came as number `index`, once it is there. */
  async end(index = 0): Promise<LiveEnd3> {
    await this.until(() => this.ends.length > index);
    return this.ends[index];
  }

  #end(id: number): LiveEnd3 {
    return this.ends[this.ids.lastIndexOf(id)];
  }

  #welcome(id: number, protocol: string): void {
    const end = new LiveEnd3(this.server.get_peer(id) as WebSocketPeer);
    this.ids.push(id);
    this.ends.push(end);
    end.note(`open ${protocol}`);
    this.noted();
  }
}

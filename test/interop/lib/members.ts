// Multiplayer peers in a Godot engine, and this package's own beside them: told what to do, and written down what they
// see. The commands are listed in ../godot/members4.gd, those of Godot 3 in members3.gd.
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { WebSocketMultiplayerPeer } from '../../../host/index.js';
import { freePort } from '../../helpers/ports.js';
import { EngineProcess, type Generation, GODOT4 } from './engine-process.js';
import { type Scope, Watch } from './watch.js';

interface MemberEvent {
  readonly event: string;
  readonly id: string;
  readonly peer?: number;
  readonly from?: number;
  readonly base64?: string;
  readonly text?: string;
  readonly status?: number;
  readonly own?: number;
  readonly signal?: string;
  readonly error?: number;
}

/** What one member has seen, in short lines: `connected 1`, `packet 1 hello`, `called 1 hi`. */
export class Member extends Watch {
  readonly notes: string[] = [];
  id = 0;
  status = -1;

  note(line: string): void {
    this.notes.push(line);
    this.noted();
  }

  /** Waits for `line`; returns how it stands in the notes. */
  async saw(line: string, times = 1): Promise<void> {
    await this.until(() => this.notes.filter((note) => note === line).length >= times);
  }

  changed(status: number, id: number): void {
    this.status = status;
    this.id = id;
    this.noted();
  }

  async joined(): Promise<this> {
    await this.until(() => this.status === 2 && this.id > 0);
    return this;
  }

  async left(): Promise<void> {
    await this.until(() => this.status === 0);
  }
}

/** A member in the engine. */
export class EngineMember extends Member {
  readonly name: string;
  readonly #tell: (command: Record<string, unknown>) => void;

  constructor(name: string, tell: (command: Record<string, unknown>) => void) {
    super();
    this.name = name;
    this.#tell = tell;
  }

  tell(op: string, values: Record<string, unknown> = {}): void {
    this.#tell({ op, id: this.name, ...values });
  }

  put(target: number, text: string): void {
    this.tell('put', { target, base64: Buffer.from(text).toString('base64') });
  }

  sendBytes(target: number, text: string): void {
    this.tell('bytes', { target, base64: Buffer.from(text).toString('base64') });
  }

  hear(event: MemberEvent): void {
    const { from, peer } = event;
    if (event.event === 'status') this.changed(event.status as number, event.own as number);
    else if (event.event === 'packet') this.note(`packet ${from} ${Buffer.from(event.base64 as string, 'base64')}`);
    else if (event.event === 'called') this.note(`called ${from} ${event.text}`);
    else if (event.event === 'scene') this.note(`${event.signal} ${peer}`);
    else if (event.event === 'noted') this.note(event.text as string);
    else if (event.event === 'failed') this.note(`failed ${event.error}`);
    else if (event.event === 'variable') this.note(`variable ${from} ${event.text}`);
    else this.note(peer === undefined ? event.event : `${event.event} ${peer}`);
  }
}

/** A member of this package, driven by its own news. */
export class OurMember extends Member {
  readonly peer: WebSocketMultiplayerPeer;

  constructor(peer: WebSocketMultiplayerPeer, scope: Scope) {
    super();
    this.peer = peer;
    peer.connect('peer_connected', (id: number) => this.note(`connected ${id}`));
    peer.connect('peer_disconnected', (id: number) => this.note(`disconnected ${id}`));
    peer.connect('activity', () => this.look());
    scope.defer(() => peer.close());
    this.look();
  }

  put(target: number, text: string): void {
    this.peer.set_target_peer(target);
    this.peer.put_packet(Buffer.from(text));
  }

  look(): void {
    this.peer.poll();
    while (this.peer.get_available_packet_count() > 0) {
      const from = this.peer.get_packet_peer();
      this.note(`packet ${from} ${Buffer.from(this.peer.get_packet())}`);
    }
    this.changed(this.peer.get_connection_status(), this.peer.get_unique_id());
  }
}

/** The engine that they live in. */
export class MembersEngine extends Watch {
  readonly #members = new Map<string, EngineMember>();
  readonly #process: EngineProcess;
  readonly #control: Server;
  #socket: Socket | null = null;
  #ending = false;
  #count = 0;

  static async start(scope: Scope, generation: Generation = GODOT4): Promise<MembersEngine> {
    const control = createServer();
    await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
    const engine = new MembersEngine(generation, control);
    scope.defer(() => engine.#end());
    await engine.until(() => engine.#socket !== null);
    return engine;
  }

  private constructor(generation: Generation, control: Server) {
    super();
    this.#control = control;
    control.once('connection', (socket) => {
      socket.on('error', () => {});
      this.#socket = socket;
      this.noted();
    });
    const args = generation.args.map((argument) => argument.replace('/remote', '/members'));
    const { port } = control.address() as AddressInfo;
    this.#process = new EngineProcess({ ...generation, args }, port, this.#hear, (error) => {
      if (this.#ending) return;
      this.failed(error);
      for (const member of this.#members.values()) member.failed(error);
    });
  }

  /** A client of the server at `url`. */
  client(url: string, options: Record<string, unknown> = {}): EngineMember {
    const member = this.#member();
    member.tell('client', { url, ...options });
    return member;
  }

  /** A server, and its port. */
  async server(options: Record<string, unknown> = {}): Promise<EngineMember & { port: number }> {
    const port = await freePort();
    const member = Object.assign(this.#member(), { port });
    member.tell('server', { port, ...options });
    await member.joined();
    return member;
  }

  clear(): void {
    this.#socket?.write(`${JSON.stringify({ op: 'clear' })}\n`);
  }

  /** Path of a file with `text` that the engine can load. */
  file(text: string): string {
    this.#count += 1;
    const path = join(this.#process.directory, `file${this.#count}.pem`);
    writeFileSync(path, text);
    return path;
  }

  #member(): EngineMember {
    this.#count += 1;
    const member = new EngineMember(`member${this.#count}`, (command) => {
      this.#socket?.write(`${JSON.stringify(command)}\n`);
    });
    this.#members.set(member.name, member);
    return member;
  }

  readonly #hear = (line: string): void => {
    if (!line.startsWith('{')) return;
    const event = JSON.parse(line) as MemberEvent;
    this.#members.get(event.id)?.hear(event);
  };

  async #end(): Promise<void> {
    this.#ending = true;
    await this.#process.kill();
    this.#socket?.destroy();
    await new Promise((resolve) => this.#control.close(resolve));
  }
}

// A Godot engine as the other side: told what to do over a local socket, and heard on its standard output. What both
// generations of the engine share; the commands are listed in the scripts of ../godot.
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../helpers/ports.js';
import { EngineEnd, type EngineEvent, type RemoteOptions } from './engine-end.js';
import { EngineProcess, type Generation } from './engine-process.js';
import { type Scope, Watch } from './watch.js';

/** A server inside the engine. */
export class EngineServer {
  readonly id: string;
  readonly port: number;
  readonly #engine: Engine;

  constructor(engine: Engine, id: string, port: number) {
    this.#engine = engine;
    this.id = id;
    this.port = port;
  }

  /** The peer of the connection that came as number `index`, once it is there. */
  async peer(index = 0): Promise<EngineEnd> {
    await this.#engine.until(() => this.#engine.accepted(this.id).length > index);
    return this.#engine.accepted(this.id)[index];
  }
}

export class Engine extends Watch {
  readonly #ends = new Map<string, EngineEnd>();
  readonly #accepted = new Map<string, EngineEnd[]>();
  readonly #ports = new Map<string, number>();
  readonly #waited = new Set<string>();
  /** Paths by content. */
  readonly #files = new Map<string, string>();
  readonly #process: EngineProcess;
  readonly #control: Server;
  readonly #needsPort: boolean;
  #socket: Socket | null = null;
  #ending = false;
  #count = 0;

  /** Starts an engine that ends with `scope`. */
  static async start(scope: Scope, generation: Generation): Promise<Engine> {
    const control = createServer();
    await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
    const engine = new Engine(generation, control);
    scope.defer(() => engine.#end());
    await engine.until(() => engine.#socket !== null);
    return engine;
  }

  private constructor(generation: Generation, control: Server) {
    super();
    this.#control = control;
    this.#needsPort = generation.needsPort;
    control.once('connection', (socket) => {
      socket.on('error', () => {}); // a killed engine resets it
      this.#socket = socket;
      this.noted();
    });
    const { port } = control.address() as AddressInfo;
    this.#process = new EngineProcess(generation, port, this.#hear, (error) => {
      if (this.#ending) return;
      this.failed(error);
      for (const end of this.#ends.values()) end.failed(error);
    });
  }

  readonly tell = (command: Record<string, unknown>): void => {
    this.#socket?.write(`${JSON.stringify(command)}\n`);
  };

  accepted(server: string): readonly EngineEnd[] {
    return this.#accepted.get(server) ?? [];
  }

  /** Starts a connection. */
  dial(url: string, options: RemoteOptions & { tls?: { trust: string; name?: string } } = {}): EngineEnd {
    const end = this.#newEnd(this.#name('client'));
    this.tell({ op: 'dial', id: end.id, url, ...options });
    return end;
  }

  /** Starts a server on a port of its own. */
  async listen(options: RemoteOptions & { tls?: { key: string; cert: string } } = {}): Promise<EngineServer> {
    const id = this.#name('server');
    const port = this.#needsPort ? await freePort() : 0;
    this.tell({ op: 'listen', id, port, ...options });
    await this.until(() => this.#ports.has(id));
    return new EngineServer(this, id, this.#ports.get(id) as number);
  }

  /** Resolves when `seconds` have passed on the engine's clock. */
  async wait(seconds: number): Promise<void> {
    const id = this.#name('wait');
    this.tell({ op: 'wait', id, seconds });
    await this.until(() => this.#waited.has(id));
  }

  /** Stops a server of the script, with everybody on it. */
  stop({ id }: EngineServer): void {
    this.tell({ op: 'stop', id });
  }

  /** Drops every peer and server of the script. */
  clear(): void {
    this.tell({ op: 'clear' });
  }

  /** Path of a file with `text` that the engine can load; written once, for the engine may be reading it. */
  file(text: string): string {
    const known = this.#files.get(text);
    if (known !== undefined) return known;
    const path = join(this.#process.directory, `${this.#name('file')}.pem`);
    writeFileSync(path, text);
    this.#files.set(text, path);
    return path;
  }

  #name(kind: string): string {
    this.#count += 1;
    return `${kind}${this.#count}`;
  }

  #newEnd(id: string): EngineEnd {
    const end = new EngineEnd(id, this.tell);
    this.#ends.set(id, end);
    return end;
  }

  readonly #hear = (line: string): void => {
    if (!line.startsWith('{')) return;
    const event = JSON.parse(line) as EngineEvent;
    if (event.event === 'listening') this.#ports.set(event.id, event.port);
    else if (event.event === 'waited') this.#waited.add(event.id);
    else if (event.event === 'accepted') {
      this.#accepted.set(event.server, [...this.accepted(event.server), this.#newEnd(event.id)]);
    } else this.#ends.get(event.id)?.hear(event);
    this.noted();
  };

  async #end(): Promise<void> {
    this.#ending = true;
    await this.#process.kill();
    this.#socket?.destroy();
    await new Promise((resolve) => this.#control.close(resolve));
  }
}

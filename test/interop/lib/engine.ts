// A Godot engine as the other side: started headless with a script of ../godot, told what to do over a local socket,
// and heard on its standard output. What both generations of the engine share; the commands are listed in the scripts.
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Packet } from './live-peer.js';
import { type Scope, Watch } from './watch.js';

export interface Generation {
  readonly command: 'godot4' | 'godot3';
  readonly args: readonly string[];
}

const script = (name: string): string => fileURLToPath(new URL(`../godot/${name}`, import.meta.url));

export const GODOT4: Generation = { command: 'godot4', args: ['--headless', '--script', script('remote4.gd'), '--'] };
export const GODOT3: Generation = { command: 'godot3', args: ['--script', script('remote3.gd')] };

/** No test file takes longer with an engine; one that hangs is gone after it. */
const LIFETIME_MS = 240_000;

export function isOnPath({ command }: Generation): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What the engine tells; which fields are there depends on `event`. */
interface EngineEvent {
  readonly event: string;
  readonly id: string;
  readonly server: string;
  readonly port: number;
  readonly protocol: string;
  readonly url: string;
  readonly text: boolean;
  readonly base64: string;
  readonly code: number;
  readonly reason: string;
  readonly clean: boolean;
  readonly error: number;
}

export type Settings = Record<string, number | boolean | readonly string[]>;

export interface RemoteOptions {
  readonly set?: Settings;
  /** Every packet goes back as it came. */
  readonly echo?: boolean;
}

/** One peer inside the engine. */
export class EngineEnd extends Watch {
  readonly id: string;
  readonly #engine: Engine;
  packets: Packet[] = [];
  isOpen = false;
  isClosed = false;
  protocol = '';
  url = '';
  closeCode = -1;
  closeReason = '';
  /** Godot 3 only. */
  wasClean = false;
  /** Error codes of calls that failed. */
  readonly errors: number[] = [];

  constructor(engine: Engine, id: string) {
    super();
    this.#engine = engine;
    this.id = id;
  }

  send({ text, bytes }: Packet): void {
    this.#engine.tell({ op: 'send', id: this.id, text, base64: Buffer.from(bytes).toString('base64') });
  }

  /** Sends packets of `size` bytes that begin with their number, as fast as there is room. */
  burst(count: number, size: number): void {
    this.#engine.tell({ op: 'burst', id: this.id, count, size });
  }

  set(settings: Settings): void {
    this.#engine.tell({ op: 'set', id: this.id, set: settings });
  }

  /** Whether the script takes the packets that arrive. */
  read(on: boolean): void {
    this.#engine.tell({ op: 'read', id: this.id, on });
  }

  close(code: number, reason = ''): void {
    this.#engine.tell({ op: 'close', id: this.id, code, reason });
  }

  /** Lets go of the last reference. */
  drop(): void {
    this.#engine.tell({ op: 'drop', id: this.id });
  }

  async opened(): Promise<this> {
    await this.until(() => this.isOpen || this.isClosed);
    if (!this.isOpen) throw new Error(`${this.id} closed instead of opening`);
    return this;
  }

  async closed(): Promise<{ code: number; reason: string }> {
    await this.until(() => this.isClosed);
    return { code: this.closeCode, reason: this.closeReason };
  }

  async received(count: number): Promise<Packet[]> {
    await this.until(() => this.packets.length >= count);
    return this.packets.splice(0, count);
  }

  hear(event: EngineEvent): void {
    if (event.event === 'packet') {
      this.packets.push({ text: event.text, bytes: Buffer.from(event.base64, 'base64') });
    } else if (event.event === 'open') {
      this.isOpen = true;
      this.protocol = event.protocol;
      this.url = event.url;
    } else if (event.event === 'closed') {
      this.isClosed = true;
      this.closeCode = event.code;
      this.closeReason = event.reason;
      this.wasClean = event.clean;
    } else if (event.event === 'failed' || event.event === 'refused') {
      this.errors.push(event.error);
    }
    this.noted();
  }

  engineFailed(error: Error): void {
    this.failed(error);
  }
}

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
  /** Files for the engine, and its home; gone when the engine is. */
  readonly directory = mkdtempSync(join(tmpdir(), 'websocketpeer-'));
  readonly #ends = new Map<string, EngineEnd>();
  readonly #accepted = new Map<string, EngineEnd[]>();
  readonly #ports = new Map<string, number>();
  readonly #waited = new Set<string>();
  readonly #process: ChildProcess;
  readonly #control: Server;
  readonly #socket: Promise<Socket>;
  #complaints = '';
  #ending = false;
  #count = 0;

  /** Starts an engine that ends with `scope`. */
  static async start(scope: Scope, generation: Generation): Promise<Engine> {
    const control = createServer();
    await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
    const engine = new Engine(generation, control);
    scope.defer(() => engine.#end());
    await engine.until(() => engine.#connected);
    return engine;
  }

  #connected = false;

  private constructor({ command, args }: Generation, control: Server) {
    super();
    this.#control = control;
    this.#socket = new Promise((resolve) => {
      control.once('connection', (socket) => {
        this.#connected = true;
        socket.on('error', () => {}); // a killed engine resets it
        resolve(socket);
        this.noted();
      });
    });
    const home = join(this.directory, 'home');
    mkdirSync(home);
    const { port } = control.address() as { port: number };
    this.#process = spawn(command, [...args, `--port=${port}`], {
      cwd: this.directory,
      env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIFETIME_MS,
      killSignal: 'SIGKILL',
    });
    this.#listen(command);
  }

  #listen(command: string): void {
    const { stdout, stderr } = this.#process;
    createInterface({ input: stdout as NodeJS.ReadableStream }).on('line', (line) => this.#hear(line));
    stderr?.on('data', (chunk: Buffer) => {
      this.#complaints = (this.#complaints + chunk.toString()).slice(-4000);
    });
    const gone = (what: unknown): void => {
      if (this.#ending) return;
      const error = new Error(`${command} ended during the test (${String(what)})\n${this.#complaints}`);
      this.failed(error);
      for (const end of this.#ends.values()) end.engineFailed(error);
    };
    this.#process.once('error', gone).once('exit', (code, signal) => gone(code ?? signal));
  }

  tell(command: Record<string, unknown>): void {
    void this.#socket.then((socket) => socket.write(`${JSON.stringify(command)}\n`));
  }

  accepted(server: string): readonly EngineEnd[] {
    return this.#accepted.get(server) ?? [];
  }

  /** Starts a connection. */
  dial(url: string, options: RemoteOptions & { tls?: { trust: string; name?: string } } = {}): EngineEnd {
    const end = this.#end_(this.#name('client'));
    this.tell({ op: 'dial', id: end.id, url, ...options });
    return end;
  }

  /** Starts a server; `port` is needed where the engine can't tell which one it was given. */
  async listen(options: RemoteOptions & { tls?: { key: string; cert: string }; port?: number } = {}): Promise<EngineServer> {
    const id = this.#name('server');
    this.tell({ op: 'listen', id, ...options });
    await this.until(() => this.#ports.has(id));
    return new EngineServer(this, id, this.#ports.get(id) as number);
  }

  /** Resolves when `seconds` have passed on the engine's clock. */
  async wait(seconds: number): Promise<void> {
    const id = this.#name('wait');
    this.tell({ op: 'wait', id, seconds });
    await this.until(() => this.#waited.has(id));
  }

  /** Drops every peer and server of the script. */
  clear(): void {
    this.tell({ op: 'clear' });
  }

  /** Writes a file that the engine can load, and returns its path. */
  file(name: string, text: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, text);
    return path;
  }

  #name(kind: string): string {
    this.#count += 1;
    return `${kind}${this.#count}`;
  }

  #end_(id: string): EngineEnd {
    const end = new EngineEnd(this, id);
    this.#ends.set(id, end);
    return end;
  }

  #hear(line: string): void {
    if (!line.startsWith('{')) return;
    const event = JSON.parse(line) as EngineEvent;
    if (event.event === 'listening') this.#ports.set(event.id, event.port);
    else if (event.event === 'waited') this.#waited.add(event.id);
    else if (event.event === 'accepted') {
      this.#accepted.set(event.server, [...this.accepted(event.server), this.#end_(event.id)]);
    } else this.#ends.get(event.id)?.hear(event);
    this.noted();
  }

  async #end(): Promise<void> {
    this.#ending = true;
    const running = this.#process.exitCode === null && this.#process.signalCode === null;
    const gone = running ? new Promise((resolve) => this.#process.once('exit', resolve)) : null;
    this.#process.kill('SIGKILL');
    await gone;
    if (this.#connected) (await this.#socket).destroy();
    await new Promise((resolve) => this.#control.close(resolve));
    rmSync(this.directory, { recursive: true, force: true });
  }
}

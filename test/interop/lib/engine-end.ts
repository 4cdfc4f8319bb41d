// One WebSocket peer inside a Godot engine, seen from the test: what it was told, and what it told. How the engine is
// reached is the engine's business.
import type { Packet } from './live-peer.js';
import { Watch } from './watch.js';

/** What the engine tells; which fields are there depends on `event`. */
export interface EngineEvent {
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

/** Properties of Godot 4's WebSocketPeer. */
export type Settings = Record<string, number>;

export interface RemoteOptions {
  readonly protocols?: readonly string[];
  readonly headers?: readonly string[];
  /** Godot 4 only. */
  readonly set?: Settings;
  /** Every packet goes back as it came. */
  readonly echo?: boolean;
  /** Godot 3 only: every packet goes back decoded and encoded again, as a Variant. */
  readonly vars?: boolean;
}

/** Sends one command to the script. */
export type Tell = (command: Record<string, unknown>) => void;

/** One peer inside the engine. */
export class EngineEnd extends Watch {
  readonly id: string;
  readonly #tell: Tell;
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

  constructor(id: string, tell: Tell) {
    super();
    this.id = id;
    this.#tell = tell;
  }

  send({ text, bytes }: Packet): void {
    this.#tell({ op: 'send', id: this.id, text, base64: Buffer.from(bytes).toString('base64') });
  }

  /** Sends packets of `size` bytes that begin with their number, as fast as there is room. */
  burst(count: number, size: number): void {
    this.#tell({ op: 'burst', id: this.id, count, size });
  }

  set(settings: Settings): void {
    this.#tell({ op: 'set', id: this.id, set: settings });
  }

  /** Whether the script takes the packets that arrive. */
  read(on: boolean): void {
    this.#tell({ op: 'read', id: this.id, on });
  }

  close(code: number, reason = ''): void {
    this.#tell({ op: 'close', id: this.id, code, reason: Buffer.from(reason).toString('base64') });
  }

  /** Lets go of the last reference. */
  drop(): void {
    this.#tell({ op: 'drop', id: this.id });
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
}

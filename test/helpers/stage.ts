// One interface for tests over all kinds of servers and clients: a game with settings, hostile other sides that connect
// to it or that it connects to, and what the game sees of them.
import type { SettingProperties } from '../../host/godot4/websocket/setting-properties.js';
import { WebSocketSettings } from '../../host/godot4/websocket/web-socket-settings.js';
import { until } from './game.js';
import { concat } from './memory-stream.js';
import type { RawPeer } from './raw-peer.js';
import { type FrameOptions, frame, OP } from './raw-peer-frames.js';
import { answerTo, head, requestFor } from './raw-peer-handshake.js';
import { Reports } from './reports.js';

const NONE = new Uint8Array(0);

export type Properties = Partial<SettingProperties>;

/** What a game does with one connection, whatever its class. */
export interface Seat {
  get_available_packet_count(): number;
  get_packet(): Uint8Array;
  get_var(allow_objects?: boolean): unknown;
  send(data: ArrayBufferView): unknown;
}

/** A game: all its connections are with raw other sides. */
export abstract class Stage {
  abstract readonly role: 'server' | 'client';
  readonly reports = new Reports();
  readonly settings: WebSocketSettings;
  polls = 0;
  /** Whether connections are polled without the game. */
  readonly pollsItself: boolean = false;
  /** Called from inside each signal of the game's objects. */
  onSignal: () => void = () => {};
  readonly #endings: (() => unknown)[] = [];

  constructor(properties: Properties) {
    this.settings = new WebSocketSettings(properties);
    this.reports.listen();
  }

  /** Prepares the game, before any connection. */
  async begin(): Promise<void> {}

  /** Another connection: a server's is not yet a request, a client's has sent its request. */
  abstract meet(): Promise<Meeting>;

  protected abstract pollAll(): void;

  /** Ends the game's objects as the game would; may be called again. */
  abstract stop(): void;

  atEnd(ending: () => unknown): void {
    this.#endings.push(ending);
  }

  poll(): void {
    this.polls += 1;
    this.pollAll();
  }

  async play(condition: () => boolean, what: string): Promise<void> {
    await until(() => {
      this.poll();
      return condition();
    }, what);
  }

  async end(): Promise<void> {
    this.stop();
    for (const ending of this.#endings.reverse()) await ending();
    this.reports.stop();
  }
}

/** One connection of a game with a raw other side. */
export class Meeting {
  readonly stage: Stage;
  readonly raw: RawPeer;
  /** The game's end, once it is open. */
  readonly #findSeat: () => Seat | null;
  /** Bytes that the game's class receives or sends before the game's own packets. */
  readonly #greeting: Uint8Array;
  /** A client's request. */
  readonly request: Uint8Array;

  constructor(
    stage: Stage,
    raw: RawPeer,
    findSeat: () => Seat | null,
    { request = NONE, greeting = NONE }: { request?: Uint8Array; greeting?: Uint8Array } = {},
  ) {
    this.stage = stage;
    this.raw = raw;
    this.request = request;
    this.#findSeat = findSeat;
    this.#greeting = greeting;
  }

  get seat(): Seat {
    const seat = this.#findSeat();
    if (seat === null) throw new Error('the connection is not open');
    return seat;
  }

  get isOpen(): boolean {
    return this.#findSeat() !== null;
  }

  /** The other side's half of the handshake, right but for the further `headers`. */
  handshake(headers: readonly string[] = [], host = '127.0.0.1'): Uint8Array {
    return this.stage.role === 'server' ? requestFor('/', headers, host) : answerTo(this.request, headers);
  }

  /** The handshake, and what a server of the class sends first. */
  opening(headers: readonly string[] = []): Uint8Array {
    const isGreeting = this.stage.role === 'client' && this.#greeting.length > 0;
    return concat([this.handshake(headers), ...(isGreeting ? [frame(OP.BINARY, this.#greeting)] : [])]);
  }

  /** The handshake as lines, for taking some away. */
  handshakeLines(headers: readonly string[] = []): string[] {
    return Buffer.from(this.handshake(headers)).toString().trimEnd().split('\r\n');
  }

  /** Completes the handshake; returns the head of the game's answer, '' of a client. */
  async open(headers: readonly string[] = []): Promise<string> {
    this.raw.send(this.opening(headers));
    let answer = '';
    await this.stage.play(() => {
      answer ||= Buffer.from(this.raw.takeHead() ?? []).toString();
      return this.isOpen && (this.stage.role === 'client' || answer !== '');
    }, 'an open connection');
    if (this.stage.role === 'server' && this.#greeting.length > 0) {
      await this.stage.play(() => this.raw.received.length >= 2 + this.#greeting.length, 'the greeting');
      this.raw.takeFrames();
    }
    return answer;
  }

  /** A frame as the other side sends it. */
  frame(opcode: number, data: string | Uint8Array | readonly number[] = '', options: FrameOptions = {}): Uint8Array {
    return frame(opcode, data, { masked: this.stage.role === 'server', ...options });
  }

  send(opcode: number, data: string | Uint8Array | readonly number[] = '', options: FrameOptions = {}): void {
    this.raw.send(this.frame(opcode, data, options));
  }

  /** The next packet that the game gets. */
  async packet(): Promise<Uint8Array> {
    await this.stage.play(() => this.seat.get_available_packet_count() > 0, 'a packet');
    return this.seat.get_packet();
  }

  /** Waits for the end of the connection; returns the code of the game's close frame, 0 without one. */
  async farewell(during: () => void = () => {}): Promise<number> {
    let code = 0;
    await this.stage.play(() => {
      during();
      const close = this.raw.takeFrames().find(({ opcode }) => opcode === OP.CLOSE);
      if (close !== undefined) code = close.payload.length > 1 ? Buffer.from(close.payload).readUInt16BE() : 1005;
      return this.raw.hasEnded;
    }, 'the end of the connection');
    return code;
  }

  /** Waits for the end of a handshake; returns everything that the game said, '' when nothing. */
  async refusal(during: () => void = () => {}): Promise<string> {
    await this.stage.play(() => {
      during();
      return this.raw.hasEnded;
    }, 'the end of the handshake');
    return Buffer.from(this.raw.take()).toString('latin1');
  }

  /** Sends `lines` as the other side's half of the handshake. */
  sendHead(lines: readonly string[]): void {
    this.raw.send(head(lines));
  }
}

// Send queue of one connection: frames collected until the end of the turn, at most one pending write, and the counts
// for Godot's limits.

import { OPCODE_CLOSE, OPCODE_PING, OPCODE_PONG, OPCODE_TEXT } from '../../assembly/abi.js';
import { utf8 } from '../binding/text.js';
import { ownedCopy } from '../bytes.js';
import type { Core } from '../codec/core.js';
import { FrameEncoder } from '../codec/frame-encoder.js';
import type { ByteStream } from '../transport/byte-stream.js';
import type { DrainWatch } from './drain-watch.js';
import { DEFLATED, type MessageCompressor } from './message-compressor.js';
import { NEWS, type SessionOwner } from './session.js';
import type { TurnQueue, TurnTask } from './turn-queue.js';

const NOTHING = new Uint8Array(0);

export class Outbox implements TurnTask {
  readonly #encoder: FrameEncoder;
  readonly #stream: ByteStream;
  readonly #turns: TurnQueue;
  /** Set by the turn queue: whether a flush is scheduled for the end of the turn. */
  ordered = false;
  #stagedFrames = 0;
  #stagedBytes = 0;
  /** Frames in the pending write; the stream uses their memory until it has drained. */
  #sentFrames = 0;
  #sentBytes = 0;
  #isBlocked = false;
  /** Whether the stream's `write` is running: frames added meanwhile are only queued. */
  #isHandingOver = false;
  /** While a write is pending, only the newest pong is kept: a flood of pings uses no more memory. */
  #pong: Uint8Array | null = null;
  /** Likewise for pings, because of a short heartbeat_interval. */
  #pingWaits = false;
  /** Only where compression was agreed on: one field more in each of thousands of connections is memory. */
  declare compressor?: MessageCompressor;
  /** Likewise only where somebody has waited for the output to drain. */
  declare watch?: DrainWatch;

  constructor(core: Core, masked: boolean, stream: ByteStream, turns: TurnQueue) {
    this.#encoder = new FrameEncoder(core, masked);
    this.#stream = stream;
    this.#turns = turns;
  }

  /** Payload bytes of all frames that are not completely sent. */
  get bytes(): number {
    return this.#stagedBytes + this.#sentBytes + (this.#pong?.length ?? 0);
  }

  /** Number of frames that are not completely sent. */
  get frames(): number {
    return this.#stagedFrames + this.#sentFrames + (this.#pong === null ? 0 : 1) + (this.#pingWaits ? 1 : 0);
  }

  /** Whether the last write is still pending. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  get isClients(): boolean {
    return this.#encoder.masked;
  }

  get isHandingOver(): boolean {
    return this.#isHandingOver;
  }

  get isEmpty(): boolean {
    return !this.#isBlocked && this.#stagedFrames === 0 && this.#pong === null && !this.#pingWaits;
  }

  /** Adds a data frame; false when `check` is set and the payload is not UTF-8. */
  data(opcode: number, payload: Uint8Array, check: boolean): boolean {
    if (this.compressor?.admits(opcode, payload.length)) return this.#deflated(this.compressor, opcode, payload, check);
    if (!this.#encoder.add(opcode, payload, check)) return false;
    this.#staged(payload.length);
    return true;
  }

  text(text: string): void {
    // UTF-8 takes at most three bytes per UTF-16 unit.
    if (this.compressor?.isLongEnough(text.length * 3)) this.data(OPCODE_TEXT, utf8.encode(text), false);
    else this.#staged(this.#encoder.addText(text));
  }

  /** Adds a frame that was encoded for many connections; its bytes must not change any more. */
  shared(frame: Uint8Array, payloadLength: number): void {
    this.#encoder.addRaw(frame);
    this.#staged(payloadLength);
  }

  /** Adds the bytes before the first frame: the handshake's request or answer. */
  handshake(bytes: Uint8Array): void {
    this.#encoder.addRaw(bytes);
    this.#staged(0);
  }

  pong(payload: Uint8Array): void {
    if (this.isBlocked) this.#pong = ownedCopy(payload);
    else this.control(OPCODE_PONG, payload);
  }

  ping(): void {
    if (this.isBlocked) this.#pingWaits = true;
    else this.control(OPCODE_PING, NOTHING);
  }

  /** Adds the close frame, the last one (RFC 6455 §5.5.1): a waiting ping or pong is dropped. */
  close(body: Uint8Array): void {
    this.#pong = null;
    this.#pingWaits = false;
    this.control(OPCODE_CLOSE, body);
  }

  control(opcode: number, payload: Uint8Array): void {
    this.#encoder.add(opcode, payload, false);
    this.#staged(payload.length);
  }

  /** Passes all frames to the stream in one write, unless the last one is pending. */
  flush(): void {
    if (!this.#isBlocked && !this.#isHandingOver) this.#handOver();
  }

  /** Passes all frames to the stream even if a write is pending; the last call before the end. */
  flushForGood(): void {
    this.#handOver();
  }

  #handOver(): void {
    if (this.#stagedFrames === 0) return;
    const pieces = this.#encoder.take();
    this.#sentFrames += this.#stagedFrames;
    this.#sentBytes += this.#stagedBytes;
    this.#stagedFrames = 0;
    this.#stagedBytes = 0;
    this.#isHandingOver = true;
    const taken = this.#stream.write(pieces);
    this.#isHandingOver = false;
    if (taken && !this.#isBlocked) this.#left();
    else this.#isBlocked = true;
  }

  /** The pending write is complete. */
  #left(): void {
    this.#encoder.recycle();
    this.#isBlocked = false;
    this.#sentFrames = 0;
    this.#sentBytes = 0;
  }

  /** Called when the stream has completed the last write: starts the next. */
  drained(): void {
    if (!this.#isBlocked) return;
    this.#left();
    const pong = this.#pong;
    this.#pong = null;
    if (pong !== null) this.control(OPCODE_PONG, pong);
    if (this.#pingWaits) this.control(OPCODE_PING, NOTHING);
    this.#pingWaits = false;
    this.flush();
    this.watch?.look();
  }

  /** Drops all frames that were not passed to the stream. */
  clear(): void {
    this.#encoder.clear();
    this.#isBlocked = false;
    this.#stagedFrames = 0;
    this.#stagedBytes = 0;
    this.#sentFrames = 0;
    this.#sentBytes = 0;
    this.#pong = null;
    this.#pingWaits = false;
  }

  atTurnEnd(): void {
    this.flush();
  }

  /** Calls `owner`'s NEWS, and sends what it writes meanwhile in one write, before the end of the turn. */
  tellAndFlush(owner: SessionOwner): void {
    const { ordered } = this;
    this.ordered = true;
    owner[NEWS]();
    this.ordered = ordered;
    this.flush();
  }

  /** Adds a data frame, deflated if that makes it shorter; it counts with its own size, as it would without. */
  #deflated(compressor: MessageCompressor, opcode: number, payload: Uint8Array, check: boolean): boolean {
    if (check && !compressor.isUtf8(payload)) return false;
    const deflated = compressor.deflate(opcode, payload);
    if (deflated === null) this.#encoder.add(opcode, payload, false);
    else this.#encoder.add(opcode | DEFLATED, deflated, false);
    this.#staged(payload.length);
    return true;
  }

  #staged(bytes: number): void {
    this.#stagedFrames += 1;
    this.#stagedBytes += bytes;
    if (!this.ordered) this.#turns.order(this);
  }
}

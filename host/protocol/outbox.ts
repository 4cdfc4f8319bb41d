// What waits to be sent on one connection: frames collected until the end of the turn, at most one write under
// way, and the counts that Godot's limits look at. Knows the byte stream only through its seam.

import { OPCODE_CLOSE, OPCODE_PING, OPCODE_PONG } from '../../assembly/abi.js';
import { ownedCopy } from '../bytes.js';
import type { Core } from '../codec/core.js';
import { FrameEncoder } from '../codec/frame-encoder.js';
import type { ByteStream } from '../transport/byte-stream.js';
import { NEWS, type SessionOwner } from './session.js';
import type { TurnQueue, TurnTask } from './turn-queue.js';

const NOTHING = new Uint8Array(0);

export class Outbox implements TurnTask {
  readonly #encoder: FrameEncoder;
  readonly #stream: ByteStream;
  readonly #turns: TurnQueue;
  /** Set by the turn queue: whether the end of the turn is ordered already. */
  ordered = false;
  #stagedFrames = 0;
  #stagedBytes = 0;
  /** Handed to the stream, which keeps the memory until it is drained. */
  #sentFrames = 0;
  #sentBytes = 0;
  #isBlocked = false;
  /** The stream is being given something: what it calls meanwhile only adds to what waits. */
  #isHandingOver = false;
  /** While the output is blocked, only the newest pong waits: a flood of pings can't grow anything. */
  #pong: Uint8Array | null = null;
  /** Likewise one ping: a short heartbeat_interval can't either. */
  #pingWaits = false;

  constructor(core: Core, masked: boolean, stream: ByteStream, turns: TurnQueue) {
    this.#encoder = new FrameEncoder(core, masked);
    this.#stream = stream;
    this.#turns = turns;
  }

  /** Payload bytes of all frames that have not left completely. */
  get bytes(): number {
    return this.#stagedBytes + this.#sentBytes + (this.#pong?.length ?? 0);
  }

  /** Frames that have not left completely. */
  get frames(): number {
    return this.#stagedFrames + this.#sentFrames + (this.#pong === null ? 0 : 1) + (this.#pingWaits ? 1 : 0);
  }

  /** The network has not taken the last write yet. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  get isHandingOver(): boolean {
    return this.#isHandingOver;
  }

  get isEmpty(): boolean {
    return !this.#isBlocked && this.#stagedFrames === 0 && this.#pong === null && !this.#pingWaits;
  }

  /** Adds a data frame; false when `check` is set and the payload is not UTF-8. */
  data(opcode: number, payload: Uint8Array, check: boolean): boolean {
    if (!this.#encoder.add(opcode, payload, check)) return false;
    this.#staged(payload.length);
    return true;
  }

  text(text: string): void {
    this.#staged(this.#encoder.addText(text));
  }

  /** Adds a frame that was encoded for many connections; its bytes must not change any more. */
  shared(frame: Uint8Array, payloadLength: number): void {
    this.#encoder.addRaw(frame);
    this.#staged(payloadLength);
  }

  /** Adds what comes before the first frame: the request, or the answer to one. */
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

  /** Adds the last frame of all (RFC 6455 §5.5.1): what would have followed it is dropped. */
  close(body: Uint8Array): void {
    this.#pong = null;
    this.#pingWaits = false;
    this.control(OPCODE_CLOSE, body);
  }

  control(opcode: number, payload: Uint8Array): void {
    this.#encoder.add(opcode, payload, false);
    this.#staged(payload.length);
  }

  /** Hands everything to the stream in one write, unless the last one is still under way. */
  flush(): void {
    if (!this.#isBlocked && !this.#isHandingOver) this.#handOver();
  }

  /** Hands the rest over behind whatever is under way: nothing follows it. */
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

  /** Nothing is under way any more. */
  #left(): void {
    this.#encoder.recycle();
    this.#isBlocked = false;
    this.#sentFrames = 0;
    this.#sentBytes = 0;
  }

  /** The stream has taken the last write: the next may follow. */
  drained(): void {
    if (!this.#isBlocked) return;
    this.#left();
    const pong = this.#pong;
    this.#pong = null;
    if (pong !== null) this.control(OPCODE_PONG, pong);
    if (this.#pingWaits) this.control(OPCODE_PING, NOTHING);
    this.#pingWaits = false;
    this.flush();
  }

  /** Drops what has not been handed over; what the stream holds is the stream's. */
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

  /** Tells `owner` that there is news, and sends what it writes meanwhile in one go, without waiting for the end of the turn. */
  tellAndFlush(owner: SessionOwner): void {
    const { ordered } = this;
    this.ordered = true;
    owner[NEWS]();
    this.ordered = ordered;
    this.flush();
  }

  #staged(bytes: number): void {
    this.#stagedFrames += 1;
    this.#stagedBytes += bytes;
    if (!this.ordered) this.#turns.order(this);
  }
}

// Decoder of one connection: assembles whole messages from chunks of a stream, with the core's records.

import {
  DEFLATED_EXTRA,
  DEFLATED_EXTRA_SHIFT,
  RECORD_ADDRESS_SHIFT,
  RECORD_BINARY,
  RECORD_BINARY_END,
  RECORD_CLOSE,
  RECORD_DEFLATED_BINARY,
  RECORD_DEFLATED_BINARY_END,
  RECORD_DEFLATED_TEXT,
  RECORD_DEFLATED_TEXT_END,
  RECORD_FAULT,
  RECORD_KIND_MASK,
  RECORD_PART,
  RECORD_PING,
  RECORD_PONG,
  RECORD_TEXT,
  RECORD_TEXT_END,
  SESSION_REMAINING_WORD,
  WINDOW_SIZE,
} from '../../assembly/abi.js';
import type { OwnBytes } from '../bytes.js';
import { ownedCopy } from '../bytes.js';
import type { Core, SessionOwner } from './core.js';

/** Receives what a chunk contains, in order. */
export interface MessageSink {
  /**
   * A message of `length` bytes at `bytes[offset]`; the bytes belong to the sink and never change. A deflated one is as it
   * came: text was not checked to be UTF-8.
   */
  message(bytes: OwnBytes, offset: number, length: number, text: boolean, deflated: boolean): void;
  /** A control frame. Its payload is in the core's memory: valid only during the call. */
  ping(payload: Uint8Array): void;
  pong(payload: Uint8Array): void;
  close(payload: Uint8Array): void;
  /** A protocol error (FAULT_…); nothing follows. */
  fault(fault: number): void;
}

export interface ReaderOptions {
  /** Role of this side: ROLE_SERVER or ROLE_CLIENT, plus ALLOW_DEFLATED where deflated messages were agreed upon. */
  readonly role: number;
  /** Most bytes of one message, its fragments added up. */
  readonly maxMessageSize: number;
  /** Most frames of one message. */
  readonly maxFragments: number;
}

/** Size of the first buffer for an incomplete message of which little has come, whatever length is announced. */
const FIRST_ROOM = 1024;
/** Most bytes between two messages that are still copied together: two copies would cost as much. */
const MAX_GAP = 256;

const NOTHING: OwnBytes = new Uint8Array(0);

export class MessageReader implements SessionOwner {
  readonly #core: Core;
  readonly #sink: MessageSink;
  readonly #role: number;
  readonly maxMessageSize: number;
  readonly maxFragments: number;
  /** The decoder's saved state while the session serves another reader; null at rest. */
  #parked: Uint8Array | null = null;
  /** Buffer of the incomplete message: its first `#assembled` bytes. */
  #assembly: OwnBytes = NOTHING;
  #assembled = 0;

  constructor(core: Core, options: ReaderOptions, sink: MessageSink) {
    this.#core = core;
    this.#sink = sink;
    this.#role = options.role;
    this.maxMessageSize = options.maxMessageSize;
    this.maxFragments = options.maxFragments;
  }

  /** Size of the buffer of the incomplete message. */
  get pendingBytes(): number {
    return this.#assembled;
  }

  /** Whether a frame or message has begun and not ended. */
  get isMidMessage(): boolean {
    if (this.#core.sessionOwner === this) return this.#core.sessionWords[0] !== 0;
    return this.#parked !== null;
  }

  /**
   * Decodes the next `length` bytes of the stream: any number, cut anywhere. When `chunk` is the core's window itself, they
   * are where the core reads already: sockets read into it (`Sockets.useReadBuffer`), which saves the copy.
   */
  push(chunk: Uint8Array, length: number): void {
    const core = this.#core;
    if (chunk === core.window) {
      this.#decode(length);
      return;
    }
    for (let start = 0; start < length; start += WINDOW_SIZE) {
      const end = Math.min(start + WINDOW_SIZE, length);
      core.window.set(start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end));
      this.#decode(end - start);
    }
  }

  /** Releases the session and drops an incomplete message. */
  release(): void {
    if (this.#core.sessionOwner === this) this.#core.sessionOwner = null;
    this.#parked = null;
    this.#forgetMessage();
  }

  park(): void {
    const core = this.#core;
    this.#parked = core.sessionWords[0] === 0 ? null : ownedCopy(core.session);
  }

  #decode(length: number): void {
    const core = this.#core;
    if (core.sessionOwner !== this) {
      core.sessionOwner?.park();
      core.sessionOwner = this;
      if (this.#parked === null) core.wasm.reset();
      else core.session.set(this.#parked);
    }
    const count = core.wasm.decode(length, this.#role, this.maxMessageSize, this.maxFragments);
    if (count > 0) this.#deliver(count);
  }

  #deliver(count: number): void {
    const { records } = this.#core;
    const sink = this.#sink;
    let bytes = NOTHING; // one copy for all whole messages that lie close together
    let start = 0;
    let last = -1;
    for (let word = 0; word < count * 2; word += 2) {
      const kind = (records[word] as number) & RECORD_KIND_MASK;
      const address = (records[word] as number) >>> RECORD_ADDRESS_SHIFT;
      const length = records[word + 1] as number;
      if (isWhole(kind)) {
        if (word > last) {
          start = address;
          last = lastInReach(records, count, word);
          bytes = this.#core.copy(
            start,
            ((records[last] as number) >>> RECORD_ADDRESS_SHIFT) + (records[last + 1] as number),
          );
        }
        const isText = kind === RECORD_TEXT || kind === RECORD_DEFLATED_TEXT;
        sink.message(bytes, address - start, length, isText, kind >= RECORD_DEFLATED_TEXT);
      } else if (kind === RECORD_PART) {
        this.#append(address, length);
      } else if (isEnd(kind)) {
        this.#append(address, length);
        const isText = kind === RECORD_TEXT_END || kind === RECORD_DEFLATED_TEXT_END;
        this.#complete(isText, kind >= RECORD_DEFLATED_TEXT_END);
      } else {
        this.#control(kind, address, length);
      }
    }
  }

  #control(kind: number, address: number, length: number): void {
    if (kind === RECORD_FAULT) {
      this.#forgetMessage();
      this.#sink.fault(length);
      return;
    }
    const payload = this.#core.memory.subarray(address, address + length);
    if (kind === RECORD_PING) this.#sink.ping(payload);
    else if (kind === RECORD_PONG) this.#sink.pong(payload);
    else if (kind === RECORD_CLOSE) {
      this.#forgetMessage();
      this.#sink.close(payload);
    }
  }

  /** Drops the buffer of the current message, which was delivered or never will be. */
  #forgetMessage(): void {
    this.#assembly = NOTHING;
    this.#assembled = 0;
  }

  #append(address: number, length: number): void {
    const { memory, sessionWords } = this.#core;
    const size = this.#assembled + length;
    if (size > this.#assembly.length) {
      const grown = new Uint8Array(this.#roomFor(size, sessionWords[SESSION_REMAINING_WORD] as number));
      grown.set(this.#assembly.subarray(0, this.#assembled));
      this.#assembly = grown;
    }
    if (length > 0) this.#assembly.set(memory.subarray(address, address + length), this.#assembled);
    this.#assembled = size;
  }

  /**
   * Memory follows the received bytes: what is announced is trusted up to four times what has come, or FIRST_ROOM. Beyond
   * the first buffer, each is larger by a share, so that the copies add up to a few times the message however it is
   * cut: each chunk may add one byte, or belong to a control frame.
   */
  #roomFor(size: number, remaining: number): number {
    const announced = Math.min(size + remaining, Math.max(FIRST_ROOM, 4 * size));
    const most = this.maxMessageSize + (this.maxMessageSize >>> DEFLATED_EXTRA_SHIFT) + DEFLATED_EXTRA;
    if (remaining === 0) return Math.max(announced, Math.min(2 * size, most));
    return this.#assembled === 0 ? announced : Math.max(announced, Math.min(1.25 * size, most));
  }

  #complete(text: boolean, deflated: boolean): void {
    const size = this.#assembled;
    const spare = this.#assembly.length - size;
    const bytes = spare > size / 4 ? ownedCopy(this.#assembly.subarray(0, size)) : this.#assembly;
    this.#forgetMessage();
    this.#sink.message(bytes, 0, size, text, deflated);
  }
}

/** Whether a record is of a message that lies in the window. */
function isWhole(kind: number): boolean {
  if (kind === RECORD_TEXT || kind === RECORD_BINARY) return true;
  return kind === RECORD_DEFLATED_TEXT || kind === RECORD_DEFLATED_BINARY;
}

/** Whether a record is of the last bytes of a message. */
function isEnd(kind: number): boolean {
  if (kind === RECORD_TEXT_END || kind === RECORD_BINARY_END) return true;
  return kind === RECORD_DEFLATED_TEXT_END || kind === RECORD_DEFLATED_BINARY_END;
}

/** Index of the record of the last whole message that is copied together with the one at `word`. */
function lastInReach(records: Int32Array, count: number, word: number): number {
  let last = word;
  let end = ((records[word] as number) >>> RECORD_ADDRESS_SHIFT) + (records[word + 1] as number);
  for (let next = word + 2; next < count * 2; next += 2) {
    const kind = (records[next] as number) & RECORD_KIND_MASK;
    if (!isWhole(kind)) continue;
    const address = (records[next] as number) >>> RECORD_ADDRESS_SHIFT;
    if (address - end > MAX_GAP) break;
    last = next;
    end = address + (records[next + 1] as number);
  }
  return last;
}

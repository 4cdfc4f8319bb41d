// The public message decoder, over MessageReader: chunks in, events out.

import { DEFAULT_MAX_FRAGMENTS, ROLE_CLIENT, ROLE_SERVER } from '../../assembly/abi.js';
import { type OwnBytes, ownedCopy } from '../bytes.js';
import type { Core } from './core.js';
import { closeCodeOfFault } from './faults.js';
import { MessageReader, type MessageSink } from './message-reader.js';
import { pieces } from './piece.js';

/** An event found in a chunk. `data` belongs to the receiver. */
export interface DecoderEvent {
  readonly kind: 'text' | 'binary' | 'ping' | 'pong' | 'close' | 'fault';
  /** The payload; of a close frame the reason. */
  readonly data: Uint8Array;
  /** For 'close' the received code (1005: none), for 'fault' the code to close with; else 0. */
  readonly code: number;
}

/** Options of a decoder. */
export interface DecoderOptions {
  /** Which side decodes: a server receives masked frames, a client unmasked ones. */
  readonly role: 'server' | 'client';
  /** Most bytes of one message, fragments added up; more is a fault with code 1009. Default 100 MiB. */
  readonly maxMessageSize?: number;
  /** Most frames of one message; more is a fault with code 1008. */
  readonly maxFragments?: number;
}

export interface MessageDecoder {
  /**
   * Takes the next bytes of the stream and returns what they completed, in order.
   *
   * After a fault or a close frame, further bytes are ignored: a fault is returned again, a close frame is followed
   * by nothing.
   */
  push(chunk: Uint8Array): DecoderEvent[];
}

export type MessageDecoderConstructor = new (options: DecoderOptions) => MessageDecoder;

const DEFAULT_MAX_MESSAGE_SIZE = 104857600;
const LARGEST_MESSAGE_SIZE = 0x7fffffff;
/** Preallocated events: those of a window full of small frames. */
const MOST_ROOM = 4096;
const NOTHING = new Uint8Array(0);

function checkSize(name: string, value: unknown, least: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > LARGEST_MESSAGE_SIZE) {
    throw new RangeError(`${name} must be an integer from ${least} to ${LARGEST_MESSAGE_SIZE}, got ${String(value)}`);
  }
  return value as number;
}

export function createMessageDecoder(core: Core): MessageDecoderConstructor {
  return class CoreMessageDecoder implements MessageDecoder, MessageSink {
    readonly #reader: MessageReader;
    /** The first `#count` are valid; as long as for the last chunk, since growing costs more than the views. */
    #events: DecoderEvent[] = [];
    #count = 0;
    #fault: DecoderEvent | null = null;

    constructor(options: DecoderOptions) {
      if (typeof options !== 'object' || options === null) {
        const shape = "{ role: 'server' or 'client', maxMessageSize, maxFragments }";
        throw new TypeError(`MessageDecoder needs options ${shape}, got ${options === null ? 'null' : typeof options}`);
      }
      const { role, maxMessageSize, maxFragments } = options;
      if (role !== 'server' && role !== 'client') {
        throw new TypeError(`role must be 'server' or 'client', got ${String(role)}`);
      }
      this.#reader = new MessageReader(
        core,
        {
          role: role === 'server' ? ROLE_SERVER : ROLE_CLIENT,
          maxMessageSize: checkSize('maxMessageSize', maxMessageSize ?? DEFAULT_MAX_MESSAGE_SIZE, 0),
          maxFragments: checkSize('maxFragments', maxFragments ?? DEFAULT_MAX_FRAGMENTS, 1),
        },
        this,
      );
    }

    push(chunk: Uint8Array): DecoderEvent[] {
      if (!(chunk instanceof Uint8Array)) throw new TypeError(`chunk must be a Uint8Array, got ${typeof chunk}`);
      if (this.#fault !== null) return [this.#fault];
      this.#reader.push(chunk, chunk.length);
      const events = this.#events;
      events.length = this.#count;
      this.#events = new Array(Math.min(this.#count, MOST_ROOM));
      this.#count = 0;
      return events;
    }

    message(bytes: OwnBytes, offset: number, length: number, text: boolean): void {
      this.#add({ kind: text ? 'text' : 'binary', data: pieces.cut(bytes, offset, length), code: 0 });
    }

    ping(payload: Uint8Array): void {
      this.#add({ kind: 'ping', data: ownedCopy(payload), code: 0 });
    }

    pong(payload: Uint8Array): void {
      this.#add({ kind: 'pong', data: ownedCopy(payload), code: 0 });
    }

    close(payload: Uint8Array): void {
      const code = payload.length === 0 ? 1005 : ((payload[0] as number) << 8) | (payload[1] as number);
      this.#add({ kind: 'close', data: ownedCopy(payload.subarray(2)), code });
    }

    fault(fault: number): void {
      this.#fault = { kind: 'fault', data: NOTHING, code: closeCodeOfFault(fault) };
      this.#add(this.#fault);
    }

    #add(event: DecoderEvent): void {
      this.#events[this.#count] = event;
      this.#count += 1;
    }
  };
}

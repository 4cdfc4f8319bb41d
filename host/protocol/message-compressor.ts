// Compression of the messages that one connection sends (RFC 7692 §7.2.1): which are worth it, and the payloads of
// their frames. Made when compression is agreed on.
import { ENCODE_FIN, OPCODE_TEXT, UTF8_START } from '../../assembly/abi.js';
import { frameOf } from '../codec/codec.js';
import type { Core } from '../codec/core.js';
import { validateBytes } from '../codec/validator.js';
import type { Deflater } from '../transport/deflater.js';
import type { Compression } from './deflate-agreement.js';
import { SETTINGS, type SessionOwner } from './session.js';
import type { SharedMessage } from './shared-message.js';

/** RSV1, which marks a deflated message in its first frame (§6), beside the opcode. */
export const DEFLATED = 0x40;
/** Longer messages go plain: to deflate one takes a frame of the game. */
const LONGEST = 1_048_576;
/** An eighth of a message has to be saved. */
const SAVED_PART = 8;
/** Messages that go plain after one that saved less. */
const PAUSE = 15;

export class MessageCompressor {
  readonly #deflater: Deflater;
  readonly #windowBits: number;
  readonly #owner: SessionOwner;
  readonly #core: Core;
  /** Messages of each kind that go plain without a try. */
  #plainTexts = 0;
  #plainBinaries = 0;

  constructor({ deflater, windowBits }: Compression, owner: SessionOwner, core: Core) {
    this.#deflater = deflater;
    this.#windowBits = windowBits;
    this.#owner = owner;
    this.#core = core;
  }

  isLongEnough(size: number): boolean {
    return size >= this.#owner[SETTINGS].compressionThreshold;
  }

  /** Whether the next message is to be deflated; to be asked once for each. */
  admits(opcode: number, size: number): boolean {
    if (size > LONGEST || !this.isLongEnough(size)) return false;
    const isText = opcode === OPCODE_TEXT;
    const pause = isText ? this.#plainTexts : this.#plainBinaries;
    if (pause === 0) return true;
    if (isText) this.#plainTexts = pause - 1;
    else this.#plainBinaries = pause - 1;
    return false;
  }

  isUtf8(bytes: Uint8Array): boolean {
    return validateBytes(this.#core, bytes, UTF8_START, true) === UTF8_START;
  }

  /** The deflated payload, for one call's use; null when the message goes plain. */
  deflate(opcode: number, payload: Uint8Array): Uint8Array | null {
    const deflated = this.#deflater.deflate(payload, this.#windowBits);
    this.#learn(opcode, payload.length, deflated?.length ?? payload.length);
    return deflated;
  }

  /** The frame of a message for many, deflated once for all with the same window; null when it goes plain. */
  sharedFrame(opcode: number, message: SharedMessage): Uint8Array | null {
    const { bytes } = message;
    if (!this.admits(opcode, bytes.length)) return null;
    message.deflated ??= new Map();
    let frame = message.deflated.get(this.#windowBits);
    if (frame === undefined) {
      const deflated = this.#deflater.deflate(bytes, this.#windowBits);
      frame = deflated && frameOf(this.#core, ENCODE_FIN | DEFLATED | opcode, deflated);
      message.deflated.set(this.#windowBits, frame);
    }
    this.#learn(opcode, bytes.length, frame?.length ?? bytes.length);
    return frame;
  }

  /** Stops trying for a while when too little was saved. */
  #learn(opcode: number, size: number, deflated: number): void {
    if (deflated < size && (size - deflated) * SAVED_PART >= size) return;
    if (opcode === OPCODE_TEXT) this.#plainTexts = PAUSE;
    else this.#plainBinaries = PAUSE;
  }
}

// Deflated packets of a connection (RFC 7692): they wait as they came, and are inflated when poll() would hand them over.
// So a burst of them costs what came over the network, not what it would become.
import { FAULT_INVALID_UTF8, FAULT_MESSAGE_TOO_BIG, FAULT_NONE, UTF8_INVALID, UTF8_START } from '../../assembly/abi.js';
import type { Core } from '../codec/core.js';
import { FAULT_INVALID_DEFLATE } from '../codec/faults.js';
import { validateBytes } from '../codec/validator.js';
import { type Deflater, InflateFault } from '../transport/deflater.js';
import type { PacketQueue } from './packet-queue.js';

/** Most packets that one call inflates, however small they are: each takes some microseconds. */
const MOST_AT_ONCE = 1024;

export class Inflation {
  readonly #core: Core;
  readonly #deflater: Deflater;
  /** Most bytes of an inflated message. */
  readonly #maxMessageSize: number;

  constructor(core: Core, deflater: Deflater, maxMessageSize: number) {
    this.#core = core;
    this.#deflater = deflater;
    this.#maxMessageSize = maxMessageSize;
  }

  /**
   * Makes packets visible as `PacketQueue.reveal` does, inflating those that come to it: at most one more than fits, and
   * MOST_AT_ONCE; the rest is for the next call. Returns the fault of the first packet that can't be inflated; it and all behind it are dropped.
   */
  reveal(packets: PacketQueue, maxCount: number, maxBytes: number): number {
    let left = MOST_AT_ONCE;
    while (packets.canReveal(maxCount, maxBytes)) {
      if (packets.isNextDeflated) {
        if (left === 0) break;
        left -= 1;
        const fault = this.#inflateNext(packets);
        if (fault !== FAULT_NONE) {
          packets.dropHidden();
          return fault;
        }
      }
      packets.reveal(packets.visible + 1, maxBytes);
    }
    return FAULT_NONE;
  }

  #inflateNext(packets: PacketQueue): number {
    const bytes = this.#deflater.inflate(packets.next, this.#maxMessageSize);
    if (bytes === InflateFault.TOO_BIG) return FAULT_MESSAGE_TOO_BIG;
    if (bytes === InflateFault.INVALID) return FAULT_INVALID_DEFLATE;
    if (packets.isNextText && validateBytes(this.#core, bytes, UTF8_START, true) === UTF8_INVALID) {
      return FAULT_INVALID_UTF8;
    }
    packets.replaceNext(bytes);
    return FAULT_NONE;
  }
}

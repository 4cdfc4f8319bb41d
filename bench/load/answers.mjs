// Messages that come from a server, counted by their frames: compressed ones differ in length from one to the next.
import { constants, inflateRawSync } from 'node:zlib';

const COMPRESSED = 0x40;
const FIRST_CONTROL = 8;

export class Answers {
  /** Messages, and bytes with their heads. */
  count = 0;
  bytes = 0;
  #head = [];
  /** Bytes of the payload that are still to come. */
  #left = 0;
  /** The payload of the first message; null once it was compared. */
  #first = Buffer.alloc(0);
  #expected;

  /** `expected` is what every message is, decompressed; the first one is compared with it. */
  constructor(expected) {
    this.#expected = expected;
  }

  /** Takes a chunk; throws an Error if the first message is another than expected. */
  take(bytes, length) {
    this.bytes += length;
    let at = 0;
    while (at < length) {
      if (this.#left === 0) {
        this.#head.push(bytes[at]);
        at += 1;
        this.#readHead();
        continue;
      }
      const size = Math.min(this.#left, length - at);
      if (this.#first !== null) this.#first = Buffer.concat([this.#first, bytes.subarray(at, at + size)]);
      this.#left -= size;
      at += size;
      if (this.#left === 0) this.#end();
    }
  }

  /** Frames of servers are not masked (RFC 6455 §5.1). */
  #readHead() {
    const head = this.#head;
    if (head.length < 2) return;
    const size = head[1] < 126 ? 2 : head[1] === 126 ? 4 : 10;
    if (head.length < size) return;
    this.#left = size === 2 ? head[1] : head.slice(2).reduce((length, byte) => length * 256 + byte, 0);
    if (this.#left === 0) this.#end();
  }

  #end() {
    const [first] = this.#head;
    this.#head = [];
    if ((first & 15) >= FIRST_CONTROL) throw new Error(`the server sent a control frame, ${first & 15}`);
    this.count += 1;
    if (this.#first !== null) this.#compare((first & COMPRESSED) !== 0);
  }

  #compare(isCompressed) {
    const payload = this.#first;
    this.#first = null;
    const whole = isCompressed ? inflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH }) : payload;
    if (!whole.equals(this.#expected)) throw new Error('what comes back is not what was sent');
  }
}

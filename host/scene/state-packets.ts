// Packets of states, filled entry by entry: as few as the limits of their sizes allow.
import { ByteWriter } from '../variant/byte-writer.js';
import { beginDelta, beginSync, DELTA_ENTRY, DELTA_HEADER, SYNC_ENTRY, SYNC_HEADER } from './replication-packets.js';
import type { Known, Watched } from './tracked-nodes.js';

const WORD = 32;

/** States of one kind for one group of peers. */
export class StatePackets {
  readonly #writer = new ByteWriter();
  #packets: Uint8Array[] = [];
  #isDelta = false;
  #most = 0;

  /** Begins packets of at most `most` bytes. */
  begin(isDelta: boolean, most: number): void {
    this.#packets = [];
    this.#isDelta = isDelta;
    this.#most = most;
    this.#open();
  }

  #open(): void {
    this.#writer.reset();
    if (this.#isDelta) beginDelta(this.#writer);
    else beginSync(this.#writer, 0);
  }

  #flush(): void {
    const header = this.#isDelta ? DELTA_HEADER : SYNC_HEADER;
    if (this.#writer.at > header) this.#packets.push(this.#writer.take());
  }

  /** The packets that are filled. */
  take(): readonly Uint8Array[] {
    this.#flush();
    return this.#packets;
  }

  /** Makes room for an entry; the values of one may have as many bytes as a packet, as in the engine. */
  #reserve(size: number): void {
    const header = this.#isDelta ? DELTA_HEADER : SYNC_HEADER;
    if (this.#writer.at + size <= this.#most || this.#writer.at === header) return;
    this.#flush();
    this.#open();
  }

  addState(number: number, values: Uint8Array): void {
    this.#reserve(SYNC_ENTRY + values.length);
    this.#writer.u32(number);
    this.#writer.u32(values.length);
    this.#writer.raw(values);
  }

  /** Adds what has changed after the poll `since`; returns the size when that is more than a packet may have, or 0. */
  addChanges({ one, number }: Known, since: number): number {
    const watched = one.watched ?? [];
    let [low, high, size] = [0, 0, 0];
    for (let i = 0; i < watched.length; i += 1) {
      const { bytes, changedAt } = watched[i] as Watched;
      if (bytes === null || changedAt <= since) continue;
      size += bytes.length;
      if (i < WORD) low |= 1 << i;
      else high |= 1 << (i - WORD);
    }
    if (low === 0 && high === 0) return 0;
    if (size > this.#most) return size;
    this.#reserve(DELTA_ENTRY + size);
    this.#writer.u32(number);
    this.#writer.u32(low);
    this.#writer.u32(high);
    this.#writer.u32(size);
    for (const { bytes, changedAt } of watched) if (bytes !== null && changedAt > since) this.#writer.raw(bytes);
    return 0;
  }
}

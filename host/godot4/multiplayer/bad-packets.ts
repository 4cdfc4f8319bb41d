// Bad packets of a multiplayer's peers, malformed or in another's name: at most one report a second and peer, and a count
// for `max_bad_packets`.
import { clock } from '#platform';
import { report } from '../../binding/error-handler.js';

/** Close of the connection of a peer that sends too many: a policy violation. */
export const TOO_MANY_CODE = 1008;
export const TOO_MANY_REASON = 'Too many bad packets';

const QUIET_MS = 1000;

interface Record {
  count: number;
  toldAt: number;
  /** Bad packets since the last report. */
  untold: number;
}

export class BadPackets {
  #byPeer: Map<number, Record> | null = null;
  /** Of all peers that have left: their last packets may come to light afterwards. */
  #gone: Record | null = null;
  readonly #isThere: (id: number) => boolean;

  /** `isThere` tells whether the peer `id` has not left. */
  constructor(isThere: (id: number) => boolean = () => true) {
    this.#isThere = isThere;
  }

  /**
   * Reports a bad packet of the peer `id` about `source`, unless `what` is ''; returns how many of them the peer has sent,
   * 0 for one that has left.
   */
  add(id: number, what: string, source: object): number {
    const now = clock.now();
    const record = this.#recordOf(id, now);
    if (record !== this.#gone) record.count += 1;
    if (what !== '') this.#tell(record, now, what, source);
    return record.count;
  }

  /** Reports a packet that may be an honest peer's, and does not count. */
  mention(id: number, what: string, source: object): void {
    const now = clock.now();
    this.#tell(this.#recordOf(id, now), now, what, source);
  }

  /** Reports what is odd about a peer, and not dropped. */
  note(id: number, what: string, source: object): void {
    const now = clock.now();
    this.#tell(this.#recordOf(id, now), now, what, source, '');
  }

  forget(id: number): void {
    this.#byPeer?.delete(id);
  }

  /** Number of peers with a record. */
  get size(): number {
    return this.#byPeer?.size ?? 0;
  }

  clear(): void {
    this.#byPeer = null;
    this.#gone = null;
  }

  #recordOf(id: number, now: number): Record {
    if (!this.#isThere(id)) {
      this.#gone ??= { count: 0, toldAt: now - QUIET_MS, untold: 0 };
      return this.#gone;
    }
    this.#byPeer ??= new Map();
    let record = this.#byPeer.get(id);
    if (record === undefined) {
      record = { count: 0, toldAt: now - QUIET_MS, untold: 0 };
      this.#byPeer.set(id, record);
    }
    return record;
  }

  #tell(record: Record, now: number, what: string, source: object, end = '; dropped'): void {
    if (now - record.toldAt < QUIET_MS) {
      record.untold += 1;
      return;
    }
    const more = record.untold > 0 ? ` (and ${record.untold} more)` : '';
    record.toldAt = now;
    record.untold = 0;
    report(`${what}${end}${more}`, source);
  }
}

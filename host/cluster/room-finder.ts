// The search for a room: which process has it, or which is to make it. What a gateway asks for each client.
import type { Clock } from '../transport/platform.js';
import type { Broker, DirectoryEntry } from './broker.js';
import { type MakeAnswer, makeAnswerOf, processOfRoom } from './directory-values.js';
import { isRoomName, makeSubject, processKey, ROOM_PREFIX, roomKey } from './names.js';
import { Placement } from './placement.js';

/** The process that has a room, and the revision of its entry; or why there is none, as a status of HTTP and in words. */
export type Found =
  | { readonly process: number; readonly revision: number }
  | { readonly status: 404 | 503; readonly why: string };

export interface FinderOptions {
  readonly clock: Pick<Clock, 'now' | 'alarm'>;
  /** Between 0 and 1; Math.random by default. */
  readonly random?: () => number;
  /**
   * Milliseconds between the news that a process is gone and the removal of its entries, which live on if it renews them
   * meanwhile. By default 0, and where the broker may be mistaken about processes that live (`is_nobody_certain`) the life
   * of an entry, which is the only safe value there.
   */
  readonly graceMs?: number;
}

/** Most rooms that are searched for at once. */
const MAX_SEARCHES = 4096;
/** Most processes that are asked for one room. */
const MAX_ASKED = 16;
const ASK_TIMEOUT_MS = 3000;
/** A search is not continued after this time. */
const SEARCH_TIMEOUT_MS = 6000;
const MAX_ANSWER_BYTES = 256;

const NO_SUCH_NAME: Found = { status: 404, why: 'no room can have such a name' };
const NO_SUCH_ROOM: Found = { status: 404, why: 'there is no such room' };
const UNREACHABLE: Found = { status: 503, why: 'the directory of rooms can not be reached' };

const NOBODY_TAKES = 'no process takes new rooms';

const busy = (why: string): Found => ({ status: 503, why });

const utf8 = new TextEncoder();
const decoder = new TextDecoder();

export class RoomFinder {
  readonly #broker: Broker;
  readonly #clock: Pick<Clock, 'now' | 'alarm'>;
  readonly #graceMs: number | null;
  readonly #placement: Placement;
  readonly #searches = new Map<string, Promise<Found>>();
  readonly #buried = new Map<number, Promise<void>>();

  constructor(broker: Broker, options: FinderOptions) {
    this.#broker = broker;
    this.#clock = options.clock;
    this.#graceMs = options.graceMs ?? null;
    this.#placement = new Placement(broker.directory, options.random ?? Math.random);
  }

  /** Finds a room, or has it made. Never rejects. All who search for one name at once share one search. */
  find(name: string): Promise<Found> {
    if (!isRoomName(name)) return Promise.resolve(NO_SUCH_NAME);
    const known = this.#searches.get(name);
    if (known !== undefined) return known;
    if (this.#searches.size >= MAX_SEARCHES) return Promise.resolve(busy('too many rooms are searched for'));
    const begun = this.#within(SEARCH_TIMEOUT_MS + ASK_TIMEOUT_MS, this.#search(name)).finally(() =>
      this.#searches.delete(name),
    );
    this.#searches.set(name, begun);
    return begun;
  }

  /**
   * Removes the entries of a process that is gone for certain, not merely silent, so that its rooms are made anew
   * elsewhere at once.
   */
  processDied(process: number): Promise<void> {
    const known = this.#buried.get(process);
    if (known !== undefined) return known;
    const begun = this.#bury(process).finally(() => this.#buried.delete(process));
    this.#buried.set(process, begun);
    return begun;
  }

  /** Removes the entry that `found` was read from: the process itself has said that it has no such room. */
  async stale(name: string, found: Found): Promise<void> {
    if (!('process' in found)) return;
    try {
      await this.#broker.directory.remove(roomKey(name), found.revision);
    } catch {
      // It expires.
    }
  }

  async #search(name: string): Promise<Found> {
    const end = this.#clock.now() + SEARCH_TIMEOUT_MS;
    try {
      return (await this.#lookUp(name)) ?? (await this.#haveMade(name, end));
    } catch {
      return UNREACHABLE;
    }
  }

  async #lookUp(name: string): Promise<Found | null> {
    const { directory } = this.#broker;
    let entry = await directory.get(roomKey(name));
    const burial = entry === null ? undefined : this.#buried.get(processOfRoom(entry.value) ?? 0);
    if (burial !== undefined) {
      await burial;
      entry = await directory.get(roomKey(name));
    }
    if (entry === null) return null;
    const process = processOfRoom(entry.value);
    return process === null
      ? busy("the room's entry in the directory is broken")
      : { process, revision: entry.revision };
  }

  async #haveMade(name: string, end: number): Promise<Found> {
    await this.#placement.read();
    const asked = new Set<number>();
    let why = NOBODY_TAKES;
    while (asked.size < MAX_ASKED && this.#clock.now() < end) {
      const process = this.#placement.choose(asked);
      if (process === null) break;
      asked.add(process);
      const answer = await this.#ask(process, name);
      const isThere = typeof answer !== 'string' && 'process' in answer && answer.process === process;
      if (!isThere) this.#placement.withdraw(process);
      if (typeof answer === 'string') why = answer;
      else if ('process' in answer) return (await this.#lookUp(name)) ?? busy('the room has ended');
      else if (answer.refused === 'unknown') return NO_SUCH_ROOM;
      else why = answer.refused === 'failed' ? 'the room could not be made' : NOBODY_TAKES;
    }
    return busy(why);
  }

  /** What process `process` answers to the request for a room; why there is no answer, in words. */
  async #ask(process: number, name: string): Promise<MakeAnswer | string> {
    const bytes = await this.#broker.request(makeSubject(process), utf8.encode(name), ASK_TIMEOUT_MS);
    if (bytes === 'nobody') return NOBODY_TAKES;
    if (bytes === 'silence') return 'the process that was asked for the room does not answer';
    const answer = bytes.length > MAX_ANSWER_BYTES ? null : makeAnswerOf(decoder.decode(bytes));
    return answer ?? 'the process that was asked for the room gave a broken answer';
  }

  async #bury(process: number): Promise<void> {
    const { directory } = this.#broker;
    try {
      const own = await directory.get(processKey(process));
      const rooms = await directory.list(ROOM_PREFIX);
      const graceMs = this.#graceMs ?? (this.#broker.is_nobody_certain === false ? directory.ttl_ms : 0);
      if (graceMs > 0) await this.#pause(graceMs);
      const remove = async (key: string, { revision }: DirectoryEntry): Promise<void> => {
        await directory.remove(key, revision);
      };
      if (own !== null) await remove(processKey(process), own);
      for (const [key, entry] of rooms) {
        if (processOfRoom(entry.value) === process) await remove(key, entry);
      }
    } catch {
      // They expire.
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.alarm(ms, resolve);
    });
  }

  #within(ms: number, search: Promise<Found>): Promise<Found> {
    return new Promise((resolve) => {
      const alarm = this.#clock.alarm(ms, () => resolve(UNREACHABLE));
      void search.then((found) => {
        alarm.cancel();
        resolve(found);
      });
    });
  }
}

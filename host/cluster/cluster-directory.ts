// The directory that the primary process keeps, as a broker of another process sees it.
import type { Alarm } from '../transport/platform.js';
import type { Directory, DirectoryEntry } from './broker.js';
import { checkKey, checkPrefix } from './subject.js';

/** How long the primary process has to answer. */
const PATIENCE_MS = 2000;

interface Pending {
  readonly alarm: Alarm;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

type Listed = readonly (readonly [string, DirectoryEntry])[];

export class ClusterDirectory implements Directory {
  readonly ttl_ms: number;
  readonly #ask: (call: string, number: number) => boolean;
  readonly #alarm: (delayMs: number, callback: () => void) => Alarm;
  readonly #pending = new Map<number, Pending>();
  #last = 0;

  /** `ask` sends a call, and is false when it can't. */
  constructor(
    ttl_ms: number,
    ask: (call: string, number: number) => boolean,
    alarm: (delayMs: number, callback: () => void) => Alarm,
  ) {
    this.ttl_ms = ttl_ms;
    this.#ask = ask;
    this.#alarm = alarm;
  }

  async get(key: string): Promise<DirectoryEntry | null> {
    checkKey(key);
    return (await this.#call('get', key)) as DirectoryEntry | null;
  }

  async list(prefix: string): Promise<ReadonlyMap<string, DirectoryEntry>> {
    checkPrefix(prefix);
    return new Map((await this.#call('list', prefix)) as Listed);
  }

  async create(key: string, value: string): Promise<number | null> {
    checkKey(key);
    return (await this.#call('create', key, value)) as number | null;
  }

  async update(key: string, value: string, revision: number): Promise<number | null> {
    checkKey(key);
    return (await this.#call('update', key, value, revision)) as number | null;
  }

  async remove(key: string, revision: number): Promise<boolean> {
    checkKey(key);
    return (await this.#call('remove', key, '', revision)) as boolean;
  }

  told(number: number, text: string): void {
    const pending = this.#pending.get(number);
    if (pending === undefined) return; // too late
    this.#pending.delete(number);
    pending.alarm.cancel();
    const { value, fault } = JSON.parse(text) as { readonly value?: unknown; readonly fault?: string };
    if (fault === undefined) pending.resolve(value);
    else pending.reject(new Error(fault));
  }

  /** Rejects what is under way, since nothing will come. */
  end(why: string): void {
    for (const { alarm, reject } of this.#pending.values()) {
      alarm.cancel();
      reject(new Error(why));
    }
    this.#pending.clear();
  }

  #call(name: string, key: string, value = '', revision = 0): Promise<unknown> {
    this.#last += 1;
    const number = this.#last;
    return new Promise((resolve, reject) => {
      const alarm = this.#alarm(PATIENCE_MS, () => {
        this.#pending.delete(number);
        reject(new Error(`the primary process, which keeps the directory, has not answered for ${PATIENCE_MS} ms`));
      });
      this.#pending.set(number, { alarm, resolve, reject });
      if (!this.#ask(JSON.stringify([name, key, value, revision]), number)) {
        this.#pending.delete(number);
        alarm.cancel();
        reject(new Error('the broker is closed'));
      }
    });
  }
}

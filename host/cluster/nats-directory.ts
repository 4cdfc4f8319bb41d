// The directory as a bucket of NATS' key-value store, which is a stream of JetStream.
import type { Clock } from '../transport/platform.js';
import type { Directory, DirectoryEntry } from './broker.js';
import type { NatsConnection, NatsKeyEntry, NatsKeys, NatsKeysManager } from './nats-client.js';
import { checkKey, checkPrefix } from './subject.js';

/** How long the server has to answer. */
const PATIENCE_MS = 2000;
const RETRY_MS = 250;

/** Error codes of JetStream. */
const STREAM_NOT_FOUND = 10059;
const NAME_IN_USE = 10058;
const WRONG_LAST_SEQUENCE = [10071, 10164];
/** No leader yet, and other states of a cluster that starts. */
const TEMPORARY = [10008, 10023, 10074];

const NO_JETSTREAM =
  'NatsBroker: JetStream is not switched on in the NATS server, or not for this account; ' +
  'put "jetstream { store_dir: /var/lib/nats }" into nats.conf, and restart the server';

export interface BucketSettings {
  readonly bucket: string;
  readonly ttl_ms: number;
  readonly replicas: number;
}

type Fault = Error & { readonly code?: unknown; readonly cause?: unknown };

function isWrongRevision(error: unknown): boolean {
  return WRONG_LAST_SEQUENCE.includes((error as Fault).code as number);
}

/** Whether the user may not do that. */
function isDenied(error: unknown): boolean {
  const { name, cause } = error as Fault;
  return name === 'PermissionViolationError' || (cause instanceof Error && isDenied(cause));
}

/** A removed entry leaves a mark. */
const isLiving = (entry: NatsKeyEntry): boolean => entry.operation === 'PUT';

export class NatsDirectory implements Directory {
  readonly ttl_ms: number;
  readonly #connection: NatsConnection;
  readonly #loadManager: () => Promise<NatsKeysManager>;
  readonly #settings: BucketSettings;
  readonly #isConnected: () => boolean;
  readonly #clock: Pick<Clock, 'now' | 'alarm'>;
  #keys: NatsKeys | null = null;
  #opening: Promise<NatsKeys> | null = null;

  constructor(
    connection: NatsConnection,
    loadManager: () => Promise<NatsKeysManager>,
    settings: BucketSettings,
    isConnected: () => boolean,
    clock: Pick<Clock, 'now' | 'alarm'>,
  ) {
    this.#connection = connection;
    this.#loadManager = loadManager;
    this.#settings = settings;
    this.#isConnected = isConnected;
    this.#clock = clock;
    this.ttl_ms = settings.ttl_ms;
  }

  /** Opens the bucket; waits for `patience_ms` until somebody has made it, or a cluster of servers is ready. */
  async open(patience_ms: number): Promise<void> {
    const end = this.#clock.now() + patience_ms;
    for (;;) {
      try {
        await this.#bucket();
        return;
      } catch (error) {
        if (!(error as { isPassing?: boolean }).isPassing || this.#clock.now() >= end) throw error;
      }
      await new Promise<void>((resolve) => this.#clock.alarm(RETRY_MS, resolve));
    }
  }

  async get(key: string): Promise<DirectoryEntry | null> {
    checkKey(key);
    const entry = await this.#ask((keys) => keys.get(key));
    return entry !== null && isLiving(entry) ? { value: entry.string(), revision: entry.revision } : null;
  }

  async list(prefix: string): Promise<ReadonlyMap<string, DirectoryEntry>> {
    checkPrefix(prefix);
    const branch = prefix.slice(0, prefix.lastIndexOf('.') + 1);
    const found = new Map<string, DirectoryEntry>();
    for (const entry of await this.#ask((keys) => this.#all(keys, `${branch}>`))) {
      if (!entry.key.startsWith(prefix)) continue;
      if (isLiving(entry)) found.set(entry.key, { value: entry.string(), revision: entry.revision });
      else found.delete(entry.key);
    }
    return found;
  }

  async create(key: string, value: string): Promise<number | null> {
    checkKey(key);
    return this.#ask((keys) => keys.create(key, value).catch(nullAtWrongRevision));
  }

  async update(key: string, value: string, revision: number): Promise<number | null> {
    checkKey(key);
    if (!isRevision(revision)) return null;
    return this.#ask((keys) => keys.update(key, value, revision).catch(nullAtWrongRevision));
  }

  async remove(key: string, revision: number): Promise<boolean> {
    checkKey(key);
    if (!isRevision(revision)) return false;
    const removed = await this.#ask((keys) =>
      keys.delete(key, { previousSeq: revision }).then(() => 0, nullAtWrongRevision),
    );
    return removed !== null;
  }

  /** What the server answers; rejected when it can't be asked, or does not answer in time. */
  async #ask<T>(call: (keys: NatsKeys) => Promise<T>): Promise<T> {
    try {
      return await this.#inTime(call(await this.#bucket()));
    } catch (error) {
      this.#keys = null; // it may have been removed: looked at again
      throw error;
    }
  }

  /** The client's own patience does not end while it is not connected. */
  #inTime<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const alarm = this.#clock.alarm(PATIENCE_MS, () =>
        reject(passing(new Error(`NatsBroker: the NATS server has not answered for ${PATIENCE_MS} ms`))),
      );
      promise.then(resolve, reject).finally(() => alarm.cancel());
    });
  }

  async #all(keys: NatsKeys, filter: string): Promise<NatsKeyEntry[]> {
    const entries: NatsKeyEntry[] = [];
    const source = await keys.history({ key: filter });
    const alarm = this.#clock.alarm(PATIENCE_MS, () => source.stop()); // nobody waits for it any longer
    for await (const entry of source) entries.push(entry);
    alarm.cancel();
    return entries;
  }

  #bucket(): Promise<NatsKeys> {
    if (!this.#isConnected()) return Promise.reject(new Error('NatsBroker: not connected to a NATS server'));
    if (this.#keys !== null) return Promise.resolve(this.#keys);
    this.#opening ??= this.#inTime(this.#find()).then(
      (keys) => {
        this.#opening = null;
        this.#keys = keys;
        return keys;
      },
      (error: unknown) => {
        this.#opening = null;
        throw error;
      },
    );
    return this.#opening;
  }

  async #find(): Promise<NatsKeys> {
    const Manager = await this.#loadManager();
    const manager = new Manager(this.#connection as never);
    // Only `bindOnly` reads from the leader: with `allow_direct` any replica answers, which may lag.
    const keys = await manager.open(this.#settings.bucket, { bindOnly: true, timeout: PATIENCE_MS });
    const ttl = await keys.status().then(
      (status) => status.ttl,
      (error: unknown) => this.#make(manager, keys, error),
    );
    if (ttl === this.ttl_ms) return keys;
    throw new Error(
      `NatsBroker: entries of the bucket "${this.#settings.bucket}" live ${ttl} ms, and have to live ${this.ttl_ms} ms; ` +
        'remove it (`nats kv del`), or choose another `prefix`',
    );
  }

  /** Makes the bucket, since looking for it has failed; the milliseconds that its entries live. */
  async #make(manager: InstanceType<NatsKeysManager>, keys: NatsKeys, failure: unknown): Promise<number> {
    const { bucket, ttl_ms, replicas } = this.#settings;
    if ((failure as Fault).code !== STREAM_NOT_FOUND) throw this.#explained(failure);
    try {
      const how = { ttl: ttl_ms, history: 1, storage: 'file', replicas, allow_direct: false, timeout: PATIENCE_MS };
      await manager.create(bucket, how);
    } catch (error) {
      // Another process may have made it at the same time, with other settings.
      if ((error as Fault).code !== NAME_IN_USE) throw this.#explained(error);
    }
    return (await keys.status()).ttl;
  }

  #explained(error: unknown): Error {
    const { name, message, code } = error as Fault;
    const { bucket, replicas } = this.#settings;
    if (name === 'JetStreamNotEnabled' || code === 10039 || code === 10076)
      return new Error(NO_JETSTREAM, { cause: error });
    if (isDenied(error)) {
      const text =
        `NatsBroker: the bucket "${bucket}" is not there, or this NATS user may not look at it, and may not make it: ` +
        `${message}; start a process whose user may, or give this one the rights in nats.conf`;
      return passing(new Error(text, { cause: error }));
    }
    const text = `NatsBroker: the bucket "${bucket}" with ${replicas} replicas can't be made: ${message}`;
    const told = new Error(text, { cause: error });
    return TEMPORARY.includes(code as number) || name === 'TimeoutError' ? passing(told) : told;
  }
}

function nullAtWrongRevision(error: unknown): null {
  if (isWrongRevision(error)) return null;
  throw error;
}

const isRevision = (revision: number): boolean => Number.isSafeInteger(revision) && revision > 0;

/** Marks an error as one that may pass by itself. */
function passing(error: Error): Error {
  return Object.assign(error, { isPassing: true });
}

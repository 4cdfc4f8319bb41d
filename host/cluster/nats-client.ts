// What is used of the packages of NATS, in interfaces of its own: a project without them must type-check.

/** A message of NATS. */
export interface NatsMessage {
  readonly data: Uint8Array;
  readonly reply?: string | undefined;
  respond(payload?: Uint8Array): boolean;
}

/** A subscription of NATS. */
export interface NatsSubscription {
  unsubscribe(): void;
}

/** A connection, as `connect` of `@nats-io/transport-node` makes it. */
export interface NatsConnection {
  readonly info?: { readonly max_payload: number; readonly cluster?: string | undefined } | undefined;
  publish(subject: string, payload?: Uint8Array): void;
  subscribe(
    subject: string,
    options: { callback: (error: Error | null, message: NatsMessage) => void },
  ): NatsSubscription;
  request(subject: string, payload: Uint8Array, options: { timeout: number }): Promise<{ readonly data: Uint8Array }>;
  flush(): Promise<void>;
  status(): AsyncIterable<{ readonly type: string; readonly error?: Error }>;
  closed(): Promise<unknown>;
  close(): Promise<void>;
  drain(): Promise<void>;
  isClosed(): boolean;
}

export interface NatsKeyEntry {
  readonly key: string;
  readonly revision: number;
  readonly operation: string;
  string(): string;
}

export interface NatsKeys {
  get(key: string): Promise<NatsKeyEntry | null>;
  create(key: string, value: string): Promise<number>;
  update(key: string, value: string, version: number): Promise<number>;
  delete(key: string, options: { previousSeq: number }): Promise<void>;
  history(options: { key: string }): Promise<AsyncIterable<NatsKeyEntry> & { stop(): void }>;
  status(): Promise<{ readonly ttl: number }>;
}

/** The class `Kvm` of `@nats-io/kv`. */
export type NatsKeysManager = new (
  connection: never,
) => {
  open(bucket: string, options: object): Promise<NatsKeys>;
  create(bucket: string, options: object): Promise<NatsKeys>;
};

const MISSING =
  'NatsBroker needs the packages @nats-io/transport-node and @nats-io/kv, which are not installed: ' +
  'npm install @nats-io/transport-node @nats-io/kv';

// The expressions stay within `try` and literal: so bundlers find the packages, and take it when they are not there;
// webpack would not, and leaves it to the runtime.

export async function loadConnect(): Promise<(options: object) => Promise<NatsConnection>> {
  try {
    const { connect } = await import(/* webpackIgnore: true */ '@nats-io/transport-node');
    return connect;
  } catch (cause) {
    throw new Error(MISSING, { cause });
  }
}

export async function loadKeysManager(): Promise<NatsKeysManager> {
  try {
    const { Kvm } = await import(/* webpackIgnore: true */ '@nats-io/kv');
    return Kvm;
  } catch (cause) {
    throw new Error(MISSING, { cause });
  }
}

/** The bytes as a plain Uint8Array: the client gives Buffers, whose slice() does not copy. */
export function plain(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

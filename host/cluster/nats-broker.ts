// A broker over a NATS server: processes on several machines.
import { clock } from '#platform';
import { wrongType } from '../binding/arguments.js';
import { printError } from '../binding/error-handler.js';
import { ownedCopy } from '../bytes.js';
import type { Answer, Broker, BrokerStatus, Directory, MessageReceiver, Unsubscribe } from './broker.js';
import { loadConnect, loadKeysManager, type NatsConnection, type NatsMessage, plain } from './nats-client.js';
import { NatsDirectory } from './nats-directory.js';
import { NatsPulse } from './nats-pulse.js';
import { checkSubject, isSubject, messageFault } from './subject.js';

const OWN_PREFIX = 'wsp';
/** The limit of a server that has not been asked yet is NATS' own. */
const USUAL_PAYLOAD = 1 << 20;
const TTL_MS = 4000;
/** How long `connect` waits for the bucket: until another process makes it, or servers have formed their cluster. */
const BUCKET_MS = 10_000;
/** How long `close` waits until the server has taken what was sent. */
const LAST_WORDS_MS = 1000;

/** For a game: back within a fraction of a second, for ever, and a server that stands still is left after 3 s. */
const CONNECTION = {
  maxReconnectAttempts: -1,
  reconnectTimeWait: 100,
  reconnectJitter: 150,
  reconnectJitterTLS: 150,
  ignoreAuthErrorAbort: true, // a server may be up before what it asks about users
  pingInterval: 1000,
  maxPingOut: 2,
  timeout: 3000,
  noAsyncTraces: true,
};

/** Whether the server has refused what the directory tries only; it says what comes of that. */
function isTrial(error: Error & { readonly subject?: string }): boolean {
  return /^\$JS\.API\.(INFO$|STREAM\.CREATE\.)/.test(error.subject ?? '');
}

/** What NatsBroker needs to know besides a connection. */
export interface NatsBrokerSettings {
  /**
   * First token of all subjects, and name of the bucket, so that several games can share a server: letters, digits, `_`
   * and `-`; 'wsp' by default.
   */
  readonly prefix?: string | undefined;
  /** How many servers of a NATS cluster keep the directory: 1, 3 or 5; 1 by default. */
  readonly replicas?: number | undefined;
}

/** NatsBroker's settings and, beside those named here, all options of NATS' `connect`. */
export interface NatsBrokerOptions extends NatsBrokerSettings {
  /** Addresses as 'localhost:4222' or 'nats://user:password@host:4222'. */
  readonly servers?: string | readonly string[] | undefined;
  readonly user?: string | undefined;
  readonly pass?: string | undefined;
  readonly token?: string | undefined;
  readonly name?: string | undefined;
  readonly tls?: object | null | undefined;
  readonly inboxPrefix?: string | undefined;
  readonly [option: string]: unknown;
}

const ADDRESS = /^(\w+:\/\/)?(?:([^@:/]*)(?::([^@/]*))?@)?(.*)$/s;

/** The text as it was before it was written into an address; as it is when it was not encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Options of the client for `servers`: it knows no users in addresses. As in NATS, a user without password is a token. */
function addressed(servers: string | readonly string[] | undefined): object {
  if (servers === undefined) return {};
  let credentials = {};
  const bare = [servers].flat().map((address) => {
    const [, scheme = '', user, pass, host = ''] = ADDRESS.exec(address) ?? [];
    if (user !== undefined && pass !== undefined) credentials = { user: decoded(user), pass: decoded(pass) };
    else if (user !== undefined) credentials = { token: decoded(user) };
    return scheme + host;
  });
  return { ...credentials, servers: bare };
}

/**
 * Carries messages between processes on several machines over a NATS server, or several that form a cluster, and keeps
 * the directory in a bucket of its key-value store.
 *
 * The server needs JetStream, for the directory alone. The bucket is made when it is not there: entries that live 4 s, in
 * files, so that they survive a restart of the server.
 *
 * While the connection is down the status is `interrupted`, and messages are lost; so it is when the server has not
 * answered for a second, and then messages are lost when 64 MiB wait. The client connects again for ever. What the server
 * refuses, as a subject that the user may not use, is told to the error handler.
 *
 * **Note:** The packages `@nats-io/transport-node` and `@nats-io/kv` have to be installed; they are loaded when they are
 * needed.
 *
 * @addition
 */
export class NatsBroker implements Broker {
  readonly #connection: NatsConnection;
  readonly #prefix: string;
  readonly #names: NatsDirectory;
  readonly #pulse: NatsPulse;
  readonly #endings = new Set<Unsubscribe>();
  readonly #listeners = new Set<(status: BrokerStatus) => void>();
  #isOwner = false;
  #isDown = false;
  #status: BrokerStatus = 'connected';

  /**
   * Uses `connection`, which is open, of `@nats-io/transport-node` or another transport of NATS. It stays open when the
   * broker is closed.
   *
   * Give it `maxReconnectAttempts: -1`: the broker is closed when the client gives up.
   */
  constructor(connection: NatsConnection, settings: NatsBrokerSettings = {}) {
    if (typeof connection?.status !== 'function') throw wrongType('connection', 'a connection to NATS', connection);
    const { prefix = OWN_PREFIX, replicas = 1 } = settings;
    if (!isSubject(prefix) || prefix.includes('.')) {
      throw new RangeError(`prefix must be letters, digits, _ and -, got ${JSON.stringify(prefix)}`);
    }
    this.#connection = connection;
    this.#prefix = prefix;
    this.#pulse = new NatsPulse(
      () => connection.flush(),
      clock,
      () => this.#judge(),
    );
    const bucket = { bucket: prefix, ttl_ms: TTL_MS, replicas };
    this.#names = new NatsDirectory(connection, loadKeysManager, bucket, () => this.#status === 'connected', clock);
    void this.#follow();
    if (connection.isClosed()) this.#end();
  }

  /**
   * Connects to a NATS server and opens the directory.
   *
   * Rejected with an Error that says what to do when the packages are not installed, no server answers, the server
   * refuses the user, has no JetStream, or has a bucket that can't be used. A user that may not make the bucket waits up
   * to 10 s until another process has made it.
   */
  static async connect(options: NatsBrokerOptions = {}): Promise<NatsBroker> {
    const { prefix, replicas, servers, ...own } = options;
    const connect = await loadConnect();
    await loadKeysManager(); // not to fail later
    const connection = await connect({ ...CONNECTION, ...addressed(servers), ...own });
    try {
      const broker = new NatsBroker(connection, { prefix, replicas });
      broker.#isOwner = true;
      await broker.#names.open(BUCKET_MS);
      return broker;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** Whether there is only one server: several may have lost each other, and take a living process for gone. */
  get is_nobody_certain(): boolean {
    return this.#connection.info?.cluster === undefined;
  }

  /** Whether messages can be carried: 'connected', 'interrupted', or 'closed' for ever. */
  get status(): BrokerStatus {
    return this.#status;
  }

  get max_payload(): number {
    return this.#connection.info?.max_payload ?? USUAL_PAYLOAD;
  }

  /** Names that processes claim. */
  get directory(): Directory {
    return this.#names;
  }

  publish(subject: string, bytes: Uint8Array): void {
    if (!this.#maySend(subject, bytes)) return;
    try {
      this.#connection.publish(this.#named(subject), ownedCopy(bytes)); // the client sends later, and does not copy
    } catch (error) {
      this.#lost(error);
    }
  }

  subscribe(subject: string, receive: MessageReceiver): Unsubscribe {
    checkSubject(subject);
    if (this.#status === 'closed') return () => {};
    const callback = (error: Error | null, message: NatsMessage): void => {
      // An error is told by the status, too.
      if (error === null && this.#endings.has(end)) this.#receive(receive, message);
    };
    const subscription = this.#connection.subscribe(this.#named(subject), { callback });
    const end = (): void => {
      if (this.#endings.delete(end) && !this.#connection.isClosed()) subscription.unsubscribe();
    };
    this.#endings.add(end);
    return end;
  }

  async request(subject: string, bytes: Uint8Array, timeout_ms: number): Promise<Answer> {
    if (this.#status !== 'connected' || !this.#maySend(subject, bytes)) return 'silence';
    try {
      const options = { timeout: Math.max(1, timeout_ms) };
      return plain((await this.#connection.request(this.#named(subject), ownedCopy(bytes), options)).data);
    } catch (error) {
      return (error as { isNoResponders?(): boolean }).isNoResponders?.() === true ? 'nobody' : 'silence';
    }
  }

  watch_status(listener: (status: BrokerStatus) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#status === 'closed') return;
    const isUp = this.#status === 'connected';
    this.#end();
    if (isUp) {
      const taken = this.#connection.flush().catch(() => {});
      await Promise.race([taken, new Promise<void>((resolve) => clock.alarm(LAST_WORDS_MS, resolve))]);
    }
    if (this.#isOwner) await this.#connection.close().catch(() => {});
  }

  #named(subject: string): string {
    const isOwn = subject.startsWith(`${OWN_PREFIX}.`);
    return isOwn ? this.#prefix + subject.slice(OWN_PREFIX.length) : subject;
  }

  #maySend(subject: string, bytes: Uint8Array): boolean {
    if (this.#status === 'closed' || this.#isDown) return false;
    const fault = messageFault(subject, bytes, this.max_payload);
    if (fault !== '') return this.#lost(new Error(fault));
    return this.#pulse.mayGo(bytes.length) || this.#lost(new Error('the NATS server does not take what waits for it'));
  }

  #lost(error: unknown): false {
    if (!this.#connection.isClosed())
      printError(`NatsBroker: a message is not sent: ${(error as Error).message}`, this);
    return false;
  }

  #receive(receive: MessageReceiver, message: NatsMessage): void {
    if (message.reply === undefined || message.reply === '') {
      receive(plain(message.data), null);
      return;
    }
    let isAnswered = false;
    receive(plain(message.data), (bytes) => {
      if (isAnswered || !this.#maySend('answer', bytes)) return;
      isAnswered = true;
      try {
        message.respond(ownedCopy(bytes));
      } catch (error) {
        this.#lost(error);
      }
    });
  }

  async #follow(): Promise<void> {
    for await (const { type, error } of this.#connection.status()) {
      if (type === 'disconnect') this.#turn(true);
      else if (type === 'reconnect') this.#turn(false);
      else if (type === 'close') break;
      else if (error !== undefined && !isTrial(error)) printError(`NatsBroker: ${error.message}`, this);
    }
    this.#end();
  }

  #turn(isDown: boolean): void {
    this.#isDown = isDown;
    this.#pulse.reset();
    this.#judge();
  }

  #judge(): void {
    if (this.#status !== 'closed') this.#become(this.#isDown || this.#pulse.isStill ? 'interrupted' : 'connected');
  }

  #end(): void {
    if (this.#status === 'closed') return;
    this.#pulse.end();
    for (const end of [...this.#endings]) end();
    this.#become('closed');
  }

  #become(status: BrokerStatus): void {
    if (this.#status === status) return;
    this.#status = status;
    for (const listener of [...this.#listeners]) listener(status);
  }
}

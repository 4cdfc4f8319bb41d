// The ClusterBroker of a worker of node:cluster, as a broker in the process of the test.
import cluster, { type Worker } from 'node:cluster';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type {
  Answer,
  Broker,
  BrokerStatus,
  Directory,
  DirectoryEntry,
  MessageReceiver,
  Unsubscribe,
} from '../../host/cluster/broker.js';
import { nodeSeams } from '../../scripts/lib/seams.mjs';
import { bytesOf, type FromWorker, type ToWorker, textOf } from './remote-broker-messages.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The worker's program, built from the sources; the result is its path, and a function that removes it. */
export async function buildWorker(): Promise<{ path: string; remove: () => void }> {
  const directory = mkdtempSync(join(tmpdir(), 'websocketpeer-worker-'));
  const bundle = await rolldown({
    input: here('broker-worker.ts'),
    platform: 'node',
    resolve: {
      alias: nodeSeams((source) => here(`../../host/${source}.ts`)),
      extensionAlias: { '.js': ['.ts', '.js'] },
    },
  });
  const path = join(directory, 'worker.mjs');
  await bundle.write({ file: path, format: 'esm' });
  await bundle.close();
  return { path, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class RemoteBroker implements Broker {
  readonly max_payload = 1 << 20;
  readonly directory: Directory;
  readonly worker: Worker;
  status: BrokerStatus = 'interrupted';
  readonly #pending = new Map<number, Pending>();
  readonly #receivers = new Map<number, MessageReceiver>();
  readonly #listeners = new Set<(status: BrokerStatus) => void>();
  #last = 0;
  /** Said before the worker's program listens: Node may lose what it is sent before. */
  #early: ToWorker[] | null = [];

  constructor(worker: Worker) {
    this.worker = worker;
    worker.on('message', (message: FromWorker) => this.#heard(message));
    worker.on('exit', () => this.#ended());
    const call = (name: string, args: readonly unknown[]): Promise<unknown> =>
      this.#ask((id) => ({ to: 'directory', id, name, args: args as never[] })).then((result) => {
        const { value, list } = result as { value?: unknown; list?: [string, DirectoryEntry][] };
        return list === undefined ? value : new Map(list);
      });
    this.directory = {
      ttl_ms: 4000,
      get: (key) => call('get', [key]) as ReturnType<Directory['get']>,
      list: (prefix) => call('list', [prefix]) as ReturnType<Directory['list']>,
      create: (...args) => call('create', args) as ReturnType<Directory['create']>,
      update: (...args) => call('update', args) as ReturnType<Directory['update']>,
      remove: (...args) => call('remove', args) as ReturnType<Directory['remove']>,
    };
  }

  /** Whether the worker's program has made its broker. */
  get hasBegun(): boolean {
    return this.#early === null;
  }

  /** Forks a worker; resolves when its broker is connected. */
  static async fork(): Promise<RemoteBroker> {
    const broker = new RemoteBroker(cluster.fork());
    await new Promise<void>((resolve) => broker.watch_status((status) => status === 'connected' && resolve()));
    return broker;
  }

  publish(subject: string, bytes: Uint8Array): void {
    this.#say({ to: 'publish', subject, bytes: textOf(bytes) });
  }

  subscribe(subject: string, receive: MessageReceiver): Unsubscribe {
    this.#last += 1;
    const id = this.#last;
    this.#receivers.set(id, receive);
    this.#say({ to: 'subscribe', id, subject });
    return () => this.#say({ to: 'unsubscribe', id });
  }

  request(subject: string, bytes: Uint8Array, timeout: number): Promise<Answer> {
    return this.#ask((id) => ({ to: 'request', id, subject, bytes: textOf(bytes), timeout })).then((value) => {
      const text = value as string;
      return text.startsWith('=') ? bytesOf(text.slice(1)) : (text as Answer);
    });
  }

  watch_status(listener: (status: BrokerStatus) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.worker.isConnected()) await this.#ask((id) => ({ to: 'close', id }));
  }

  /** How many messages of the broker a listener of the worker's program has seen. */
  strange(): Promise<unknown> {
    return this.#ask((id) => ({ to: 'strange', id }));
  }

  /** Ends the worker's process. */
  async kill(): Promise<void> {
    if (this.worker.isDead()) return;
    const ended = new Promise((resolve) => this.worker.once('exit', resolve));
    this.worker.process.kill('SIGKILL');
    await ended;
  }

  #say(message: ToWorker): void {
    if (this.#early !== null) this.#early.push(message);
    else if (this.worker.isConnected()) this.worker.send(message);
  }

  #ask(question: (id: number) => ToWorker): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#say(question(id));
    });
  }

  #heard(message: FromWorker): void {
    if (!('is' in message)) return;
    const early = this.#early ?? [];
    this.#early = null;
    for (const one of early) this.#say(one);
    if (message.is === 'status') this.#become(message.status);
    else if (message.is === 'message') this.#receive(message.id, message.bytes, message.answer);
    else {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.is === 'done') pending?.resolve(message.value);
      else pending?.reject(Object.assign(new Error(message.message), { name: message.name }));
    }
  }

  #receive(id: number, bytes: string, answer: number): void {
    const reply = (text: Uint8Array): void => this.#say({ to: 'answer', id: answer, bytes: textOf(text) });
    this.#receivers.get(id)?.(bytesOf(bytes), answer === 0 ? null : reply);
  }

  #ended(): void {
    for (const { reject } of this.#pending.values()) reject(new Error('the worker has ended'));
    this.#become('closed');
  }

  #become(status: BrokerStatus): void {
    this.status = status;
    for (const listener of [...this.#listeners]) listener(status);
  }
}

// Helpers for tests of streams: waiting without a clock, a recording sink, recorded behaviour.
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { type ByteStream, StreamPhase, type StreamSink } from '../../host/transport/byte-stream.js';
import { sockets } from '../../host/transport/node/platform.js';
import type { Listener } from '../../host/transport/platform.js';

/** Runs the event loop until `done` returns true; only the test's timeout limits it. */
export async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Runs the event loop a few turns, for things that must not happen. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Records all events of a stream. */
export class Recorder implements StreamSink {
  readonly stream: ByteStream;
  readonly phases: number[] = [];
  chunks: Uint8Array[] = [];
  drains = 0;
  /** Result of `receive`. */
  wantsMore = true;

  constructor(stream: ByteStream) {
    this.stream = stream;
    stream.attach(this);
  }

  get length(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }

  receive(chunk: Uint8Array, length: number): boolean {
    this.chunks.push(chunk.slice(0, length));
    return this.wantsMore;
  }

  phaseChanged(): void {
    this.phases.push(this.stream.phase);
  }

  drained(): void {
    this.drains += 1;
  }
}

/** Listens on a free port of the loopback. */
export function listenLocally(arrived: () => void = () => {}): Listener {
  const { listener, errorCode } = sockets.listen({ address: '127.0.0.1', port: 0 }, arrived);
  expect(errorCode).toBe('');
  return listener as Listener;
}

export async function takeFrom(listener: Listener): Promise<ByteStream> {
  await until(() => listener.available > 0);
  return listener.take() as ByteStream;
}

/** Two ends of one TCP connection: the client's with a recorder, the server's untouched. */
export async function tcpPair(): Promise<{ client: Recorder; server: ByteStream }> {
  const listener = listenLocally();
  const client = new Recorder(sockets.connectTcp('127.0.0.1', listener.localPort));
  const server = await takeFrom(listener);
  listener.close();
  await until(() => client.stream.phase === StreamPhase.OPEN);
  return { client, server };
}

export const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/** What an engine answered in one situation. */
export interface BehaviourRecord {
  readonly id: string;
  readonly setup: string;
  readonly call: string;
  readonly returned: unknown;
  readonly errors_printed: number;
  readonly notes?: string;
}

/** Records whose id begins with one of `prefixes`. */
export function behaviourRecords(...prefixes: string[]): BehaviourRecord[] {
  const file = new URL('../golden/behaviour.json', import.meta.url);
  const all = JSON.parse(readFileSync(file, 'utf8')) as BehaviourRecord[];
  return all.filter(({ id }) => prefixes.some((prefix) => id.startsWith(`${prefix}.`)));
}

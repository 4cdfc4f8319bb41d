// A process that follows no protocol: it sends any bytes to an endpoint, and keeps what it gets.
import {
  BATCH,
  HEAD_BYTES,
  type Head,
  RECORD_BYTES,
  readHead,
  STATE,
  writeHead,
  writeU32,
} from '../../host/cluster/batch.js';
import type { Answer } from '../../host/cluster/broker.js';
import { subjectOf } from '../../host/cluster/endpoint.js';
import type { ClusterProcess } from './cluster-process.js';
import { type FaultyBroker, type FaultyNet, pass } from './faulty-broker.js';

export interface RawRecord {
  readonly kind: number;
  readonly flags?: number;
  readonly link?: number;
  readonly text?: string;
  /** Instead of the true length. */
  readonly length?: number;
}

/** Bytes of records one after the other. */
export function recordsOf(records: readonly RawRecord[]): Uint8Array {
  const parts = records.map(({ kind, flags = 0, link = 1, text = '', length }) => {
    const payload = new TextEncoder().encode(text);
    const bytes = new Uint8Array(RECORD_BYTES + payload.length);
    bytes[0] = kind | (flags << 4);
    writeU32(bytes, 1, link);
    writeU32(bytes, 5, length ?? payload.length);
    bytes.set(payload, RECORD_BYTES);
    return bytes;
  });
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

export class RawProcess {
  readonly id = 0xabc;
  readonly broker: FaultyBroker;
  readonly target: ClusterProcess;
  /** Messages from the endpoint, its requests included. */
  readonly got: { readonly head: Head; readonly body: Uint8Array }[] = [];
  /** Answers a request of the endpoint, if it returns something. */
  answer: ((head: Head) => Uint8Array | null) | null = null;

  constructor(net: FaultyNet, target: ClusterProcess) {
    this.broker = net.join();
    this.target = target;
    this.broker.subscribe(subjectOf(this.id), (bytes, answer) => {
      this.#keep(bytes);
      const head = readHead(bytes) as Head;
      const answered = answer === null ? null : (this.answer?.(head) ?? null);
      if (answered !== null) answer?.(answered);
    });
  }

  /** A message with the given parts of its head; the others are those of a fresh session. */
  message(head: Partial<Head>, body: Uint8Array = new Uint8Array(0)): Uint8Array {
    const bytes = new Uint8Array(HEAD_BYTES + body.length);
    const usual = { flags: 0, sender: this.id, session: 1, sequence: 1, acknowledged: 0, other: 0, granted: 1 << 20 };
    writeHead(bytes, { type: BATCH, ...usual, ...head });
    bytes.set(body, HEAD_BYTES);
    return bytes;
  }

  send(head: Partial<Head>, body?: Uint8Array): void {
    this.sendBytes(this.message(head, body));
  }

  sendBytes(bytes: Uint8Array): void {
    this.broker.publish(subjectOf(this.target.id), bytes);
  }

  /** Asks for the state; the answer is kept, too. */
  async ask(head: Partial<Head>): Promise<void> {
    const bytes = this.message({ type: STATE, ...head });
    const answer = this.broker.request(subjectOf(this.target.id), bytes, 1000);
    await pass(); // the test's clock does not go by itself
    this.#keep(await answer);
  }

  /** Messages of `type` that came since the last call. */
  take(type: number): Head[] {
    const heads = this.got.filter(({ head }) => head.type === type).map(({ head }) => head);
    this.got.length = 0;
    return heads;
  }

  /** Bytes of the batches that came. */
  get batchBytes(): number {
    const batches = this.got.filter(({ head }) => head.type === BATCH);
    return batches.reduce((sum, { body }) => sum + HEAD_BYTES + body.length, 0);
  }

  #keep(bytes: Answer): void {
    if (typeof bytes === 'string') return;
    const head = readHead(bytes);
    if (typeof head === 'string') throw new Error(`the endpoint sent what has no head: ${head}`);
    this.got.push({ head, body: bytes.subarray(HEAD_BYTES) });
  }
}

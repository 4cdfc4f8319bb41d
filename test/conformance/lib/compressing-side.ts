// A server or a client that compresses, played against a case without sockets: right unless a test makes it wrong.
import { constants, inflateRawSync } from 'node:zlib';
import { ALL_CASES } from '../../../host/command/conformance/all-cases.js';
import { type Case, closing, type FrameStep, type Role } from '../../../host/command/conformance/case.js';
import { CaseRun } from '../../../host/command/conformance/case-run.js';
import { rightAnswer } from '../../../host/command/conformance/deflate-terms.js';
import { encodeFrame, FrameReader, type ReceivedFrame } from '../../../host/command/conformance/frames.js';
import { acceptFor, encodeRequest, KeyLog, readHead } from '../../../host/command/conformance/handshakes.js';
import { pack } from '../../../host/command/conformance/packing.js';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const DESTINATION = { host: 'localhost', target: '/', protocols: [], headers: [], origin: '' };
const RSV1 = 4;

export interface PlayedMessage {
  readonly text: boolean;
  readonly bytes: Buffer;
  /** All that has come before it, for who refers to it. */
  readonly earlier: Buffer;
}

/** How a side differs from a right one. */
export interface Ways {
  readonly role?: Role;
  /** A client's offer. */
  readonly offer?: string;
  /** A server's answer to an offer; '' for none. */
  readonly answer?: (offer: string, right: string) => string;
  /** A server's status line instead of 101. */
  readonly refusal?: string;
  /** The frames that a message is echoed in. */
  readonly echo?: (message: PlayedMessage) => readonly FrameStep[];
  /** Whether it looks at reserved bits. */
  readonly takesBits?: boolean;
  /** What it closes with when a message does not inflate; 0: it takes the message for empty. */
  readonly closesWith?: number;
}

export const frameOf = ({ text }: PlayedMessage, payload: Buffer, more: Partial<FrameStep> = {}): FrameStep => ({
  opcode: text ? 1 : 2,
  rsv: RSV1,
  payload: { hex: payload.toString('hex') },
  ...more,
});

/** Goes back 250 bytes at most, and never to another message. */
const rightEcho = (message: PlayedMessage): FrameStep[] => [frameOf(message, pack(message.bytes, { bits: 9 }))];

const TAIL = Buffer.from('0000ffff', 'hex');
const MOST = 1 << 27;

/** The played side. Its own frames are what `hear` returns; null: it ends the connection. */
class Side {
  readonly #ways: Ways;
  readonly #reader: FrameReader;
  #payloads: Buffer[] = [];
  #first: ReceivedFrame | null = null;
  #earlier = Buffer.alloc(0);

  constructor(ways: Ways, other: Role, mayCompress: boolean) {
    this.#ways = ways;
    this.#reader = new FrameReader(other);
    this.#reader.mayCompress = mayCompress;
  }

  hear(bytes: Buffer): (FrameStep | null)[] {
    const steps = this.#reader.push(bytes).flatMap((frame) => this.#take(frame));
    if (this.#reader.violation === '') return steps;
    return this.#ways.takesBits ? steps : [...steps, { opcode: 8, payload: closing(1002) }, null];
  }

  #take(frame: ReceivedFrame): (FrameStep | null)[] {
    const payload = { hex: frame.payload.toString('hex') };
    if (frame.opcode === 8) return [{ opcode: 8, payload }, null];
    if (frame.opcode === 9) return [{ opcode: 10, payload }];
    if (frame.opcode === 10) return [];
    this.#first ??= frame;
    this.#payloads.push(frame.payload);
    return frame.fin ? this.#echo(this.#first) : [];
  }

  #echo({ opcode, isCompressed }: ReceivedFrame): (FrameStep | null)[] {
    const payload = Buffer.concat(this.#payloads);
    this.#payloads = [];
    this.#first = null;
    const { echo = rightEcho, closesWith = 1007 } = this.#ways;
    const text = opcode === 1;
    if (!isCompressed) return [{ opcode, payload: { hex: payload.toString('hex') } }];
    try {
      const bytes = this.#inflate(payload);
      if (text) new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      const message = { text, bytes, earlier: this.#earlier };
      this.#earlier = Buffer.concat([this.#earlier, bytes]).subarray(-32_768);
      return [...echo(message)];
    } catch {
      return closesWith === 0 ? [] : [{ opcode: 8, payload: closing(closesWith) }, null];
    }
  }

  #inflate(payload: Buffer): Buffer {
    const known = this.#earlier.length === 0 ? {} : { dictionary: this.#earlier };
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST, ...known };
    return inflateRawSync(Buffer.concat([payload, TAIL]), options);
  }
}

const caseOf = (id: string): Case => {
  const found = ALL_CASES.find((test) => test.id === id);
  if (found === undefined) throw new Error(`there is no case ${id}`);
  return found;
};

/** What the suite says of a side that behaves in these ways, in the case `id`. Time passes only when nothing happens. */
export function playCompression(id: string, ways: Ways = {}): string {
  const { role = 'server', offer = '', answer = (_: string, right: string) => right, refusal } = ways;
  const other = role === 'server' ? 'client' : 'server';
  const terms = { role, destination: DESTINATION, makeKey: () => KEY, keys: new KeyLog(), patienceMs: 5000 };
  const run = new CaseRun(caseOf(id), { ...terms, pauseMs: 1000, echoes: true, greetings: 0 });
  let [now, heard] = [0, Buffer.alloc(0)];
  let side: Side | null = null;

  const open = (): void => {
    const found = readHead(heard);
    if (found === null) return;
    heard = heard.subarray(found.end);
    const extensions = found.head.headers.get('sec-websocket-extensions') ?? '';
    const agreed = role === 'server' ? answer(extensions, rightAnswer(extensions, {})) : extensions;
    side = new Side(ways, other, agreed !== '');
    if (role === 'client') return;
    const lines = [refusal ?? 'HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    lines.push(`Sec-WebSocket-Accept: ${acceptFor(KEY)}`);
    if (agreed !== '') lines.push(`Sec-WebSocket-Extensions: ${agreed}`);
    run.receive(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
  };
  const hear = (bytes: Buffer): void => {
    heard = Buffer.concat([heard, bytes]);
    if (side === null) open();
    const steps = side?.hear(heard) ?? [];
    if (side !== null) heard = Buffer.alloc(0);
    for (const step of steps) {
      if (step === null) run.end();
      else run.receive(Buffer.concat(Object.values(encodeFrame(step, role))));
    }
  };

  if (role === 'client') {
    const lines = offer === '' ? [] : [`Sec-WebSocket-Extensions: ${offer}`];
    run.receive(encodeRequest(DESTINATION, KEY, { lines }));
  }
  for (let action = run.next(now); action !== null; action = run.next(now)) {
    if (action.do === 'write') hear(action.bytes);
    else if (action.do === 'wait') now = action.until;
  }
  const { verdict, note } = run.judgement;
  return note === '' ? verdict : `${verdict}: ${note}`;
}

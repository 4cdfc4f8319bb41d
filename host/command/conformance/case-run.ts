// One case on one connection, without I/O: received bytes, the end and a clock value go in, actions come out.
import {
  bytesOf,
  type Case,
  CLOSE,
  closing,
  type FrameStep,
  type Opening,
  PING,
  PONG,
  type Role,
  TEXT,
} from './case.js';
import { type Agreement, agreementOf, faultOfAnswer, faultOfOffers, offersCompression } from './deflate-terms.js';
import { encodeFrame } from './frames.js';
import {
  type Destination,
  encodeRequest,
  encodeResponse,
  faultOfRequest,
  faultOfResponse,
  type Head,
  type KeyLog,
  readHead,
  statusOf,
} from './handshakes.js';
import { Observed, type ReceivedMessage } from './observed.js';
import {
  EXTENSIONS,
  extensionFor,
  judgeAgreement,
  judgeRefusal,
  NOT_OFFERED,
  otherwise,
  withExtension,
} from './opening-verdict.js';
import { Packer } from './packing.js';
import { cut, type Piece, piecesOf } from './pieces.js';
import { type Evidence, type Judgement, judge, relevantPongs } from './verdict.js';

export type Action =
  | { readonly do: 'write'; readonly bytes: Buffer }
  /** Wait for bytes or the end, until this clock value at the latest. */
  | { readonly do: 'wait'; readonly until: number }
  /** Send no more. */
  | { readonly do: 'end' };

/** What all runs against one side have in common. */
export interface Terms {
  /** What the other side is. */
  readonly role: Role;
  readonly destination: Destination;
  /** A new key for each request. */
  readonly makeKey: () => string;
  readonly keys: KeyLog;
  readonly patienceMs: number;
  /** Pause within a frame. */
  readonly pauseMs: number;
  readonly echoes: boolean;
  /** How many messages the other side sends of itself at the start. */
  readonly greetings: number;
}

type Script = Generator<Action, void, void>;
type Waiting = Generator<Action, boolean, void>;

export class CaseRun {
  readonly #test: Case;
  readonly #terms: Terms;
  readonly #observed: Observed;
  readonly #script: Script;
  #pieces: Piece[];
  #now = 0;
  #buffer: Buffer | null = Buffer.alloc(0);
  #hasClosed = false;
  #wasEarly = false;
  #judgement: Judgement | null = null;
  #wasOpen = false;
  #isCompressed = false;

  constructor(test: Case, terms: Terms) {
    this.#test = test;
    this.#terms = terms;
    this.#observed = new Observed(terms.role);
    this.#pieces = test.compression === undefined ? piecesOf(test, this.#own) : [];
    this.#script = this.#run();
  }

  get #own(): Role {
    return this.#terms.role === 'server' ? 'client' : 'server';
  }

  receive(bytes: Uint8Array): void {
    if (this.#buffer === null) this.#observed.receive(bytes);
    else this.#buffer = Buffer.concat([this.#buffer, bytes]);
  }

  end(): void {
    this.#observed.hasEnded = true;
  }

  /** What to do now; null when the case is over. */
  next(now: number): Action | null {
    this.#now = now;
    const { done, value } = this.#script.next();
    return done ? null : (value as Action);
  }

  /** Once `next` returned null. */
  get judgement(): Judgement {
    return this.#judgement ?? judge(this.#test, this.#evidence());
  }

  get wasOpen(): boolean {
    return this.#wasOpen;
  }

  /** Whether compression is agreed on. */
  get isCompressed(): boolean {
    return this.#isCompressed;
  }

  get messages(): readonly ReceivedMessage[] {
    return this.#observed.messages;
  }

  #evidence(): Evidence {
    const { greetings, echoes } = this.#terms;
    const [wasEarly, hasClosed] = [this.#wasEarly, this.#hasClosed];
    return { observed: this.#observed, greetings, echoes, wasEarly, hasClosed };
  }

  *#run(): Script {
    const isOpen = this.#own === 'client' ? yield* this.#ask() : yield* this.#answer();
    if (!isOpen) return;
    this.#wasOpen = true;
    yield* this.#until(() => this.#observed.messages.length >= this.#terms.greetings);
    for (const [index, piece] of this.#pieces.entries()) {
      if (this.#observed.isOver) break;
      if (index === this.#pieces.length - 1) this.#markClosing();
      yield* this.#play(piece);
      this.#wasEarly = index < this.#pieces.length - 1 && this.#observed.isOver;
    }
    yield* this.#expect();
    yield* this.#finish();
  }

  /** The last piece holds the case's close frame, if it has one. */
  #markClosing(): void {
    if (this.#test.ending?.by === 'answering') this.#hasClosed = true;
  }

  *#play(piece: Piece): Script {
    const { messages } = this.#observed;
    if (piece.kind === 'bytes') yield { do: 'write', bytes: piece.bytes };
    else if (piece.kind === 'pause') yield* this.#until(() => false, this.#terms.pauseMs);
    else if (piece.kind === 'seen') yield* this.#until(() => this.#hasPong(piece.payload));
    else if (this.#terms.echoes) yield* this.#until(() => messages.length >= this.#terms.greetings + piece.count);
  }

  #hasPong(payload: Buffer): boolean {
    return this.#observed.pongs.some((pong) => pong.equals(payload));
  }

  /** Waits for what the case expects, and closes the connection where it stays open. */
  *#expect(): Script {
    const { ending } = this.#test;
    if (ending?.by === 'failing') yield* this.#until(() => this.#hasMore());
    else if (!this.#hasClosed) yield* this.#until(() => this.#hasAll());
    if (this.#observed.isOver || ending?.by === 'failing') return;
    if (!this.#hasClosed) yield* this.#sendClose(1000);
    yield* this.#until(() => false);
  }

  #hasMore(): boolean {
    const { echoes, greetings } = this.#terms;
    const messages = echoes ? this.#observed.messages.length - greetings : 0;
    const { messages: expected = [], pongs = [] } = this.#test;
    return messages > expected.length || relevantPongs(this.#test, this.#observed).length > pongs.length;
  }

  #hasAll(): boolean {
    const { messages = [], pongs = [], untilText } = this.#test;
    if (untilText !== undefined) return this.messages.some(({ bytes }) => bytes.toString() === untilText);
    const last = pongs.at(-1);
    if (this.#terms.echoes && this.#observed.messages.length < this.#terms.greetings + messages.length) return false;
    return last === undefined || this.#hasPong(Buffer.from(bytesOf(last)));
  }

  /** The end of the closing handshake and of the TCP connection. A server ends that first (§7.1.1). */
  *#finish(): Script {
    const { close, hasEnded } = this.#observed;
    if (close === null || hasEnded) return;
    if (!this.#hasClosed) yield* this.#sendClose(close.code);
    if (this.#own === 'server') yield { do: 'end' };
    yield* this.#wait(() => this.#observed.hasEnded, this.#terms.patienceMs);
  }

  *#sendClose(code: number): Script {
    // The reply to a close that the other side began does not count as the suite's own.
    if (this.#observed.close === null) this.#hasClosed = true;
    yield* this.#send({ opcode: CLOSE, payload: code === 0 ? '' : closing(code) });
  }

  *#send(...frames: readonly FrameStep[]): Script {
    const bytes = frames.flatMap((frame) => Object.values(encodeFrame(frame, this.#own)));
    yield { do: 'write', bytes: Buffer.concat(bytes) };
  }

  /** As `wait`, and not beyond the other side's end. Its pings are answered meanwhile. */
  *#until(condition: () => boolean, ms = this.#terms.patienceMs): Script {
    yield* this.#wait(() => this.#observed.isOver || condition(), ms);
  }

  /** Returns whether the condition came true in time. */
  *#wait(condition: () => boolean, ms: number): Waiting {
    const until = this.#now + ms;
    for (;;) {
      for (const payload of this.#observed.pings.splice(0)) {
        yield* this.#send({ opcode: PONG, payload: { hex: payload.toString('hex') } });
      }
      if (condition()) return true;
      if (this.#now >= until) return false;
      yield { do: 'wait', until };
    }
  }

  *#writeAll(bytes: Buffer): Script {
    for (const piece of cut(bytes, this.#test.pace)) yield* this.#play(piece);
  }

  /** The other side's half of the handshake; null when none comes. */
  *#head(): Generator<Action, Head | null, void> {
    const read = () => (this.#buffer === null ? null : readHead(this.#buffer));
    yield* this.#wait(() => read() !== null || this.#observed.hasEnded, this.#terms.patienceMs);
    const found = read();
    if (found === null) return null;
    this.#buffer = (this.#buffer as Buffer).subarray(found.end);
    return found.head;
  }

  /** The handshake is over: what comes are frames. */
  #begin(agreement: Agreement | null): void {
    const rest = this.#buffer as Buffer;
    this.#buffer = null;
    this.#isCompressed = agreement !== null;
    if (agreement !== null) this.#observed.agree(agreement[this.#terms.role]);
    if (this.#test.compression !== undefined) {
      this.#pieces = piecesOf(this.#test, this.#own, agreement && new Packer(agreement[this.#own]));
    }
    this.#observed.receive(rest);
  }

  /** The handshake as a client. Returns whether the connection is open, and the case goes on. */
  *#ask(): Waiting {
    const { destination, makeKey } = this.#terms;
    const { request, opening = { must: 'open' }, compression } = this.#test;
    const offers = compression?.offers.map((offer) => `Sec-WebSocket-Extensions: ${offer}`) ?? [];
    const key = makeKey();
    const lines = [...(request?.lines ?? []), ...offers];
    yield* this.#writeAll(encodeRequest(destination, key, { ...request, lines }));
    const head = yield* this.#head();
    const status = head === null ? 0 : statusOf(head);
    if (head === null || status !== 101) {
      this.#judgement = judgeRefusal(this.#test, head, status, this.#observed.hasEnded);
      return false;
    }
    const offered = request?.headers?.['Sec-WebSocket-Protocol'] ?? destination.protocols.join(',');
    const fault = faultOfResponse(
      head,
      key,
      offered.split(',').map((name) => name.trim()),
      offers.length > 0,
    );
    if (opening.must === 'refuse') {
      this.#judgement = { verdict: otherwise(opening), note: 'accepted the request' };
    } else if (fault !== '') this.#judgement = { verdict: 'failed', note: `sent ${fault}` };
    else {
      const { agreement, judgement } = judgeAgreement(this.#test, head);
      this.#judgement = judgement;
      if (judgement === null) this.#begin(agreement);
    }
    return this.#judgement === null;
  }

  /** The handshake as a server. */
  *#answer(): Waiting {
    const head = yield* this.#head();
    const { compression, response } = this.#test;
    const offers = head?.headers.get(EXTENSIONS) ?? '';
    const faultOfOffer = compression === undefined ? '' : faultOfOffers(offers);
    const fault = head === null ? 'no request' : faultOfRequest(head) || this.#faultOfKey(head) || faultOfOffer;
    if (head === null || fault !== '') {
      this.#judgement = { verdict: 'failed', note: `sent ${fault}` };
      return false;
    }
    const extension = extensionFor(this.#test, offers);
    const answer = encodeResponse(head, extension === '' ? response : withExtension(extension, response));
    const isRight = faultOfAnswer(offers, extension) === '';
    this.#begin(isRight ? agreementOf(offers, extension) : null);
    const wrong: Opening = { must: compression?.must === 'either' ? 'either' : 'refuse' };
    const { opening = isRight ? { must: 'open' } : wrong } = this.#test;
    const first = this.#pieces[0];
    if (response?.withFrames && first?.kind === 'bytes') {
      this.#pieces[0] = { kind: 'bytes', bytes: Buffer.concat([answer, first.bytes]) };
      return true;
    }
    yield* this.#writeAll(answer);
    if (compression !== undefined && !offersCompression(offers)) {
      this.#judgement = NOT_OFFERED;
      yield* this.#sendClose(1000);
      yield* this.#until(() => false);
      return false;
    }
    if (opening.must === 'open') return true;
    yield* this.#probe(opening);
    return false;
  }

  #faultOfKey(head: Head): string {
    const { keys } = this.#terms;
    keys.note(head);
    return this.#test.freshKeys && keys.hasRepeated ? 'a key that it has sent before (§4.1)' : '';
  }

  /** Whether the client takes the connection as open: it must not. */
  *#probe(opening: Opening): Script {
    const { messages, pongs } = this.#observed;
    const hasAnswered = (): boolean => messages.length + pongs.length > 0 || this.#observed.violation !== '';
    yield* this.#send({ opcode: TEXT, payload: 'is it open?' }, { opcode: PING });
    yield* this.#until(hasAnswered);
    if (hasAnswered()) {
      this.#judgement = { verdict: otherwise(opening), note: 'took the connection as open' };
      yield* this.#sendClose(1000);
      yield* this.#until(() => false);
    } else if (this.#observed.isOver) this.#judgement = { verdict: 'OK', note: 'refused' };
    else this.#judgement = { verdict: 'failed', note: 'neither opened nor dropped the connection' };
  }
}

// A session driven by events, of the browser's WebSocket or of a worker. Events are queued in order until a poll takes
// them.

import { type Failure, type FailureStage, withoutSecrets } from '../binding/error-handler.js';
import { ERR_INVALID_DATA, ERR_OUT_OF_MEMORY, type GodotError, OK } from '../binding/errors.js';
import { textOf, utf8 } from '../binding/text.js';
import type { OwnBytes } from '../bytes.js';
import { CLOSE_NORMAL } from '../codec/faults.js';
import type { Clock } from '../transport/platform.js';
import { NO_CODE } from './close-codes.js';
import { Deadline } from './deadline.js';
import { failureOf } from './failures.js';
import { CLOSED, CLOSING, CONNECTING, OPEN, type State } from './lifecycle.js';
import { sayOnce } from './say-once.js';
import { NEWS, REPORT, SETTINGS, type Session, type SessionOwner } from './session.js';
import type { SharedMessage } from './shared-message.js';
import { type Feed, type PacketEvent, type Told, VisiblePackets } from './visible-packets.js';

interface OpenEvent {
  readonly kind: 'open';
  readonly protocol: string;
  readonly isCompressed: boolean;
}

interface ClosedEvent {
  readonly kind: 'closed';
  readonly code: number;
  readonly reason: string;
  readonly isByPeer: boolean;
  /** Why the connection failed, as far as the line knows it. */
  readonly failure?: Failure | null;
}

/** Events of a line: open, packets, closed. */
export type LineEvent = PacketEvent | OpenEvent | ClosedEvent;

/** Source of the events, and receiver of the session's calls. */
export interface Line<Other extends Told> extends Feed<LineEvent | Other> {
  /** Payload bytes that wait to be sent. */
  readonly unsentBytes: number;
  /** Sends a copy of `bytes`; `text` is the same as a string, null for a binary message. */
  send(bytes: Uint8Array, text: string | null): GodotError;
  /** Starts the closing handshake; `code` is 0 for none. */
  close(code: number, reason: string): void;
  setNoDelay(enabled: boolean): void;
  /** Called after a packet of `bytes` bytes was taken. */
  taken(bytes: number): void;
  /** Drops the connection: later events are ignored. */
  retire(): void;
  /** Handles an event that only this kind of line has. */
  act?(event: Other, packets: VisiblePackets): void;
}

/** A browser's code for an end without a close frame. */
export const ABNORMAL = 1006;

/** By state: stage of a failure, and what its message begins with. */
const STAGES: readonly [FailureStage, string][] = [
  ['connect', "can't connect to"],
  ['open', 'lost'],
  ['close', 'lost'],
];

export class EventSession<Other extends Told = never> implements Session {
  readonly side = 'client';
  state: State = CONNECTING;
  wasOpen = false;
  isClosedByPeer = false;
  closeCode = NO_CODE;
  closeReason = '';
  failure: Failure | null = null;
  selectedProtocol = '';
  isCompressed?: boolean;
  lastWasText = false;
  readonly requestedUrl: string;
  readonly #owner: SessionOwner;
  /** Null once the session is CLOSED. */
  #line: Line<Other> | null;
  readonly #packets = new VisiblePackets();
  readonly #clock: Clock;
  /** Extra time, added to each time limit. */
  readonly #graceMs: number;
  /** Time limit of the handshake, then of CLOSING. */
  readonly #deadline: Deadline;
  /** Whether a check for more events is scheduled for the end of this turn. */
  #looksAgain = false;

  /** `line` is connecting already. */
  constructor(owner: SessionOwner, url: string, line: Line<Other>, clock: Clock, graceMs = 0) {
    this.#owner = owner;
    this.requestedUrl = url;
    this.#line = line;
    this.#clock = clock;
    this.#graceMs = graceMs;
    this.#deadline = new Deadline(clock, () => owner[NEWS]());
    this.#expectWithin(owner[SETTINGS].handshakeTimeoutMs);
  }

  get remote(): null {
    sayOnce(this.#owner, 'get_connected_host, get_connected_port', 'a page does not learn them');
    return null;
  }

  poll(untilOpen = false): void {
    const line = this.#line;
    if (line === null) return;
    this.#packets.begin(line, this.state === CLOSING);
    while (line === this.#line && !(untilOpen && this.wasOpen)) {
      const event = this.#packets.advance(line, this.state === OPEN);
      if (event === null) break;
      this.#handle(event, line);
    }
    if (this.#deadline.passed()) this.#fail(this.#failure('TIMEOUT'));
    this.#lookAgain();
  }

  get availablePackets(): number {
    return this.#packets.count;
  }

  takePacket(): OwnBytes {
    const { data, isText } = this.#packets.take();
    this.lastWasText = isText;
    this.#line?.taken(data.length);
    this.#lookAgain();
    return data;
  }

  takePacketInto(target: Uint8Array): number {
    const length = this.#packets.nextLength;
    if (length <= target.length) target.set(this.takePacket());
    return length;
  }

  get unsentBytes(): number {
    return this.#line?.unsentBytes ?? 0;
  }

  send(bytes: Uint8Array, isText: boolean): GodotError {
    const text = isText ? textOf(bytes) : null;
    if (!isText || text !== null) return this.#send(bytes, text);
    this.#owner[REPORT](`send: the ${bytes.length} bytes to send as text are not valid UTF-8`);
    return ERR_INVALID_DATA;
  }

  sendText(text: string): GodotError {
    return this.#send(utf8.encode(text), text);
  }

  /** Encodes anew each time: a page is a client, and has few peers. */
  sendShared({ bytes, isText }: SharedMessage): GodotError {
    return this.send(bytes, isText);
  }

  close(code: number, reason: Uint8Array): void {
    this.state = CLOSING;
    this.#expectWithin(this.#owner[SETTINGS].closeTimeoutMs);
    this.#line?.close(code, textOf(reason) as string);
  }

  destroy(): void {
    this.state = CLOSED;
    this.#deadline.clear();
    this.#line?.retire();
    this.#line = null;
  }

  leave(): void {
    this.#line?.close(CLOSE_NORMAL, '');
  }

  setNoDelay(enabled: boolean): void {
    this.#line?.setNoDelay(enabled);
  }

  #handle(event: LineEvent | Other, line: Line<Other>): void {
    if (event.kind === 'open') this.#open(event as OpenEvent);
    else if (event.kind === 'closed') this.#end(event as ClosedEvent);
    else line.act?.(event as Other, this.#packets);
  }

  #end({ code, reason, isByPeer, failure = null }: ClosedEvent): void {
    this.isClosedByPeer = this.state === OPEN && isByPeer;
    this.closeCode = code;
    this.closeReason = reason;
    const isCut = failure === null && code === ABNORMAL;
    this.#fail(isCut ? this.#failure(this.wasOpen ? 'PEER_GONE' : 'CONNECT_FAILED') : failure);
  }

  /** Ends, and reports why; whoever has called close() has done with the connection. */
  #fail(failure: Failure | null): void {
    this.failure = failure;
    this.destroy();
    if (failure === null || failure.stage === 'close') return;
    this.#owner[REPORT](`WebSocketPeer: ${failure.message}`, 'error', failure);
  }

  #failure(code: string): Failure {
    const [stage, what] = STAGES[this.state] as [FailureStage, string];
    return failureOf(stage, code, `${what} ${withoutSecrets(this.requestedUrl)}: ${code}, a page is not told why`);
  }

  #open({ protocol, isCompressed }: OpenEvent): void {
    if (this.state !== CONNECTING) return; // closed in the meantime
    this.state = OPEN;
    this.wasOpen = true;
    this.selectedProtocol = protocol;
    this.isCompressed = isCompressed;
    this.#packets.limit(this.#owner[SETTINGS]);
    this.#deadline.clear();
  }

  #send(bytes: Uint8Array, text: string | null): GodotError {
    const { outboundBufferSize } = this.#owner[SETTINGS];
    const { unsentBytes } = this;
    if (outboundBufferSize === 0 || unsentBytes + bytes.length <= outboundBufferSize) {
      return this.#line?.send(bytes, text) ?? OK;
    }
    const waiting = `${unsentBytes} bytes wait (outbound_buffer_size ${outboundBufferSize})`;
    this.#owner[REPORT](`send: no room for ${bytes.length} bytes, ${waiting}`, 'error', null, 'send: no room');
    return ERR_OUT_OF_MEMORY;
  }

  /** Sets the time limit; 0 for none. */
  #expectWithin(milliseconds: number): void {
    if (milliseconds === 0) this.#deadline.clear();
    else this.#deadline.set(milliseconds + this.#graceMs);
  }

  /** Schedules a notice to the owner at the end of this turn, if a poll would find something then. */
  #lookAgain(): void {
    if (this.#looksAgain || !this.#canAdvance) return;
    this.#looksAgain = true;
    this.#clock.atTurnEnd(() => {
      this.#looksAgain = false;
      if (this.#canAdvance) this.#owner[NEWS]();
    });
  }

  get #canAdvance(): boolean {
    return this.#line !== null && this.#packets.canAdvance(this.#line);
  }
}

// A session that hears of its connection by events: of the browser's WebSocket, or of a worker. What was told waits in
// order until a poll takes it.

import { ERR_INVALID_DATA, ERR_OUT_OF_MEMORY, type GodotError, OK } from '../binding/errors.js';
import { textOf, utf8 } from '../binding/text.js';
import type { OwnBytes } from '../bytes.js';
import { CLOSE_NORMAL } from '../codec/faults.js';
import type { Clock } from '../transport/platform.js';
import { NO_CODE } from './close-codes.js';
import { Deadline } from './deadline.js';
import { CLOSED, CLOSING, CONNECTING, OPEN, type State } from './lifecycle.js';
import { sayOnce } from './say-once.js';
import { NEWS, REPORT, SETTINGS, type Session, type SessionOwner } from './session.js';
import type { SharedMessage } from './shared-message.js';
import { type Feed, type PacketEvent, type Told, VisiblePackets } from './visible-packets.js';

interface OpenEvent {
  readonly kind: 'open';
  readonly protocol: string;
}

interface ClosedEvent {
  readonly kind: 'closed';
  readonly code: number;
  readonly reason: string;
  readonly isByPeer: boolean;
  /** '' unless the end has to be explained. */
  readonly report: string;
}

/** What a line tells, behind each other. */
export type LineEvent = PacketEvent | OpenEvent | ClosedEvent;

/** Where the events come from, and what is told it in turn. */
export interface Line<Other extends Told> extends Feed<LineEvent | Other> {
  /** Payload bytes that were sent and have not left. */
  readonly unsentBytes: number;
  /** Sends a copy; `text` is what `bytes` say, null when they are no text. */
  send(bytes: Uint8Array, text: string | null): GodotError;
  /** `code` is 0 for none. */
  close(code: number, reason: string): void;
  setNoDelay(enabled: boolean): void;
  /** A packet of `bytes` was taken. */
  taken(bytes: number): void;
  /** Whatever is told later is nobody's. */
  retire(): void;
  /** Acts on an event of its own. */
  act?(event: Other, packets: VisiblePackets): void;
}

export class EventSession<Other extends Told = never> implements Session {
  readonly side = 'client';
  state: State = CONNECTING;
  wasOpen = false;
  isClosedByPeer = false;
  closeCode = NO_CODE;
  closeReason = '';
  selectedProtocol = '';
  lastWasText = false;
  readonly requestedUrl: string;
  readonly #owner: SessionOwner;
  /** Null when it is over. */
  #line: Line<Other> | null;
  readonly #packets = new VisiblePackets();
  readonly #clock: Clock;
  /** Added to the time limits. */
  readonly #graceMs: number;
  /** For the handshake, then for CLOSING. */
  readonly #deadline: Deadline;
  /** The end of this turn looks whether there is more to poll for. */
  #looksAgain = false;

  /** `line` has begun to connect. */
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
    if (this.#deadline.passed()) this.destroy();
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

  /** A page is a client, and has few peers. */
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

  #end({ code, reason, isByPeer, report }: ClosedEvent): void {
    this.isClosedByPeer = this.state === OPEN && isByPeer;
    this.closeCode = code;
    this.closeReason = reason;
    this.destroy();
    if (report !== '') this.#owner[REPORT](report);
  }

  #open({ protocol }: OpenEvent): void {
    if (this.state !== CONNECTING) return; // closed in the meantime
    this.state = OPEN;
    this.wasOpen = true;
    this.selectedProtocol = protocol;
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

  /** 0 for no limit. */
  #expectWithin(milliseconds: number): void {
    if (milliseconds === 0) this.#deadline.clear();
    else this.#deadline.set(milliseconds + this.#graceMs);
  }

  /** Raises the news when this turn is over, should a poll find something then. */
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

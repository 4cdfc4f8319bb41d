// Queue of the events of the browser's WebSocket: they are kept in order until a poll, and ignored after `retire`. How
// they become visible to a game is described in ../protocol/event-session.ts.

import type { Failure } from '../binding/error-handler.js';
import { FAILED, type GodotError, OK } from '../binding/errors.js';
import { ownBytes, utf8 } from '../binding/text.js';
import { kindOf, type OwnBytes, ownedCopy, viewOf } from '../bytes.js';
import { ABNORMAL, type Line, type LineEvent } from '../protocol/event-session.js';
import { failureOf } from '../protocol/failures.js';
import { NO_SAY, sayOnce } from '../protocol/say-once.js';
import { KEEPER, NEWS, REPORT, SETTINGS, type SessionOwner } from '../protocol/session.js';
import { maxUnpolledBytes, maxUnpolledPackets } from '../protocol/unpolled.js';
import { alarm } from '../transport/browser/timers.js';
import { Queue } from '../transport/queue.js';
import { CODE_DROPPED, pageCode, REASON_DROPPED } from './page-codes.js';

/** The members of the browser's class in use here. Classes of other runtimes leave some of them undefined. */
export interface BrowserSocket {
  binaryType: string;
  readonly bufferedAmount: number | undefined;
  readonly protocol: string | undefined;
  readonly extensions: string | undefined;
  readonly readyState: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event?: { code?: number; reason?: string }) => void) | null;
  onerror: (() => void) | null;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
}

declare const WebSocket: new (url: string, protocols?: string[]) => BrowserSocket;

/** Used without a keeper: the game takes the packets itself. */
const NOBODY = { packets: 0, bytes: 0 };

/** Sent instead of 1009, "message too big": of the codes below 3000 a page may send 1000 only. */
const CODE_OVERFLOW = 4009;
const TOO_BIG = 1009;
/** A browser's code for a close frame without one. */
const NO_STATUS = 1005;
/** `WebSocket.CLOSED`. */
const CLOSED = 3;
/** Longest time from an error event to its close event, if that comes at all. */
const CLOSE_FOLLOWS_MS = 250;

/** Bytes of a message; null for a type that can't be read synchronously. */
function bytesOf(data: unknown): OwnBytes | null {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (typeof data === 'string') return utf8.encode(data);
  // A view whose memory may be in use elsewhere, or that is of another realm, as in test environments.
  const view = viewOf(data);
  return view && ownedCopy(view);
}

function shortage(unit: string, waiting: number, more: number, most: number): string {
  return waiting + more <= most ? '' : `${waiting} ${unit} wait, and ${more} more came (max_unpolled_${unit} ${most})`;
}

export class PageSocket implements Line<never> {
  readonly #socket: BrowserSocket;
  readonly #owner: SessionOwner;
  readonly #events = new Queue<LineEvent>();
  #waitingBytes = 0;
  #waitingPackets = 0;
  /** `close` was called: packets without room are dropped, so that the other side's close frame is received. */
  #isClosing = false;
  #isOver = false;

  /** Begins to connect. Throws the error of the browser, for example on an insecure URL in a secure page. */
  constructor(url: string, owner: SessionOwner) {
    const { supportedProtocols: protocols } = owner[SETTINGS];
    const socket = protocols.length > 0 ? new WebSocket(url, [...protocols]) : new WebSocket(url);
    this.#socket = socket;
    this.#owner = owner;
    socket.binaryType = 'arraybuffer';
    // Browsers know no other extension than permessage-deflate.
    socket.onopen = () =>
      this.#tell({ kind: 'open', protocol: socket.protocol ?? '', isCompressed: !!socket.extensions });
    socket.onclose = (event) => this.#end(event?.code ?? NO_STATUS, event?.reason ?? '');
    socket.onerror = () => this.#expectClose();
    socket.onmessage = ({ data }) => this.#receive(data);
  }

  get unsentBytes(): number {
    return this.#socket.bufferedAmount ?? 0;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get next(): LineEvent | undefined {
    return this.#events.first;
  }

  skip(): void {
    this.#events.take();
  }

  /** Called when a message of `bytes` was taken. */
  taken(bytes: number): void {
    this.#waitingBytes -= bytes;
    this.#waitingPackets -= 1;
  }

  send(bytes: Uint8Array, text: string | null): GodotError {
    try {
      this.#socket.send(text ?? ownBytes(bytes));
      return OK;
    } catch (error) {
      this.#owner[REPORT](`send: ${error}`); // never in browsers
      return FAILED;
    }
  }

  close(code: number, reason: string): void {
    const sent = pageCode(code);
    if (code === 0) this.#close();
    else this.#close(sent, reason);
    if (sent === code) return;
    this.#owner[REPORT](`close: a page can not send the code ${code}; ${sent} is sent`, 'warning');
  }

  setNoDelay(): void {
    sayOnce(this.#owner, 'set_no_delay', NO_SAY);
  }

  /** Ends at once, as far as a page can: events that are queued, and those still to come, are dropped. */
  retire(): void {
    this.#silence();
    this.#events.clear();
    if (!this.#isOver) this.#close(CODE_DROPPED, REASON_DROPPED);
  }

  #close(...said: [code?: number, reason?: string]): void {
    this.#isClosing = true;
    try {
      this.#socket.close(...said);
    } catch {
      // Some runtimes throw when the connection has already ended, which its close event reports.
    }
  }

  /** An error is followed by a close with details, except in WebKit when it refuses a port or an insecure URL. */
  #expectClose(): void {
    alarm(CLOSE_FOLLOWS_MS, () => {
      const { readyState, onclose } = this.#socket;
      if (readyState === CLOSED && !this.#isOver) onclose?.({ code: ABNORMAL, reason: '' });
    });
  }

  #silence(): void {
    const socket = this.#socket;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.onerror = null;
  }

  #receive(data: unknown): void {
    const bytes = bytesOf(data);
    if (bytes === null) {
      const reason = `the runtime's WebSocket gave ${kindOf(data)}; such packets are lost`;
      sayOnce(this.#owner, 'binaryType "arraybuffer"', reason);
      return;
    }
    const shortage = this.#shortageFor(bytes.length);
    if (shortage === '') {
      this.#waitingBytes += bytes.length;
      this.#waitingPackets += 1;
      this.#tell({ kind: 'packet', data: bytes, isText: typeof data === 'string' });
    } else if (!this.#isClosing) {
      // A page can't make the other side wait.
      this.#silence();
      this.#close(CODE_OVERFLOW, 'too much waits');
      this.#end(TOO_BIG, '', failureOf('open', 'UNPOLLED', `${shortage}: the connection was closed`));
    }
  }

  /** Which limit a message of `length` bytes would exceed in the queue, as text; '' for none. */
  #shortageFor(length: number): string {
    const { [SETTINGS]: settings, [KEEPER]: keeper = NOBODY } = this.#owner;
    return (
      shortage('packets', this.#waitingPackets + keeper.packets, 1, maxUnpolledPackets(settings)) ||
      shortage('bytes', this.#waitingBytes + keeper.bytes, length, maxUnpolledBytes(settings))
    );
  }

  #end(code: number, reason: string, failure: Failure | null = null): void {
    this.#isOver = true;
    this.#tell({ kind: 'closed', code, reason, isByPeer: code !== ABNORMAL && failure === null, failure });
  }

  #tell(event: LineEvent): void {
    this.#events.push(event);
    this.#owner[NEWS]();
  }
}

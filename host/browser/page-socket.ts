// The browser's WebSocket, made quiet: what it tells is kept in order until somebody polls, and after `retire` it tells
// nothing any more. What a game sees of it is told in
// ../protocol/event-session.ts.

import { FAILED, type GodotError, OK } from '../binding/errors.js';
import { ownBytes, utf8 } from '../binding/text.js';
import { kindOf, type OwnBytes, ownedCopy, viewOf } from '../bytes.js';
import type { Line, LineEvent } from '../protocol/event-session.js';
import { NO_SAY, sayOnce } from '../protocol/say-once.js';
import { KEEPER, NEWS, REPORT, SETTINGS, type SessionOwner } from '../protocol/session.js';
import { maxUnpolledBytes, maxUnpolledPackets } from '../protocol/unpolled.js';
import { alarm } from '../transport/browser/timers.js';
import { Queue } from '../transport/queue.js';
import { CODE_DROPPED, pageCode, REASON_DROPPED } from './page-codes.js';

/** As much of the browser's class as is used here. Classes of other runtimes leave some of it undefined. */
export interface BrowserSocket {
  binaryType: string;
  readonly bufferedAmount: number | undefined;
  readonly protocol: string | undefined;
  readonly readyState: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event?: { code?: number; reason?: string }) => void) | null;
  onerror: (() => void) | null;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
}

/** The game takes the packets itself. */
const NOBODY = { packets: 0, bytes: 0 };

/** What a browser says of an end without a close frame. */
const ABNORMAL = 1006;
/** For "message too big": of the codes below 3000 a page may send 1000 only. */
const CODE_OVERFLOW = 4009;
const TOO_BIG = 1009;
/** What browsers say of a close frame without a code. */
const NO_STATUS = 1005;
/** `WebSocket.CLOSED`. */
const CLOSED = 3;
/** How soon a browser tells of the close after an error, if ever. */
const CLOSE_FOLLOWS_MS = 250;

/** What a message holds; null for what can't be read at once. */
function bytesOf(data: unknown): OwnBytes | null {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (typeof data === 'string') return utf8.encode(data);
  // A view of what somebody else may have, or of another realm, as test environments have them.
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
  /** Goodbye was said: what comes without finding room is let go, so that the other side's goodbye is heard. */
  #isClosing = false;
  #isOver = false;

  /** Begins to connect. Throws what the browser throws, for example on an insecure URL in a secure page. */
  constructor(url: string, owner: SessionOwner) {
    const { supportedProtocols: protocols } = owner[SETTINGS];
    const Socket = (globalThis as unknown as { WebSocket: new (url: string, protocols?: string[]) => BrowserSocket })
      .WebSocket;
    const socket = protocols.length > 0 ? new Socket(url, [...protocols]) : new Socket(url);
    this.#socket = socket;
    this.#owner = owner;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.#tell({ kind: 'open', protocol: socket.protocol ?? '' });
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

  /** Somebody has taken a message of `bytes`. */
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

  /** Ends at once, as far as a page can: whatever was told and not taken, and what the browser tells later, is nobody's. */
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
      // Some runtimes throw when the connection has ended by itself, which its own event tells.
    }
  }

  /** A close follows an error, and tells more; but WebKit refuses a port or an insecure URL by an error alone. */
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
      this.#end(TOO_BIG, '', `${shortage}: the connection was closed`);
    }
  }

  /** What keeps a message of `length` bytes from waiting, too; '' for nothing. */
  #shortageFor(length: number): string {
    const { [SETTINGS]: settings, [KEEPER]: keeper = NOBODY } = this.#owner;
    return (
      shortage('packets', this.#waitingPackets + keeper.packets, 1, maxUnpolledPackets(settings)) ||
      shortage('bytes', this.#waitingBytes + keeper.bytes, length, maxUnpolledBytes(settings))
    );
  }

  #end(code: number, reason: string, report = ''): void {
    this.#isOver = true;
    this.#tell({ kind: 'closed', code, reason, isByPeer: code !== ABNORMAL && report === '', report });
  }

  #tell(event: LineEvent): void {
    this.#events.push(event);
    this.#owner[NEWS]();
  }
}

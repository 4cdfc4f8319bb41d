// The browser's WebSocket, made quiet: what it tells is kept in order until somebody polls, and after `retire` it tells
// nothing any more. What a game sees of it is told in web-socket-peer.ts.

import { alarm } from '../transport/browser/timers.js';

/** One thing that the browser has told. */
export type PageEvent =
  | { readonly kind: 'open' }
  | { readonly kind: 'message'; readonly data: Uint8Array; readonly isText: boolean }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  /** More came than may wait, and the connection was closed for it. */
  | { readonly kind: 'overflow' };

/** How much may wait, of messages that nobody has taken. */
export interface WaitingRoom {
  readonly bytes: number;
  readonly packets: number;
}

/** As much of the browser's class as is used here. */
export interface BrowserSocket {
  binaryType: string;
  readonly bufferedAmount: number;
  readonly protocol: string;
  readonly readyState: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: (() => void) | null;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
}

/** What a browser says of an end without a close frame. */
export const ABNORMAL = 1006;
/** For "message too big": of the codes below 3000 a page may send 1000 only. */
const CODE_OVERFLOW = 4009;
/** `WebSocket.CLOSED`. */
const CLOSED = 3;
/** How soon a browser tells of the close after an error, if ever. */
const CLOSE_FOLLOWS_MS = 250;

const encoder = new TextEncoder();

export class PageSocket {
  readonly #socket: BrowserSocket;
  readonly #news: () => void;
  readonly #room: WaitingRoom;
  #events: PageEvent[] = [];
  #head = 0;
  #waitingBytes = 0;
  #waitingPackets = 0;
  /** Goodbye was said: what comes without finding room is let go, so that the other side's goodbye is heard. */
  #isClosing = false;

  /** Begins to connect. Throws what the browser throws, for example on an insecure URL in a secure page. */
  constructor(url: string, protocols: readonly string[], room: WaitingRoom, news: () => void) {
    const Socket = (globalThis as unknown as { WebSocket: new (url: string, protocols?: string[]) => BrowserSocket })
      .WebSocket;
    const socket = protocols.length > 0 ? new Socket(url, [...protocols]) : new Socket(url);
    this.#socket = socket;
    this.#news = news;
    this.#room = room;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.#tell({ kind: 'open' });
    socket.onclose = ({ code, reason }) => {
      socket.onclose = null;
      this.#tell({ kind: 'close', code, reason });
    };
    socket.onerror = () => this.#expectClose();
    socket.onmessage = ({ data }) => {
      const isText = typeof data === 'string';
      const bytes = isText ? encoder.encode(data) : new Uint8Array(data as ArrayBuffer);
      this.#receive(bytes, isText);
    };
  }

  get selectedProtocol(): string {
    return this.#socket.protocol;
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  /** What was told first and not taken yet. */
  get next(): PageEvent | undefined {
    return this.#events[this.#head];
  }

  /** Takes what `next` shows. */
  skip(): void {
    this.#head += 1;
    if (this.#head < this.#events.length) return;
    this.#events = [];
    this.#head = 0;
  }

  /** The game has taken a message of `bytes`. */
  taken(bytes: number): void {
    this.#waitingBytes -= bytes;
    this.#waitingPackets -= 1;
  }

  send(data: string | Uint8Array): void {
    this.#socket.send(data);
  }

  close(code?: number, reason?: string): void {
    this.#isClosing = true;
    if (code === undefined) this.#socket.close();
    else this.#socket.close(code, reason);
  }

  /** Whatever was told and not taken, and whatever the browser tells later, is nobody's. */
  retire(): void {
    this.#silence();
    this.#events = [];
    this.#head = 0;
  }

  /** A close follows an error, and tells more; but WebKit refuses a port or an insecure URL by an error alone. */
  #expectClose(): void {
    alarm(CLOSE_FOLLOWS_MS, () => {
      const { readyState, onclose } = this.#socket;
      if (readyState === CLOSED) onclose?.({ code: ABNORMAL, reason: '' });
    });
  }

  #silence(): void {
    const socket = this.#socket;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.onerror = null;
  }

  /** A page can't make the other side wait: what has no room ends the connection. */
  #receive(data: Uint8Array, isText: boolean): void {
    const hasRoom = this.#waitingBytes + data.length <= this.#room.bytes && this.#waitingPackets < this.#room.packets;
    if (hasRoom) {
      this.#waitingBytes += data.length;
      this.#waitingPackets += 1;
      this.#tell({ kind: 'message', data, isText });
      return;
    }
    if (this.#isClosing) return;
    this.#silence();
    this.#socket.close(CODE_OVERFLOW, 'too much waits');
    this.#tell({ kind: 'overflow' });
  }

  #tell(event: PageEvent): void {
    this.#events.push(event);
    this.#news();
  }
}

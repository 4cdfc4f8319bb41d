// The browser's WebSocket, made quiet: what it tells is kept in order until somebody polls, and after `retire` it tells
// nothing any more. What a game sees of it is told in web-socket-peer.ts.

import { ownedCopy } from '../bytes.js';
import type { Feed, PacketEvent } from '../godot4/visible-packets.js';
import { NEWS, SETTINGS } from '../protocol/connection-settings.js';
import {
  KEEPER,
  type Kept,
  maxUnpolledBytes,
  maxUnpolledPackets,
  type UnpolledSettings,
} from '../protocol/unpolled.js';
import { alarm } from '../transport/browser/timers.js';
import { Queue } from '../transport/queue.js';
import { sayOnce } from './web-socket-peer-limits.js';

/** One thing that the browser has told. */
export type PageEvent =
  | PacketEvent
  | { readonly kind: 'open' }
  /** `report` is '' unless more came than may wait: then it tells how much. */
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string; readonly report: string };

/** Whose socket it is: how much may wait, who else holds some of it, and who hears that there is something to poll for. */
export interface PageSocketOwner extends Kept {
  readonly [SETTINGS]: UnpolledSettings;
  [NEWS](): void;
}

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

/** What a browser says of an end without a close frame. */
export const ABNORMAL = 1006;
/** For "message too big": of the codes below 3000 a page may send 1000 only. */
const CODE_OVERFLOW = 4009;
const TOO_BIG = 1009;
/** What browsers say of a close frame without a code. */
const NO_STATUS = 1005;
/** `WebSocket.CLOSED`. */
const CLOSED = 3;
/** How soon a browser tells of the close after an error, if ever. */
const CLOSE_FOLLOWS_MS = 250;

const encoder = new TextEncoder();

/** What a message holds; null for what can't be read at once. */
function bytesOf(data: unknown): Uint8Array | null {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (typeof data === 'string') return encoder.encode(data);
  if (ArrayBuffer.isView(data)) return ownedCopy(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  // Of another realm, as test environments have them, or shared with other threads.
  return kindOf(data).endsWith('ArrayBuffer]') ? ownedCopy(new Uint8Array(data as ArrayBuffer)) : null;
}

const kindOf = (data: unknown): string => Object.prototype.toString.call(data);

export class PageSocket implements Feed<PageEvent> {
  readonly #socket: BrowserSocket;
  readonly #owner: PageSocketOwner;
  readonly #events = new Queue<PageEvent>();
  #waitingBytes = 0;
  #waitingPackets = 0;
  /** Goodbye was said: what comes without finding room is let go, so that the other side's goodbye is heard. */
  #isClosing = false;
  #isOver = false;

  /** Begins to connect. Throws what the browser throws, for example on an insecure URL in a secure page. */
  constructor(url: string, protocols: readonly string[], owner: PageSocketOwner) {
    const Socket = (globalThis as unknown as { WebSocket: new (url: string, protocols?: string[]) => BrowserSocket })
      .WebSocket;
    const socket = protocols.length > 0 ? new Socket(url, [...protocols]) : new Socket(url);
    this.#socket = socket;
    this.#owner = owner;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.#tell({ kind: 'open' });
    socket.onclose = (event) => this.#end(event?.code ?? NO_STATUS, event?.reason ?? '');
    socket.onerror = () => this.#expectClose();
    socket.onmessage = ({ data }) => this.#receive(data);
  }

  get selectedProtocol(): string {
    return this.#socket.protocol ?? '';
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount ?? 0;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get next(): PageEvent | undefined {
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

  /** Returns what the runtime has against it; '' for nothing, as always in browsers. */
  send(data: string | Uint8Array): string {
    try {
      this.#socket.send(data);
      return '';
    } catch (error) {
      return String(error);
    }
  }

  close(code?: number, reason?: string): void {
    this.#isClosing = true;
    try {
      if (code === undefined) this.#socket.close();
      else this.#socket.close(code, reason);
    } catch {
      // Some runtimes throw when the connection has ended by itself, which its own event tells.
    }
  }

  /** Whatever was told and not taken, and whatever the browser tells later, is nobody's. */
  retire(): void {
    this.#silence();
    this.#events.clear();
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
      sayOnce('binaryType "arraybuffer"', reason, (message) => this.#owner[KEEPER].report(message));
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
      this.close(CODE_OVERFLOW, 'too much waits');
      this.#end(TOO_BIG, '', `${shortage}: the connection was closed`);
    }
  }

  /** What keeps a message of `length` bytes from waiting, too; '' for nothing. */
  #shortageFor(length: number): string {
    const { [SETTINGS]: settings, [KEEPER]: keeper } = this.#owner;
    const packets = this.#waitingPackets + keeper.packets;
    const mostPackets = maxUnpolledPackets(settings);
    if (packets >= mostPackets)
      return `${packets} packets wait, and one more came (max_unpolled_packets ${mostPackets})`;
    const bytes = this.#waitingBytes + keeper.bytes;
    const mostBytes = maxUnpolledBytes(settings);
    if (bytes + length <= mostBytes) return '';
    return `${bytes} bytes wait, and ${length} more came (max_unpolled_bytes ${mostBytes})`;
  }

  #end(code: number, reason: string, report = ''): void {
    this.#isOver = true;
    this.#tell({ kind: 'closed', code, reason, report });
  }

  #tell(event: PageEvent): void {
    this.#events.push(event);
    this.#owner[NEWS]();
  }
}

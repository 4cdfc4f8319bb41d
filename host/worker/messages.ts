// Messages between a page and its worker about one connection; each connection has its own port.

import type { ReportKind } from '../binding/error-handler.js';
import { type OwnBytes, ownedCopy } from '../bytes.js';
import type { LineEvent } from '../protocol/event-session.js';
import type { SettingValues } from '../protocol/settings.js';
import type { MessagePortLike } from '../transport/message-port.js';

/** Policies for packets that arrive while the page is hidden: the values of HiddenPolicy. */
export const KEEP_ALL = 0;
export const KEEP_LATEST = 1;
export const KEEP_NONE = 2;

/** To the worker itself: begin to connect, and use `port` for all further messages. */
export interface StartMessage {
  readonly websocketpeer: 'start';
  readonly port: MessagePortLike;
  readonly url: string;
  readonly settings: Readonly<SettingValues>;
  readonly policy: number;
  readonly isHidden: boolean;
}

export type ToWorker =
  | { readonly kind: 'send'; readonly data: OwnBytes; readonly isText: boolean }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  /** Packets and bytes that the game has taken: there is room for as many again. */
  | { readonly kind: 'taken'; readonly packets: number; readonly bytes: number }
  | { readonly kind: 'attention'; readonly isHidden: boolean; readonly policy: number }
  | { readonly kind: 'no delay'; readonly enabled: boolean };

/** Events that only a connection in a worker has. */
export type PageNews =
  /** An error or a warning for the page's error handler. */
  | {
      readonly kind: 'report';
      readonly severity: ReportKind;
      readonly message: string;
      readonly cause: string;
    }
  /** The page is visible again; `dropped` counts the packets dropped while it was hidden. */
  | { readonly kind: 'seen'; readonly policy: number; readonly dropped: number };

export type FromWorker =
  | LineEvent
  | PageNews
  /** Bytes of sent packets that have left the worker. */
  | { readonly kind: 'left'; readonly bytes: number };

/** How many of `count` waiting packets, the last ones, a policy keeps when the page is visible again. */
export function keptOf(policy: number, count: number): number {
  if (policy === KEEP_ALL) return count;
  return policy === KEEP_LATEST ? Math.min(count, 1) : 0;
}

/** A received packet in memory that can be transferred: copied if it shares its buffer with other data. */
export function movable(packet: OwnBytes): OwnBytes {
  const { buffer } = packet;
  return buffer instanceof ArrayBuffer && packet.byteLength === buffer.byteLength ? packet : ownedCopy(packet);
}

/** Posts a message that carries `data`, whose memory is transferred: it must not be in use elsewhere. */
export function postBytes(port: MessagePortLike, message: (ToWorker | FromWorker) & { readonly data: OwnBytes }): void {
  port.postMessage(message, [message.data.buffer as never]);
}

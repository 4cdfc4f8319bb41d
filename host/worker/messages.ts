// What a page and its worker say to each other about one connection; each connection has a port of its own.

import type { Failure, ReportKind } from '../binding/error-handler.js';
import { type OwnBytes, ownedCopy } from '../bytes.js';
import type { LineEvent } from '../protocol/event-session.js';
import type { SettingValues } from '../protocol/settings.js';
import type { MessagePortLike } from '../transport/message-port.js';

/** What becomes of packets that come while the page is hidden: the values of HiddenPolicy. */
export const KEEP_ALL = 0;
export const KEEP_LATEST = 1;
export const KEEP_NONE = 2;

/** To the worker itself: begin to connect, and talk about it over `port`. */
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
  /** The game has taken so much: there is room for as much again. */
  | { readonly kind: 'taken'; readonly packets: number; readonly bytes: number }
  | { readonly kind: 'attention'; readonly isHidden: boolean; readonly policy: number }
  | { readonly kind: 'no delay'; readonly enabled: boolean };

/** What only a worker's connection tells. */
export type PageNews =
  /** For the page's error handler. */
  | {
      readonly kind: 'report';
      readonly severity: ReportKind;
      readonly message: string;
      readonly failure: Failure | null;
      readonly cause: string;
    }
  /** The page is looked at again; so many packets were dropped since it was hidden. */
  | { readonly kind: 'seen'; readonly policy: number; readonly dropped: number };

export type FromWorker =
  | LineEvent
  | PageNews
  /** So much of what was sent has left. */
  | { readonly kind: 'left'; readonly bytes: number };

/** How many a policy leaves of `count` packets that wait when the page is seen again: the last ones. */
export function keptOf(policy: number, count: number): number {
  if (policy === KEEP_ALL) return count;
  return policy === KEEP_LATEST ? Math.min(count, 1) : 0;
}

/** A received packet in memory that can move to another thread: it may lie beside others. */
export function movable(packet: OwnBytes): OwnBytes {
  const { buffer } = packet;
  return buffer instanceof ArrayBuffer && packet.byteLength === buffer.byteLength ? packet : ownedCopy(packet);
}

/** Posts a message that carries `data`, whose memory moves along: nobody else may have it. */
export function postBytes(port: MessagePortLike, message: (ToWorker | FromWorker) & { readonly data: OwnBytes }): void {
  port.postMessage(message, [message.data.buffer as never]);
}

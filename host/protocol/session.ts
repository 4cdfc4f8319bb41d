// The seam that a WebSocketPeer stands on: one connection, wherever its bytes or messages come from. What a game can see
// of it changes in poll(), send(), close() and destroy() only.

import type { Failure, ReportKind } from '../binding/error-handler.js';
import type { GodotError } from '../binding/errors.js';
import type { OwnBytes } from '../bytes.js';
import type { State } from './lifecycle.js';
import type { SettingValues } from './settings.js';
import type { SharedMessage } from './shared-message.js';

/** Keys of what a session asks its owner for: an owner's own names are for games. */
export const SETTINGS: unique symbol = Symbol('settings');
export const NEWS: unique symbol = Symbol('news');
export const REPORT: unique symbol = Symbol('report');
export const KEEPER: unique symbol = Symbol('keeper');

/** Whose session it is. An object, not closures, so that an idle connection is small. */
export interface SessionOwner {
  /** Live: each value is read when it takes effect. */
  readonly [SETTINGS]: Readonly<SettingValues>;
  /** poll() would find something new. Called between two transitions, so that anything may follow. */
  [NEWS](): void;
  /**
   * Something to be told, an error unless `kind` says otherwise; whoever hears of it hears when the transition is done. `cause` is what makes reports equal,
   * where their texts differ.
   */
  [REPORT](message: string, kind?: ReportKind, failure?: Failure | null, cause?: string): void;
  /** Who has taken packets that the game has not: they wait all the same. Nobody, unless there is one. */
  readonly [KEEPER]?: { readonly packets: number; readonly bytes: number };
}

/** The other side's address, never its name. */
export interface Remote {
  /** '' while it is not known yet. */
  readonly address: string;
  readonly port: number;
}

export interface Session {
  readonly side: 'client' | 'server';
  readonly state: State;
  /** The handshake was accepted, whatever has become of the connection since. */
  readonly wasOpen: boolean;
  /** The other side's close came before there was one from here. */
  readonly isClosedByPeer: boolean;
  readonly closeCode: number;
  readonly closeReason: string;
  readonly requestedUrl: string;
  readonly selectedProtocol: string;
  /** Null where it can't be known. */
  readonly remote: Remote | null;

  /** Packets that a game may take. */
  readonly availablePackets: number;
  /** Of the packet taken last. */
  readonly lastWasText: boolean;
  /** Payload bytes that have not left completely. */
  readonly unsentBytes: number;

  /** Moves on; with `untilOpen`, what came behind the handshake waits for the next one. */
  poll(untilOpen?: boolean): void;
  /** Takes the first packet; there must be one. */
  takePacket(): OwnBytes;
  /** Copies the first packet and drops it; when `target` is too small, only tells its length. There must be one. */
  takePacketInto(target: Uint8Array): number;
  /** Sends a copy of `bytes`. Only while OPEN, as the next two. */
  send(bytes: Uint8Array, isText: boolean): GodotError;
  sendText(text: string): GodotError;
  /** Sends what many get: made once, by the first session that needs it. */
  sendShared(message: SharedMessage): GodotError;
  /** Says goodbye, while CONNECTING or OPEN; `code` may be sent, or is 0 for none; `reason` is UTF-8 of at most 123 bytes. */
  close(code: number, reason: Uint8Array): void;
  /** Ends at once, without a goodbye as far as the platform can. */
  destroy(): void;
  /** Says goodbye without changing anything that a game sees: its next poll finds the connection ended. */
  leave(): void;
  setNoDelay(enabled: boolean): void;
}

/** Why a session could not begin. */
export interface Refusal {
  readonly error: GodotError;
  readonly reason: string;
}

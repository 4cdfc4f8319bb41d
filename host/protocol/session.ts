// Interface between a WebSocketPeer and one connection of any kind. The state that a game can see changes in poll(),
// send(), close() and destroy() only.

import type { Failure, ReportKind } from '../binding/error-handler.js';
import type { GodotError } from '../binding/errors.js';
import type { OwnBytes } from '../bytes.js';
import type { Crowd } from './crowd.js';
import type { State } from './lifecycle.js';
import type { SettingValues } from './settings.js';
import type { SharedMessage } from './shared-message.js';

/** Keys of the members that a session uses of its owner: symbols, as the owner's named members are for games. */
export const SETTINGS: unique symbol = Symbol('settings');
export const NEWS: unique symbol = Symbol('news');
export const REPORT: unique symbol = Symbol('report');
export const KEEPER: unique symbol = Symbol('keeper');
/** Key of an owner's session, for classes of this package. */
export const SESSION: unique symbol = Symbol('session');

/** Owner of a session. An object instead of closures, so that an idle connection needs little memory. */
export interface SessionOwner {
  /** Live: each value is read when it takes effect. */
  readonly [SETTINGS]: Readonly<SettingValues>;
  /** Called when poll() would find something new, between two transitions: it may call any method. */
  [NEWS](): void;
  /**
   * Reports an error, or what `kind` says; the handler is called when the transition is complete. Reports with the same
   * `cause` count as equal, even if their texts differ; with `counter`, those of all owners that pass it.
   */
  [REPORT](message: string, kind?: ReportKind, failure?: Failure | null, cause?: string, counter?: object): void;
  /** Packets that were taken from the session but not by the game yet: they count as waiting. */
  readonly [KEEPER]?: { readonly packets: number; readonly bytes: number };
}

/** The other side's IP address, never its host name. */
export interface Remote {
  /** '' until it is known. */
  readonly address: string;
  readonly port: number;
}

export interface Session {
  readonly side: 'client' | 'server';
  readonly state: State;
  /** Whether the handshake was accepted; stays true after the end. */
  readonly wasOpen: boolean;
  /** Whether the other side sent its close frame first. */
  readonly isClosedByPeer: boolean;
  readonly closeCode: number;
  readonly closeReason: string;
  /** Why the connection failed; null before its end, and after an end in order. */
  readonly failure: Failure | null;
  readonly requestedUrl: string;
  readonly selectedProtocol: string;
  /** Null where the platform does not tell it. */
  readonly remote: Remote | null;
  /** What a server's hook gave to the game. Like the next two missing where there is none. */
  readonly handshakeData?: unknown;
  /** Headers of the request and of the answer by their lower-case names, from OPEN on, each time in a new map. */
  readonly request?: Map<string, string> | undefined;
  readonly response?: Map<string, string> | undefined;

  /** Whether compression was agreed on with the other side; false or missing before OPEN. */
  readonly isCompressed?: boolean;
  /** Number of packets that the game can take. */
  readonly availablePackets: number;
  /** Whether the last packet taken was text. */
  readonly lastWasText: boolean;
  /** Payload bytes of all frames that are not completely sent. */
  readonly unsentBytes: number;

  /** Processes events; with `untilOpen`, those after the handshake wait for the next poll. */
  poll(untilOpen?: boolean): void;
  /** Takes the first packet; there must be one. */
  takePacket(): OwnBytes;
  /** Moves the first packet to `target`, if it fits; returns its length in either case. There must be one. */
  takePacketInto(target: Uint8Array): number;
  /** Sends a copy of `bytes`. Like the next two, only while OPEN. */
  send(bytes: Uint8Array, isText: boolean): GodotError;
  sendText(text: string): GodotError;
  /** Sends a message that goes to many sessions: its frame is encoded only once. */
  sendShared(message: SharedMessage): GodotError;
  /** Closes, while CONNECTING or OPEN; `code`: one that may be sent, or 0; `reason`: UTF-8 of at most 123 bytes. */
  close(code: number, reason: Uint8Array): void;
  /** Drops the connection at once, without a close frame where the platform allows it. */
  destroy(): void;
  /** Closes with no change that the game can see: its next poll finds the connection ended. */
  leave(): void;
  setNoDelay(enabled: boolean): void;
  /**
   * Calls `callback` once, at the end of a turn, when no more than `threshold` payload bytes wait to be sent (with 0, the
   * default, when the system has taken everything), or when the connection has ended. Only sessions over byte streams.
   */
  whenDrained?(callback: () => void, threshold?: number): void;
  /** Makes a server's connection one of `crowd`'s, and no other's. */
  join?(crowd: Crowd): void;
  /** Refuses a request that the game's hook has not answered within `timeoutMs`. */
  expire?(timeoutMs: number): void;
}

/** Reason why a session could not start. */
export interface Refusal {
  readonly error: GodotError;
  readonly reason: string;
}

// The authentication of SceneMultiplayer: peers that are not accepted yet by one of the two sides.
import { clock } from '#platform';
import { requireFloat, requireFunction } from '../../binding/arguments.js';
import { printError, refuse } from '../../binding/error-handler.js';
import { ERR_FILE_CANT_WRITE, ERR_INVALID_PARAMETER, ERR_UNCONFIGURED, type GodotError } from '../../binding/errors.js';
import { textOfThrown } from '../../binding/thrown.js';
import type { int } from '../../binding/types.js';
import type { Alarm } from '../../transport/platform.js';
import type { MultiplayerAPI } from './multiplayer-api.js';
import { authPacket } from './scene-packets.js';
import type { SceneSender } from './scene-sender.js';

const NOTHING = new Uint8Array(0);

/** Called with the authentication data of a peer. */
export type AuthCallback = (id: int, data: Uint8Array) => unknown;

interface Candidate {
  /** This side has accepted the peer. */
  isCompleted: boolean;
  /** The peer has accepted this side. */
  isAccepted: boolean;
  readonly since: number;
}

export class SceneAuthentication {
  /** Emits the signals. */
  readonly #owner: MultiplayerAPI;
  readonly #sender: SceneSender;
  /** Accepts a peer. */
  readonly #admit: (id: number) => void;
  readonly #candidates = new Map<number, Candidate>();
  #callback: AuthCallback | null = null;
  #timeoutMs = 3000;
  /** Scheduled while there are candidates, to disconnect slow ones even when nothing else happens. */
  #alarm: Alarm | null = null;

  constructor(owner: MultiplayerAPI, sender: SceneSender, admit: (id: number) => void) {
    this.#owner = owner;
    this.#sender = sender;
    this.#admit = admit;
  }

  /** Ids of the peers that are not accepted yet. */
  get ids(): Iterable<number> {
    return this.#candidates.keys();
  }

  get callback(): AuthCallback | null {
    return this.#callback;
  }

  setCallback(callback: AuthCallback | null): void {
    if (callback !== null) requireFunction('callback', callback);
    this.#callback = callback;
  }

  /** In seconds. */
  get timeout(): number {
    return this.#timeoutMs / 1000;
  }

  setTimeout(timeout: number): void {
    if (requireFloat('timeout', timeout) >= 0) this.#timeoutMs = Math.trunc(timeout * 1000);
    else printError(`auth_timeout must not be negative, got ${timeout}; it stays ${this.timeout}`, this.#owner);
  }

  /** Sends `bytes` to a candidate. */
  send(id: number, bytes: Uint8Array): GodotError {
    const candidate = this.#candidates.get(id);
    if (!this.#sender.isConnected) return refuse(ERR_UNCONFIGURED, 'send_auth: not connected', this.#owner);
    if (candidate === undefined)
      return refuse(ERR_INVALID_PARAMETER, `send_auth: peer ${id} is not authenticating`, this.#owner);
    if (bytes.length === 0) return refuse(ERR_INVALID_PARAMETER, 'send_auth: there is no data', this.#owner);
    if (candidate.isCompleted)
      return refuse(ERR_FILE_CANT_WRITE, `send_auth: peer ${id} was completed before`, this.#owner);
    return this.#sender.sendTo(id, authPacket(bytes));
  }

  /** Accepts a candidate on this side. */
  complete(id: number): GodotError {
    const candidate = this.#candidates.get(id);
    if (!this.#sender.isConnected) return refuse(ERR_UNCONFIGURED, 'complete_auth: not connected', this.#owner);
    if (candidate === undefined) {
      return refuse(ERR_INVALID_PARAMETER, `complete_auth: peer ${id} is not authenticating`, this.#owner);
    }
    if (candidate.isCompleted)
      return refuse(ERR_FILE_CANT_WRITE, `complete_auth: peer ${id} was completed before`, this.#owner);
    candidate.isCompleted = true;
    const error = this.#sender.sendTo(id, authPacket(NOTHING));
    this.#admitAccepted(id, candidate);
    return error;
  }

  /** Raises `activity`. */
  readonly wake = (): void => {
    this.#owner.emit_signal('activity');
  };

  /** Handles a new peer of the transport. */
  arrived(id: number): void {
    if (this.#callback === null) {
      this.#admit(id);
      return;
    }
    this.#candidates.set(id, { isCompleted: false, isAccepted: false, since: clock.now() });
    this.#setAlarm();
    this.#owner.emit_signal('peer_authenticating', id);
  }

  /** Removes a candidate without a signal; returns whether `id` was one. */
  drop(id: number): boolean {
    return this.#candidates.delete(id);
  }

  /** Removes a candidate; returns whether `id` was one. */
  gaveUp(id: number): boolean {
    if (!this.drop(id)) return false;
    this.#owner.emit_signal('peer_authentication_failed', id);
    return true;
  }

  receive(id: number, data: Uint8Array): void {
    const candidate = this.#candidates.get(id);
    if (candidate === undefined) return; // accepted by this side without authentication
    if (data.length > 0) {
      this.#ask(id, data);
      return;
    }
    candidate.isAccepted = true;
    this.#admitAccepted(id, candidate);
  }

  dropSlow(): void {
    if (this.#alarm === null) return;
    const now = clock.now();
    for (const [id, { since }] of this.#candidates) {
      if (this.#timeoutMs === 0 || now - since < this.#timeoutMs) continue;
      this.#sender.peer?.disconnect_peer(id);
      this.gaveUp(id);
    }
    this.#cancelAlarm(); // a signal's callback may have ended everything
    this.#setAlarm();
  }

  /** Calls the callback; as with signals, an exception is reported and later packets are handled all the same. */
  #ask(id: number, data: Uint8Array): void {
    try {
      this.#callback?.(id, data);
    } catch (error) {
      printError(`auth_callback threw ${textOfThrown(error, 'stack')}`, this.#owner);
    }
  }

  forget(): void {
    this.#candidates.clear();
    this.#cancelAlarm();
  }

  #admitAccepted(id: number, { isAccepted, isCompleted }: Candidate): void {
    if (isAccepted && isCompleted && this.#candidates.delete(id)) this.#admit(id);
  }

  #cancelAlarm(): void {
    this.#alarm?.cancel();
    this.#alarm = null;
  }

  #setAlarm(): void {
    if (this.#candidates.size === 0 || this.#timeoutMs === 0) return;
    this.#alarm ??= clock.alarm(this.#timeoutMs, this.wake);
  }
}

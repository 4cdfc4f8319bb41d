// The authentication half of SceneMultiplayer: peers that have still to be let in, by this side and by the other.
import { platform } from '#platform';
import { requireBytes, requireFloat, requireFunction, requireInt } from '../binding/arguments.js';
import { printError, refuse } from '../binding/error-handler.js';
import { ERR_FILE_CANT_WRITE, ERR_INVALID_PARAMETER, ERR_UNCONFIGURED, type GodotError } from '../binding/errors.js';
import type { Bytes, double, int, int32 } from '../binding/types.js';
import type { Alarm } from '../transport/platform.js';
import { MultiplayerAPI } from './multiplayer-api.js';
import { authPacket } from './scene-packets.js';
import { SceneSender } from './scene-sender.js';

const NOTHING = new Uint8Array(0);

/** Called with what a peer sends to be let in. */
export type AuthCallback = (id: int, data: Uint8Array) => unknown;

interface Candidate {
  /** This side has let it in. */
  isCompleted: boolean;
  /** It has let this side in. */
  isAccepted: boolean;
  readonly since: number;
}

/** @internal */
export abstract class SceneMultiplayerAuthentication extends MultiplayerAPI {
  readonly #candidates = new Map<number, Candidate>();
  protected readonly sender = new SceneSender();
  #callback: AuthCallback | null = null;
  #timeoutMs = 3000;
  /** Set while there are candidates: the slow ones are sent away even when nothing else happens. */
  #alarm: Alarm | null = null;

  /** Lets `id` in. */
  protected abstract admit(id: number): void;

  /** Ids of those who are not let in yet. */
  get_authenticating_peers(): Int32Array {
    return Int32Array.from(this.#candidates.keys());
  }

  /**
   * Sends `data` to a peer that is authenticating; its `auth_callback` gets it.
   *
   * Returns ERR_UNCONFIGURED without a connection, ERR_INVALID_PARAMETER for a peer that is not authenticating or no
   * data, ERR_FILE_CANT_WRITE after `complete_auth`.
   */
  send_auth(id: int32, data: Bytes): GodotError {
    const bytes = requireBytes('data', data);
    const candidate = this.#candidates.get(requireInt('id', id));
    if (!this.sender.isConnected) return refuse(ERR_UNCONFIGURED, 'send_auth: not connected', this);
    if (candidate === undefined)
      return refuse(ERR_INVALID_PARAMETER, `send_auth: peer ${id} is not authenticating`, this);
    if (bytes.length === 0) return refuse(ERR_INVALID_PARAMETER, 'send_auth: there is no data', this);
    if (candidate.isCompleted) return refuse(ERR_FILE_CANT_WRITE, `send_auth: peer ${id} was completed before`, this);
    return this.sender.sendTo(id, authPacket(bytes));
  }

  /**
   * Lets a peer in, as far as this side is concerned; `peer_connected` follows once the other side has done the same.
   *
   * Returns ERR_UNCONFIGURED without a connection, ERR_INVALID_PARAMETER for a peer that is not authenticating,
   * ERR_FILE_CANT_WRITE for the second time.
   */
  complete_auth(id: int32): GodotError {
    const candidate = this.#candidates.get(requireInt('id', id));
    if (!this.sender.isConnected) return refuse(ERR_UNCONFIGURED, 'complete_auth: not connected', this);
    if (candidate === undefined) {
      return refuse(ERR_INVALID_PARAMETER, `complete_auth: peer ${id} is not authenticating`, this);
    }
    if (candidate.isCompleted)
      return refuse(ERR_FILE_CANT_WRITE, `complete_auth: peer ${id} was completed before`, this);
    candidate.isCompleted = true;
    const error = this.sender.sendTo(id, authPacket(NOTHING));
    this.#admitAccepted(id, candidate);
    return error;
  }

  /**
   * Called with the id and the data of a peer that wants to be let in; null, as at start, to let everyone in.
   *
   * Both sides need one, or none: who has none lets the other in by itself, and is sent away after `auth_timeout`.
   */
  get auth_callback(): AuthCallback | null {
    return this.#callback;
  }
  set auth_callback(callback: AuthCallback | null) {
    this.set_auth_callback(callback);
  }
  /** @const */
  get_auth_callback(): AuthCallback | null {
    return this.#callback;
  }
  set_auth_callback(callback: AuthCallback | null): void {
    if (callback !== null) requireFunction('callback', callback);
    this.#callback = callback;
  }

  /** Seconds that a peer may take to be let in; 3 unless set, 0 for no limit. Kept in whole milliseconds. */
  get auth_timeout(): double {
    return this.#timeoutMs / 1000;
  }
  set auth_timeout(timeout: double) {
    this.set_auth_timeout(timeout);
  }
  /** @const */
  get_auth_timeout(): double {
    return this.#timeoutMs / 1000;
  }
  set_auth_timeout(timeout: double): void {
    if (requireFloat('timeout', timeout) >= 0) this.#timeoutMs = Math.trunc(timeout * 1000);
    else printError(`auth_timeout must not be negative, got ${timeout}; it stays ${this.get_auth_timeout()}`, this);
  }

  // --- for SceneMultiplayer -------------------------------------------------------------------------------------

  /** Raises `activity`. */
  protected readonly wake = (): void => {
    this.emit_signal('activity');
  };

  /** A peer of the transport is there. */
  protected arrived(id: number): void {
    if (this.#callback === null) {
      this.admit(id);
      return;
    }
    this.#candidates.set(id, { isCompleted: false, isAccepted: false, since: platform.now() });
    this.#setAlarm();
    this.emit_signal('peer_authenticating', id);
  }

  /** True when `id` was not let in yet: that is over now, and nobody is told. */
  protected dropCandidate(id: number): boolean {
    return this.#candidates.delete(id);
  }

  /** True when `id` was not let in yet: that is over now. */
  protected gaveUp(id: number): boolean {
    if (!this.dropCandidate(id)) return false;
    this.emit_signal('peer_authentication_failed', id);
    return true;
  }

  protected receiveAuth(id: number, data: Uint8Array): void {
    const candidate = this.#candidates.get(id);
    if (candidate === undefined) return; // this side has let it in without asking
    if (data.length > 0) {
      this.#ask(id, data);
      return;
    }
    candidate.isAccepted = true;
    this.#admitAccepted(id, candidate);
  }

  protected dropSlowCandidates(): void {
    if (this.#alarm === null) return;
    const now = platform.now();
    for (const [id, { since }] of this.#candidates) {
      if (this.#timeoutMs === 0 || now - since < this.#timeoutMs) continue;
      this.sender.peer?.disconnect_peer(id);
      this.gaveUp(id);
    }
    this.#cancelAlarm(); // whoever has heard of it may have ended everything
    this.#setAlarm();
  }

  /** As with signals, a callback that throws is reported, and what came behind is dealt with all the same. */
  #ask(id: number, data: Uint8Array): void {
    try {
      this.#callback?.(id, data);
    } catch (error) {
      printError(`auth_callback threw ${error instanceof Error ? (error.stack ?? error) : error}`, this);
    }
  }

  protected forgetCandidates(): void {
    this.#candidates.clear();
    this.#cancelAlarm();
  }

  #admitAccepted(id: number, { isAccepted, isCompleted }: Candidate): void {
    if (isAccepted && isCompleted && this.#candidates.delete(id)) this.admit(id);
  }

  #cancelAlarm(): void {
    this.#alarm?.cancel();
    this.#alarm = null;
  }

  #setAlarm(): void {
    if (this.#candidates.size === 0 || this.#timeoutMs === 0) return;
    this.#alarm ??= platform.alarm(this.#timeoutMs, this.wake);
  }
}

// What Godot's kinds of socket servers have in common: connections that wait, their limits, and the signal that tells of
// them. What is listened on is its subclasses' business.

import { platform } from '#platform';
import { requireInt } from '../binding/arguments.js';
import { printError, printWarning, refuse } from '../binding/error-handler.js';
import { ERR_ALREADY_IN_USE, ERR_UNAUTHORIZED, type GodotError, OK } from '../binding/errors.js';
import type { ObjectSignals } from '../binding/object.js';
import { defineSignals, type SignalObjects } from '../binding/signal.js';
import type { int32 } from '../binding/types.js';
import { showAddress } from '../transport/address.js';
import { Bell } from '../transport/bell.js';
import type { ByteStream } from '../transport/byte-stream.js';
import { ACCESS_DENIED } from '../transport/plain-error.js';
import type { Listener, ListenResult, WaitingLimits } from '../transport/platform.js';
import { SocketServer } from './socket-server.js';

/** Signals of ListeningServer. */
export interface ListeningServerSignals extends ObjectSignals {
  /**
   * A connection waits to be taken; raised once until the next `take_connection`.
   *
   * @addition
   */
  activity: [];
}

export interface ListeningServer extends SignalObjects<ListeningServerSignals> {}

/** @internal */
export abstract class ListeningServer extends SocketServer {
  declare readonly signals: ListeningServerSignals;

  static {
    defineSignals(this.prototype, 'activity');
  }

  #listener: Listener | null = null;
  readonly #limits: WaitingLimits = {
    maxWaiting: 512,
    maxWaitingPerAddress: 512,
    dropped: (address) => this.#dropped(address),
  };
  readonly #bell = new Bell(platform, () => this.emit_signal('activity'));
  #reportsDrops = true;

  protected override connected(signal: string): void {
    if (signal === 'activity') this.#looked();
  }

  protected get listener(): Listener | null {
    return this.#listener;
  }

  /** Listens at `place` as `start` does it. What the system refuses is no news, as in the engine; a missing right is. */
  protected listenBy(place: string, start: (arrived: () => void, limits: WaitingLimits) => ListenResult): GodotError {
    const { listener, errorCode, reason } = start(() => this.#bell.ring(), this.#limits);
    this.#listener = listener;
    if (listener !== null) return OK;
    if (errorCode === ACCESS_DENIED) return refuse(ERR_UNAUTHORIZED, `listen: ${place}: ${reason}`, this);
    return ERR_ALREADY_IN_USE;
  }

  /** The connection that has waited longest. */
  protected takeStream(): ByteStream | null {
    const stream = this.#listener?.take() ?? null;
    this.#looked();
    return stream;
  }

  /**
   * Most connections that wait to be taken; 512 unless set. Godot: where the system's queue holds eight.
   *
   * @addition
   */
  get max_pending_connections(): int32 {
    return this.#limits.maxWaiting;
  }
  set max_pending_connections(connections: int32) {
    this.set_max_pending_connections(connections);
  }
  get_max_pending_connections(): int32 {
    return this.#limits.maxWaiting;
  }
  set_max_pending_connections(connections: int32): void {
    this.#limits.maxWaiting = this.#checked('max_pending_connections', connections, this.#limits.maxWaiting);
  }

  /**
   * Most connections from one address that wait to be taken; 512 unless set.
   *
   * @addition
   */
  get max_pending_per_address(): int32 {
    return this.#limits.maxWaitingPerAddress;
  }
  set max_pending_per_address(connections: int32) {
    this.set_max_pending_per_address(connections);
  }
  get_max_pending_per_address(): int32 {
    return this.#limits.maxWaitingPerAddress;
  }
  set_max_pending_per_address(connections: int32): void {
    const { maxWaitingPerAddress } = this.#limits;
    this.#limits.maxWaitingPerAddress = this.#checked('max_pending_per_address', connections, maxWaitingPerAddress);
  }

  override is_listening(): boolean {
    return this.#listener !== null;
  }

  override is_connection_available(): boolean {
    return this.#listener !== null && this.#listener.available > 0;
  }

  override stop(): void {
    this.#listener?.close();
    this.#listener = null;
    this.#bell.silence();
  }

  override free(): void {
    this.stop();
    super.free();
  }

  #checked(property: string, value: number, old: number): number {
    if (requireInt(property, value) >= 1) return value;
    printError(`${property} must be at least 1, got ${value}; it stays ${old}`, this);
    return old;
  }

  /** Said once until somebody takes a connection: a flood of connections is no reason for a flood of messages. */
  #dropped(address: string): void {
    if (!this.#reportsDrops) return;
    this.#reportsDrops = false;
    const { maxWaiting, maxWaitingPerAddress } = this.#limits;
    printWarning(
      `${this.get_class()}: a connection from ${showAddress(address) || 'this machine'} was dropped, too many wait to be taken ` +
        `(max_pending_connections ${maxWaiting}, max_pending_per_address ${maxWaitingPerAddress})`,
      this,
    );
  }

  #looked(): void {
    this.#reportsDrops = true;
    this.#bell.silence();
    if (this.is_connection_available()) this.#bell.ring();
  }
}

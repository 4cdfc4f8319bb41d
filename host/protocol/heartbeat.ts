// Heartbeat of a connection, by Godot's heartbeat_interval: when to ping, and when the other side is dead. Any received
// byte counts as an answer, and the other side is not late while this side is not reading.
import type { Clock } from '../transport/platform.js';
import { Deadline } from './deadline.js';

export type Beat = 'nothing' | 'ping' | 'dead';

export class Heartbeat {
  readonly #deadline: Deadline;
  #intervalMs = 0;
  #owed = false;

  constructor(clock: Clock, wake: () => void) {
    this.#deadline = new Deadline(clock, wake);
  }

  /** Called when bytes were received. */
  heard(): void {
    this.#owed = false;
  }

  /** Called in every poll; `excused` while this side does not read and so can't receive an answer. */
  poll(intervalMs: number, excused: boolean): Beat {
    if (intervalMs !== this.#intervalMs) return this.#start(intervalMs);
    if (intervalMs === 0 || !this.#deadline.passed()) return 'nothing';
    if (this.#owed && !excused) return 'dead';
    return this.#ping();
  }

  stop(): void {
    this.#deadline.clear();
    this.#intervalMs = 0;
    this.#owed = false;
  }

  #start(intervalMs: number): Beat {
    this.stop();
    this.#intervalMs = intervalMs;
    return intervalMs === 0 ? 'nothing' : this.#ping();
  }

  #ping(): Beat {
    this.#deadline.set(this.#intervalMs);
    this.#owed = true;
    return 'ping';
  }
}

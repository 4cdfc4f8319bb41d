// The exception that stops an encoding or a decoding. Thrown and caught inside this folder only; callers get an Error
// code.
import type { GodotError } from '../binding/errors.js';

/** Not an Error: a sender may flood us with malformed packets, and a stack trace for each costs time. */
export class Fault {
  readonly error: GodotError;
  readonly reason: string;

  constructor(error: GodotError, reason: string) {
    this.error = error;
    this.reason = reason;
  }
}

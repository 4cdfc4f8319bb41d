// What stops an encoding or a decoding half-way. Thrown and caught inside this folder only; callers get an Error code.
import type { GodotError } from '../binding/errors.js';

/** Not an Error: malformed packets arrive at the pace of their sender, and a stack trace for each is work for nothing. */
export class Fault {
  readonly error: GodotError;
  readonly reason: string;

  constructor(error: GodotError, reason: string) {
    this.error = error;
    this.reason = reason;
  }
}

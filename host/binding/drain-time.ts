// The time that a server's drain gets.
import { requireFloat } from './arguments.js';
import { printError } from './error-handler.js';

/** Whether a drain can take `timeout` seconds; otherwise prints so about `server`. */
export function isDrainTime(timeout: number, server: object): boolean {
  if (requireFloat('timeout', timeout) >= 0) return true;
  printError(`drain: timeout must be at least 0 s, got ${timeout}; nothing is closed`, server);
  return false;
}

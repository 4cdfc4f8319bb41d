// The close codes that a page may hand to the browser's WebSocket.
import { CLOSE_NORMAL } from '../codec/faults.js';
import { isSendableCode } from '../protocol/close-codes.js';

/** What Godot's web export sends when a connection is dropped: a page can't end one without a close frame. */
export const DROPPED = { code: 3001, reason: 'destroyed' };

/** What a page may send instead of `code`: it has 1000, and 3000 to 4999. */
export function pageCode(code: number): number {
  if (code === CLOSE_NORMAL || (code >= 3000 && code <= 4999)) return code;
  return isSendableCode(code) ? 3000 + code : CLOSE_NORMAL;
}

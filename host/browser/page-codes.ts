// The close codes that a page may hand to the browser's WebSocket.
import { CLOSE_NORMAL } from '../codec/faults.js';

/** What Godot's web export sends when a connection is dropped: a page can't end one without a close frame. */
export const CODE_DROPPED = 3001;
export const REASON_DROPPED = 'destroyed';

/** What a page sends instead of `code`, which is 0 for none, or may be sent: it has 1000, and 3000 to 4999. */
export function pageCode(code: number): number {
  return code === 0 || code === CLOSE_NORMAL || code >= 3000 ? code : 3000 + code;
}

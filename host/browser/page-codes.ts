// Close codes that a page may pass to the browser's WebSocket.
import { CLOSE_NORMAL } from '../codec/faults.js';

/** Close code of Godot's web export for a dropped connection: a page can't end one without a close frame. */
export const CODE_DROPPED = 3001;
export const REASON_DROPPED = 'destroyed';

/** The code that a page sends for `code` (0 for none): itself if allowed (1000, 3000 to 4999), else 3000 more. */
export function pageCode(code: number): number {
  return code === 0 || code === CLOSE_NORMAL || code >= 3000 ? code : 3000 + code;
}

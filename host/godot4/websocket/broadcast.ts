// Sending of one message to many peers, encoded only once.
import { isUtf8 } from '#sessions';
import { report } from '../../binding/error-handler.js';
import { OK } from '../../binding/errors.js';
import { OPEN } from '../../protocol/lifecycle.js';
import { SESSION, type Session } from '../../protocol/session.js';
import type { SharedMessage } from '../../protocol/shared-message.js';

/** Returns the number of peers that took the message; -1, with a report, for text that is not UTF-8. */
export function broadcast(
  peers: Iterable<{ readonly [SESSION]: Session | null }>,
  bytes: Uint8Array,
  isText: boolean,
): number {
  if (isText && !isUtf8(bytes)) {
    report(`broadcast: the ${bytes.length} bytes to send as text are not valid UTF-8`);
    return -1;
  }
  const shared: SharedMessage = { bytes, isText };
  let taken = 0;
  for (const { [SESSION]: session } of peers) {
    if (session?.state === OPEN && session.sendShared(shared) === OK) taken += 1;
  }
  return taken;
}

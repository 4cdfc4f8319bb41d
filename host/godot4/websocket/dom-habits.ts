// Warnings for those who know a browser's WebSocket: its constructor and properties would have no effect, in silence.
import { sayOnce } from '../../protocol/say-once.js';
import type { SessionOwner } from '../../protocol/session.js';

/** How `send` calls a connection that is too early for it. */
export const NOT_YET = 'CONNECTING, wait for STATE_OPEN';

/** Warns, once for each `what`. */
export function sayHow(peer: SessionOwner, what: string): void {
  sayOnce(peer, what, 'use connect_to_url, poll and get_packet', 'warning');
}

/** Makes assignments to the properties of a browser's WebSocket warn. */
export function defineDomNames(prototype: SessionOwner): void {
  for (const name of ['onopen', 'onmessage', 'onclose', 'onerror', 'binaryType']) {
    Object.defineProperty(prototype, name, {
      set(this: SessionOwner) {
        sayHow(this, name);
      },
    });
  }
}

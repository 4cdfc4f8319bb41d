// Peers that log when an adapter polls and closes them, together with the actions of the test's engine.
import type { FramePollOptions, PolledPeer } from '../../host/adapters/frame-poll.js';

export type Log = string[];

export function notingPeer(log: Log, name = 'socket', during: () => void = () => {}): PolledPeer {
  return {
    poll(): void {
      log.push(`${name} polled`);
      during();
    },
    close(): void {
      log.push(`${name} closed`);
    },
  };
}

/** Options for adapters in tests: one peer, and enough time. */
export function notingOptions(log: Log): FramePollOptions {
  return { peers: [notingPeer(log)], budget: Number.POSITIVE_INFINITY };
}

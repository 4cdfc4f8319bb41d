// Peers that note when an adapter polls and closes them, in one log with what the engine of the test does.
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

/** What the adapters of the tests are told: one peer, and time enough. */
export function notingOptions(log: Log): FramePollOptions {
  return { peers: [notingPeer(log)], budget: Number.POSITIVE_INFINITY };
}

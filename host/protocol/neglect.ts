// Warnings about games that wait in vain: a connection that nobody polls, and packets that nobody takes. Each is made
// once, by timers that don't keep the process alive.
import type { Alarm, Clock } from '../transport/platform.js';
import { OPEN, type State } from './lifecycle.js';
import type { PacketQueue } from './packet-queue.js';
import { sayOnce } from './say-once.js';
import type { SessionOwner } from './session.js';

/** How long news may wait, in milliseconds. */
export const PATIENCE_MS = 5000;
/** News from just before that get some time, too. */
const GRACE_MS = 1000;

/** Whether a connection of this process has been polled: its programmer knows of `poll`. */
let isPollKnown = false;
/** Whether the packets of a connection are watched, or the warning was made. */
let areWatched = false;

export function notePoll(): void {
  isPollKnown = true;
}

/** Warns when `hasNews` and nobody has polled, which cancels the alarm. Null where that is not worth a timer. */
export function expectPoll(clock: Clock, owner: SessionOwner, hasNews: () => boolean): Alarm | null {
  if (isPollKnown) return null;
  let alarm = clock.alarm(PATIENCE_MS, () => {
    if (hasNews()) alarm = clock.alarm(GRACE_MS, say);
  });
  const say = (): void => {
    const how = 'call it once per frame, or when the signal "activity" is emitted: nothing changes without it';
    sayOnce(
      owner,
      'poll',
      `a connection was begun ${PATIENCE_MS / 1000} s ago and nobody has polled it; ${how}`,
      'warning',
    );
  };
  return { cancel: () => alarm.cancel() };
}

/** A connection whose packets are expected to be taken. */
interface Reader {
  readonly state: State;
  readonly owner: SessionOwner;
  readonly context: { readonly clock: Clock };
}

/** Warns when the queue of `packets` is full now, and later has the same first packet: the other side has to wait. */
export function expectTaking(reader: Reader, packets: Pick<PacketQueue, 'count' | 'place' | 'firstChunk'>): void {
  if (areWatched) return;
  areWatched = true;
  watchTaking(reader, packets);
}

function watchTaking(reader: Reader, packets: Pick<PacketQueue, 'count' | 'place' | 'firstChunk'>): void {
  const { count, place, firstChunk } = packets;
  reader.context.clock.alarm(PATIENCE_MS, () => {
    areWatched = reader.state === OPEN && packets.place === place && packets.firstChunk !== null;
    if (!areWatched) return;
    if (packets.firstChunk !== firstChunk) {
      watchTaking(reader, packets); // another packet, or the same, which was deflated
      return;
    }
    const what = `${count} packets wait, and none was taken for ${PATIENCE_MS / 1000} s: the other side has to wait`;
    sayOnce(reader.owner, 'get_packet', `${what}; take all that are available after each poll`, 'warning');
  });
}

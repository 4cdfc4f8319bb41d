// The packets that a multiplayer peer keeps: when it takes no more, and when it says that there is room again.
import { expect, it } from 'vitest';
import { MultiplayerPackets } from '../../../host/godot4/multiplayer/web-socket-multiplayer-packets.js';
import { SETTINGS } from '../../../host/protocol/session.js';
import { copyOf, defaultValues } from '../../../host/protocol/settings.js';
import { Bell } from '../../../host/transport/bell.js';

/** Packets of which two may wait, with the number of times that the bell has told of news. */
function kept(): { packets: MultiplayerPackets; heard: () => number } {
  let heard = 0;
  const bell = new Bell({ atTurnEnd: (run) => run() }, () => {
    heard += 1;
  });
  const owner = { [SETTINGS]: copyOf(defaultValues(), { maxQueuedPackets: 2 }) };
  return { packets: new MultiplayerPackets(owner, bell), heard: () => heard };
}

const PACKET = Uint8Array.of(1);

it('whoever reads from a full queue hears once that there is room again', () => {
  const { packets, heard } = kept();
  for (const source of [5, 6, 7]) packets.queue.add(PACKET, source);
  expect(packets.makeRoom()).toBe(false);
  const told = [0, 1, 2].map(() => {
    packets.take();
    return heard();
  });
  expect(told).toEqual([0, 1, 1]);
});

it('whoever reads from a queue with room hears nothing', () => {
  const { packets, heard } = kept();
  packets.queue.add(PACKET, 5);
  expect(packets.makeRoom()).toBe(true);
  packets.take();
  expect(heard()).toBe(0);
});

it('a new connection begins with no packets, no error, and room', () => {
  const { packets, heard } = kept();
  for (const source of [5, 6]) packets.queue.add(PACKET, source);
  packets.makeRoom();
  packets.lastError = 2;
  packets.clear();
  packets.queue.add(PACKET, 7);
  packets.take();
  expect([packets.queue.count, packets.lastError, heard()]).toEqual([0, 0, 0]);
});

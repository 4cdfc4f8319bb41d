// Class "slow reader": another side that takes nothing of what the game sends.
import { expect } from 'vitest';
import { attack, isTold } from '../helpers/attack.js';

/** More than sockets of the system hold, and what a game without limits would keep. */
const MOST_BYTES = 256 * 1024 * 1024;
const CHUNK = new Uint8Array(16_384);

for (const limit of [{ outbound_buffer_size: 100_000 }, { outbound_buffer_size: 0, max_queued_packets: 50 }]) {
  attack('slow reader', `sending meets ${Object.keys(limit).at(-1)}`, limit, async (stage) => {
    const meeting = await stage.meet();
    await meeting.open();
    meeting.raw.stopReading();
    let bytes = 0;
    await stage.play(() => {
      for (let i = 0; i < 16 && !isTold('slow reader', stage); i += 1) {
        meeting.seat.send(CHUNK);
        bytes += CHUNK.length;
      }
      return isTold('slow reader', stage) || bytes > MOST_BYTES;
    }, 'a full buffer');
    expect(stage.reports.errors[0]).toContain(Object.keys(limit).at(-1));
  });
}

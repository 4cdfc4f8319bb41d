// Class "packet flood": more frames or bytes a second than the game expects.
import { expect } from 'vitest';
import { attack, expectTold } from '../helpers/attack.js';
import { concat } from '../helpers/memory-stream.js';
import { OP } from '../helpers/raw-peer-frames.js';

for (const [what, opcode] of [
  ['messages', OP.BINARY],
  ['pings', OP.PING],
] as const) {
  attack(
    'packet flood',
    `${what} beyond max_packets_per_second end with 1008`,
    { max_packets_per_second: 40 },
    async (stage) => {
      const meeting = await stage.meet();
      await meeting.open();
      meeting.raw.send(concat(new Array(2000).fill(meeting.frame(opcode, 'x'))));
      expect(await meeting.farewell()).toBe(1008);
      expectTold('packet flood', stage);
    },
  );
}

attack(
  'packet flood',
  'bytes beyond max_bytes_per_second end with 1008',
  { max_bytes_per_second: 10_000 },
  async (stage) => {
    const meeting = await stage.meet();
    await meeting.open();
    meeting.raw.send(concat(new Array(200).fill(meeting.frame(OP.BINARY, 'x'.repeat(1000)))));
    expect(await meeting.farewell()).toBe(1008);
    expectTold('packet flood', stage);
  },
);

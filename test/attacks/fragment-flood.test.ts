// Class "fragment flood": a message of very many tiny frames.
import { expect } from 'vitest';
import { attack, expectTold, growth } from '../helpers/attack.js';
import { decode, manyFrames } from '../helpers/decoding.js';
import { expectLinear } from '../helpers/growth.js';
import { concat } from '../helpers/memory-stream.js';
import { OP } from '../helpers/raw-peer-frames.js';

attack(
  'fragment flood',
  'a message of max_message_fragments frames is taken, one more ends with 1008',
  { max_message_fragments: 500 },
  async (stage) => {
    const meeting = await stage.meet();
    await meeting.open();
    const flood = (count: number): Uint8Array =>
      concat([
        meeting.frame(OP.BINARY, 'a', { fin: false }),
        ...new Array(count - 2).fill(meeting.frame(OP.CONTINUATION, 'b', { fin: false })),
        meeting.frame(OP.CONTINUATION, 'c'),
      ]);
    meeting.raw.send(flood(500));
    expect(await meeting.packet()).toHaveLength(500);
    meeting.raw.send(flood(501));
    expect(await meeting.farewell()).toBe(1008);
    expectTold('fragment flood', stage);
  },
);

for (const chunk of [1, 7, 65536]) {
  growth('fragment flood', `fragments of one byte cost each byte once, in chunks of ${chunk}`, () => {
    expectLinear((count) => decode(manyFrames(count, 'x'), chunk), 5000);
  });
}

// Class "unbounded message": more bytes than inbound_buffer_size, in one frame or in many.
import { expect } from 'vitest';
import { attack, expectTold } from '../helpers/attack.js';
import { OP } from '../helpers/raw-peer-frames.js';

attack(
  'unbounded message',
  'one frame beyond the limit is refused, one at the limit is not',
  { inbound_buffer_size: 1000 },
  async (stage) => {
    const meeting = await stage.meet();
    await meeting.open();
    meeting.send(OP.BINARY, 'a'.repeat(1000));
    expect(await meeting.packet()).toHaveLength(1000);
    meeting.send(OP.BINARY, 'a'.repeat(1001));
    expect(await meeting.farewell()).toBe(1009);
    expectTold('unbounded message', stage);
  },
);

attack('unbounded message', 'fragments are counted together', { inbound_buffer_size: 1000 }, async (stage) => {
  const meeting = await stage.meet();
  await meeting.open();
  meeting.send(OP.TEXT, 'a'.repeat(400), { fin: false });
  for (let more = 0; more < 2; more += 1) meeting.send(OP.CONTINUATION, 'a'.repeat(400), { fin: false });
  expect(await meeting.farewell()).toBe(1009);
  expectTold('unbounded message', stage);
});

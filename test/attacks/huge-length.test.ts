// Class "huge length": frames that announce more than anybody can hold.
import { expect } from 'vitest';
import { attack, expectTold } from '../helpers/attack.js';
import { OP } from '../helpers/raw-peer-frames.js';

for (const [what, announced] of [
  ['2^16', 1n << 16n],
  ['2^32', 1n << 32n],
  ['2^63 - 1', (1n << 63n) - 1n],
] as const) {
  attack('huge length', `${what} bytes are refused from the header`, {}, async (stage) => {
    const meeting = await stage.meet();
    await meeting.open();
    meeting.send(OP.BINARY, '', { announced });
    expect(await meeting.farewell()).toBe(1009);
    expectTold('huge length', stage);
  });
}

attack('huge length', 'a length with its top bit set is malformed (§5.2)', {}, async (stage) => {
  const meeting = await stage.meet();
  await meeting.open();
  meeting.send(OP.BINARY, '', { announced: 1n << 63n });
  expect(await meeting.farewell()).toBe(1002);
});

attack(
  'huge length',
  'fragments that add up beyond 2^32 or 2^63 do not overflow the limit',
  { inbound_buffer_size: 2 ** 31 - 1 },
  async (stage) => {
    for (const announced of [(1n << 32n) - 5n, (1n << 32n) + 5n, (1n << 63n) - 5n]) {
      const meeting = await stage.meet();
      await meeting.open();
      meeting.send(OP.BINARY, '0123456789', { fin: false });
      meeting.send(OP.CONTINUATION, 'x', { announced });
      expect(await meeting.farewell()).toBe(1009);
    }
    expectTold('huge length', stage);
  },
);

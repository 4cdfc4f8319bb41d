// Class "tiny chunks": one TCP segment per byte.
import { expect } from 'vitest';
import { attack, growth } from '../helpers/attack.js';
import { decode } from '../helpers/decoding.js';
import { expectLinear } from '../helpers/growth.js';
import { frame, OP } from '../helpers/raw-peer-frames.js';

attack('tiny chunks', 'a message that comes byte by byte is the same message', {}, async (stage) => {
  const meeting = await stage.meet();
  await meeting.open();
  const text = 'é'.repeat(1500);
  for (const byte of meeting.frame(OP.TEXT, text)) meeting.raw.send(Uint8Array.of(byte));
  expect(Buffer.from(await meeting.packet()).toString()).toBe(text);
});

for (const masked of [false, true]) {
  growth('tiny chunks', `a message byte by byte costs each byte once (masked: ${masked})`, () => {
    expectLinear((length) => decode(frame(OP.BINARY, new Uint8Array(length), { masked }), 1, masked), 20_000);
  });
}

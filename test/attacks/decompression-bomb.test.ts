// Class "decompression bomb": compression is not offered, so nothing is inflated.
import { expect } from 'vitest';
import { attack } from '../helpers/attack.js';
import { OP } from '../helpers/raw-peer-frames.js';

const BOMB = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];

for (const [what, opcode] of [
  ['text', OP.TEXT],
  ['binary', OP.BINARY],
] as const) {
  attack('decompression bomb', `a compressed ${what} frame (RSV1, §5.2) ends with 1002`, {}, async (stage) => {
    const meeting = await stage.meet();
    await meeting.open();
    meeting.send(opcode, BOMB, { rsv: 4 });
    expect(await meeting.farewell()).toBe(1002);
  });
}

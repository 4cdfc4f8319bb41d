// Class "uninitialised memory": what is sent are the bytes that the game gave, and no others.
import { expect } from 'vitest';
import { attack } from '../helpers/attack.js';
import type { WireFrame } from '../helpers/raw-peer-frames.js';

const OF_NUMBERS: readonly ArrayBufferView[] = [
  new Float64Array([1, 2, 3]),
  new Uint16Array([1, 2, 3, 4, 5]),
  new DataView(new ArrayBuffer(64), 7, 9),
  new Uint8Array(new Uint8Array(1000).fill(9).buffer, 500, 3),
  new BigInt64Array(40).fill(-1n),
];

attack('uninitialised memory', 'a view of numbers is sent with its bytes, not with its elements', {}, async (stage) => {
  const meeting = await stage.meet();
  await meeting.open();
  for (const view of OF_NUMBERS) {
    meeting.seat.send(view);
    const frames: WireFrame[] = [];
    await stage.play(() => {
      frames.push(...meeting.raw.takeFrames());
      return frames.length > 0;
    }, 'a frame');
    const bytes = new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
    expect(frames.map(({ payload }) => [...payload])).toEqual([[...bytes]]);
  }
});

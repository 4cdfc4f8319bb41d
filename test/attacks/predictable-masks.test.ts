// Class "predictable masks": masks that a page could guess, to write what it wants past a proxy (§10.3).
import { expect } from 'vitest';
import { attackClients } from '../helpers/attack.js';
import { toHex, type WireFrame } from '../helpers/raw-peer-frames.js';

attackClients(
  'predictable masks',
  'every frame has a mask of its own, and every connection other ones',
  {},
  async (stage) => {
    const masks: string[] = [];
    for (let connection = 0; connection < 3; connection += 1) {
      const meeting = await stage.meet();
      await meeting.open();
      for (let i = 0; i < 500; i += 1) meeting.seat.send(new Uint8Array(3));
      const frames: WireFrame[] = [];
      await stage.play(() => {
        frames.push(...meeting.raw.takeFrames());
        return frames.length >= 500;
      }, 'all frames');
      masks.push(...frames.map(({ mask }) => toHex(mask ?? new Uint8Array(0))));
    }
    expect(masks.every((mask) => mask.length === 8)).toBe(true);
    // Of 1,500 random masks two are equal once in 3,800 runs, and six never.
    expect(new Set(masks).size).toBeGreaterThan(masks.length - 6);
    const bits = masks.map((mask) => Number.parseInt(mask, 16).toString(2).padStart(32, '0'));
    for (let bit = 0; bit < 32; bit += 1) {
      const ones = bits.filter((text) => text[bit] === '1').length;
      expect(Math.abs(ones - masks.length / 2), `bit ${bit}: ${ones} of ${masks.length}`).toBeLessThan(200); // 10 sigma
    }
  },
);

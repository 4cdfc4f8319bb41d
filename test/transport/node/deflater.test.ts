// Messages deflated and inflated one by one: the examples of RFC 7692 §7.2.3, odd streams, the limit, the window.
import { deflateRawSync, constants as zlib } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { InflateFault } from '../../../host/transport/deflater.js';
import { deflater } from '../../../host/transport/node/deflater.js';

const { deflate, inflate } = deflater();
const MIB = 1024 * 1024;

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const text = (inflated: Uint8Array | InflateFault): string | InflateFault =>
  typeof inflated === 'number' ? inflated : Buffer.from(inflated).toString();

/** JSON of `count` moving things, about 45 bytes each. */
function snapshot(count: number): Uint8Array {
  const things = Array.from({ length: count }, (_, id) => ({ id, x: Math.sin(id) * 100, alive: id % 3 > 0 }));
  return new TextEncoder().encode(JSON.stringify(things));
}

/** Bytes that no deflater makes shorter. */
function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = Math.imul(state, 1664525) + 1013904223;
    return state >>> 24;
  });
}

const PAYLOADS: readonly [what: string, payload: string, becomes: string | InflateFault][] = [
  ['the example of one block', 'f2 48 cd c9 c9 07 00', 'Hello'],
  ['a reference into an earlier message', 'f2 00 11 00 00', InflateFault.INVALID],
  ['a stored block', '00 05 00 fa ff 48 65 6c 6c 6f 00', 'Hello'],
  ['a final block', 'f3 48 cd c9 c9 07 00 00', 'Hello'],
  ['two blocks', 'f2 48 05 00 00 00 ff ff ca c9 c9 07 00', 'Hello'],
  ['one byte of zero', '00', ''],
  ['nothing', '', ''],
  ['a payload with its tail', 'f2 48 cd c9 c9 07 00 00 00 ff ff', 'Hello'],
  ['bytes behind a final block', 'f3 48 cd c9 c9 07 00 00 12 34 56', 'Hello'],
  ['a stream that ends early', 'f2 48 cd c9', 'Hel'],
  ['a reserved kind of block', '07', InflateFault.INVALID],
  ['a stored block with a wrong length', '00 05 00 00 00 48', InflateFault.INVALID],
];

describe('the deflater', () => {
  it.each(PAYLOADS)('inflates %s', (_what, payload, becomes) => {
    expect(text(inflate(hex(payload), 100))).toBe(becomes);
  });

  it.each([[1], [5], [16_384], [65_535], [16 * MIB]])(
    'gives a message of %i bytes at that limit, and none at one less',
    (length) => {
      const payload = deflateRawSync(new Uint8Array(length), { finishFlush: zlib.Z_SYNC_FLUSH });
      expect((inflate(payload, length) as Uint8Array).length).toBe(length);
      expect(inflate(payload, length - 1)).toBe(InflateFault.TOO_BIG);
    },
  );

  it('stops a small payload that becomes a large message at the limit', () => {
    const payload = deflate(new Uint8Array(64 * MIB), 15) as Uint8Array;
    const started = process.memoryUsage().arrayBuffers;
    expect(inflate(payload, 65_535)).toBe(InflateFault.TOO_BIG);
    expect(process.memoryUsage().arrayBuffers - started).toBeLessThan(MIB);
  });

  it('gives messages in memory of their own, not larger than they are', () => {
    for (const length of [0, 1, 100, 4096, 16_384, 16_385, 70_000]) {
      const message = snapshot(2000).subarray(0, length);
      const payload = deflateRawSync(message, { finishFlush: zlib.Z_SYNC_FLUSH });
      const inflated = inflate(payload, length) as Uint8Array;
      expect(Buffer.compare(inflated, message), `${length} bytes`).toBe(0);
      expect([inflated.constructor, inflated.byteOffset, inflated.buffer.byteLength]).toEqual([Uint8Array, 0, length]);
    }
  });

  it('deflates to the payload of a message, whatever the window', () => {
    const message = snapshot(1500);
    for (let bits = 8; bits <= 15; bits += 1) {
      const payload = deflate(message, bits) as Uint8Array;
      expect(payload.length).toBeLessThan(message.length * 0.7);
      expect(Buffer.from(payload.subarray(-4)).toString('hex')).not.toBe('0000ffff');
      expect(Buffer.compare(inflate(payload, message.length) as Uint8Array, message), `${bits} bits`).toBe(0);
    }
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['a few bytes', new TextEncoder().encode('Hello')],
    ['bytes without order', noise(65_536)],
  ])('deflates no message that would be no shorter: %s', (_what, message) => {
    expect(deflate(message, 15)).toBe(null);
  });

  it.each([16_383, 16_384, 16_385, 32_768, 49_152].flatMap((length) => [-1, 0, 1].map((by) => length + by)))(
    'takes back a message whose payload has about %i bytes',
    (length) => {
      const message = new Uint8Array(2 * length);
      message.set(noise(length), length >> 1);
      const payload = deflate(message, 15) as Uint8Array;
      expect(Buffer.compare(inflate(payload, message.length) as Uint8Array, message)).toBe(0);
    },
  );
});

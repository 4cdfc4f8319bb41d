// One walk through the codec's public names, the same for every way in which the package offers them.
import { expect } from 'vitest';
import type * as codec from '../../host/codec/index.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export function exerciseCodec(offered: typeof codec): void {
  const key = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);
  const masked = bytes('Hello');
  offered.mask(masked, key);
  expect([...masked]).toEqual([0x7f, 0x9f, 0x4d, 0x51, 0x58]); // the example of RFC 6455 §5.7

  expect(offered.isValidUtf8(bytes('κόσμε'))).toBe(true);
  expect(offered.isValidUtf8(Uint8Array.of(0xed, 0xa0, 0x80))).toBe(false);

  const validator = new offered.Utf8Validator();
  expect([validator.write(Uint8Array.of(0xce)), validator.write(Uint8Array.of(0xba)), validator.end()]).toEqual([
    true,
    true,
    true,
  ]);

  const frame = offered.encodeFrame({ opcode: 'text', payload: bytes('Hello'), maskKey: key });
  expect([...frame]).toEqual([0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]);

  const decoder = new offered.MessageDecoder({ role: 'server', maxMessageSize: 1024 });
  const events = decoder.push(frame).map(({ kind, data }) => [kind, new TextDecoder().decode(data)]);
  expect(events).toEqual([['text', 'Hello']]);
  expect(offered.backend).toBe('simd');
}

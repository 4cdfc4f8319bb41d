// websocketpeer/codec: the module starts, both directions of a frame, and what it refuses.
import { backend, encodeFrame, isValidUtf8, MessageDecoder, mask, Utf8Validator } from 'websocketpeer/codec';
import { bytesOf, equal, pattern, textOf } from './harness.mjs';

const KEY = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);

/** Frames as in RFC 6455 §5.7, and the events that a decoder makes of them. */
const FRAMES = [
  ['client', [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f], ['text Hello 0']],
  ['server', [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58], ['text Hello 0']],
  ['client', [0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f], ['text Hello 0']],
  ['client', [0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f], ['ping Hello 0']],
  ['client', [0x88, 0x05, 0x03, 0xe8, 0x62, 0x79, 0x65], ['close bye 1000']],
  ['client', [0x81, 0x02, 0xc3, 0x28], ['fault  1007']],
  ['client', [0x83, 0x00], ['fault  1002']],
  ['server', [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f], ['fault  1002']],
];

const LENGTHS = [0, 1, 125, 126, 127, 65_535, 65_536, 300_000];

const told = ({ kind, data, code }) => `${kind} ${kind === 'fault' ? '' : textOf(data)} ${code}`;

export const codec = {
  name: 'codec',
  tests: [
    ['runs as WebAssembly, with vectors where the runtime has them', () => equal(backend, 'simd', 'backend')],
    [
      'masks and unmasks in place, from any byte of the key',
      () => {
        const bytes = bytesOf('Hello');
        mask(bytes, KEY);
        equal(bytes, [0x7f, 0x9f, 0x4d, 0x51, 0x58], 'masked');
        mask(bytes.subarray(2), KEY, 2);
        equal(textOf(bytes.subarray(2)), 'llo', 'unmasked from phase 2');
      },
    ],
    [
      'knows UTF-8, whole and cut anywhere',
      () => {
        equal(isValidUtf8(bytesOf('κόσμε 🎮'.repeat(100))), true, 'valid');
        for (const bad of [
          [0xc0, 0x80],
          [0xed, 0xa0, 0x80],
          [0xf5, 0x80, 0x80, 0x80],
          [0xe2, 0x82],
        ])
          equal(isValidUtf8(Uint8Array.from(bad)), false, `${bad}`);
        const validator = new Utf8Validator();
        equal([validator.write(Uint8Array.of(0xe2, 0x82)), validator.end()], [true, false], 'a cut character');
        validator.reset();
        equal(
          [validator.write(Uint8Array.of(0xe2)), validator.write(Uint8Array.of(0x82, 0xac)), validator.end()],
          [true, true, true],
        );
      },
    ],
    [
      '§5.7 reads the frames of the RFC, whole and byte by byte',
      () => {
        for (const [role, frame, events] of FRAMES) {
          const whole = new MessageDecoder({ role, maxMessageSize: 1024 }).push(Uint8Array.from(frame));
          equal(whole.map(told), events, `${frame}`);
          const slow = new MessageDecoder({ role, maxMessageSize: 1024 });
          const pieces = frame.flatMap((byte) => slow.push(Uint8Array.of(byte)).map(told));
          // What follows a fault is answered with the fault again.
          equal(pieces.slice(0, events.length), events, `${frame} byte by byte`);
          if (!events[0].startsWith('fault')) equal(pieces.length, events.length, `${frame} byte by byte`);
        }
      },
    ],
    [
      'writes what it reads, at every width of the length',
      () => {
        for (const length of LENGTHS) {
          const payload = pattern(length);
          for (const [role, maskKey] of [
            ['server', KEY],
            ['client', undefined],
          ]) {
            const frame = encodeFrame({ opcode: 'binary', payload, maskKey });
            const [event] = new MessageDecoder({ role, maxMessageSize: length }).push(frame);
            equal(event.kind, 'binary', `kind of ${length} bytes`);
            equal(event.data, payload, `${length} bytes`);
          }
        }
      },
    ],
    [
      'refuses a message above the limit with 1009',
      () => {
        const frame = encodeFrame({ opcode: 'binary', payload: pattern(65) });
        equal(new MessageDecoder({ role: 'client', maxMessageSize: 64 }).push(frame).map(told), ['fault  1009']);
      },
    ],
  ],
};

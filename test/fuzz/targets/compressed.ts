// Target: compressed messages of an open connection, beside zlib without the states of a connection.
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { deflater } from '../../../host/transport/node/deflater.js';
import { binary, close, joined, text, wire } from '../../helpers/feed.js';
import { PlayedMachine } from '../../helpers/played-machine.js';
import { slowUtf8 } from '../../helpers/slow-twins.js';
import { chunked, Random } from '../lib/random.js';
import { ascii, demandSame, type Target } from '../lib/target.js';

const LIMITS = [300, 65_535];
const { Z_SYNC_FLUSH } = constants;

const packed = (message: string): Uint8Array =>
  Uint8Array.from(deflateRawSync(message, { finishFlush: Z_SYNC_FLUSH }).subarray(0, -4));

/** What a payload becomes: the message, or the code to close with. */
function inflated(payload: Uint8Array, limit: number, isText: boolean): Uint8Array | number {
  try {
    const message = inflateRawSync(payload, { finishFlush: Z_SYNC_FLUSH, maxOutputLength: limit });
    return isText && slowUtf8(message) !== 'valid' ? 1007 : message;
  } catch (error) {
    return (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 1009 : 1007;
  }
}

/** Input: kinds and limits, a seed of the cuts, the length of the first payload; the two payloads. */
const inputOf = (flags: number, one: Uint8Array, two: Uint8Array): Uint8Array =>
  joined([Uint8Array.of(flags, one.length, one.length), one, two]);

const HELLO = packed('Hello');
const PAYLOADS = [
  HELLO,
  packed('{"id":1,"x":0.5,"y":[1,2,3]}'.repeat(9)),
  packed('x'.repeat(70_000)),
  packed('h\u00e9llo \u20ac'),
  Uint8Array.of(0),
  Uint8Array.of(0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00),
  Uint8Array.of(0xf2, 0x00, 0x11, 0x00, 0x00),
  Uint8Array.of(0x00, 0x02, 0x00, 0xfd, 0xff, 0xe2, 0x82, 0x00),
];

export const compressed: Target = {
  name: 'compressed',
  description:
    'compressed messages are taken up to the first that zlib, the limit or UTF-8 refuse, and end with its code',
  seeds: PAYLOADS.flatMap((payload, at) => [inputOf(at, payload, HELLO), inputOf(at + 8, HELLO, payload)]),
  words: [...PAYLOADS, ascii('\u00ff'), Uint8Array.of(0, 0, 0, 0xff, 0xff)],
  maxSize: 700,
  weight: 4,
  check(input) {
    const [flags = 0, cuts = 0, size = 0] = input;
    const limit = LIMITS[flags & 1];
    const [isText, closes, isParted] = [(flags & 2) > 0, (flags & 4) > 0, (flags & 8) > 0];
    const payloads = [input.slice(3, 3 + size), input.slice(3 + size)];
    const kind = isText ? text : binary;
    const frames = [text('first'), ...payloads.map((payload) => kind(payload, { rsv: 4 }))];
    if (closes) frames.push(close(1000));
    const machine = new PlayedMachine({ inboundBufferSize: limit }, undefined, deflater());
    const stream = wire('client', frames);
    const pieces = isParted ? chunked(stream, new Random(cuts), 1 + (cuts % 40)) : [stream];
    const taken: Uint8Array[] = [];
    for (const piece of pieces) {
      machine.talk.receive(piece, piece.length);
      machine.talk.poll();
      taken.push(...machine.takeAll());
    }
    taken.push(...machine.pollAndTake().packets);
    const wanted: Uint8Array[] = [ascii('first')];
    let code = closes ? 1000 : -1;
    for (const payload of payloads) {
      const message = inflated(payload, limit, isText);
      if (typeof message === 'number') {
        code = message;
        break;
      }
      wanted.push(message);
    }
    const shown = (packet: Uint8Array): string => Buffer.from(packet).toString('hex');
    demandSame('messages', taken.map(shown), wanted.map(shown));
    demandSame('code', [String(machine.talk.farewell.code)], [String(code)]);
    machine.talk.end();
    return `${code} ${taken.map(({ length }) => Math.log2(length + 1) | 0).join()}`;
  },
};

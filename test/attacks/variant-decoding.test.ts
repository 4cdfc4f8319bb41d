// Class "Variant decoding": nested, oversized and object Variants in packets.
import { expect } from 'vitest';
import { decodeVariant } from '../../host/variant/codec.js';
import { attack, expectTold, growth } from '../helpers/attack.js';
import { expectLinear } from '../helpers/growth.js';
import { OP } from '../helpers/raw-peer-frames.js';
import { Godot3ClientStage } from '../helpers/stage-clients.js';
import { Godot3ServerStage } from '../helpers/stage-servers.js';

/** Types of the two generations of the format. */
const TYPES = {
  3: { string: 4, object: 17, dictionary: 18, array: 19, bytes: 20, strings: 23 },
  4: { string: 4, object: 24, dictionary: 27, array: 28, bytes: 29, strings: 34 },
} as const;
type Generation = keyof typeof TYPES;

const words = (...values: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);
const nested = (generation: Generation, depth: number): Uint8Array =>
  words(...new Array(depth).fill([TYPES[generation].array, 1]).flat(), 0);

const HOSTILE: readonly (readonly [what: string, bytes: (generation: Generation) => Uint8Array])[] = [
  ['100 levels beyond the depth limit', (generation) => nested(generation, 1124)],
  ['an array of 2^31 - 1 elements in 8 bytes', (generation) => words(TYPES[generation].array, 2 ** 31 - 1)],
  ['a dictionary of 2^31 - 1 pairs in 8 bytes', (generation) => words(TYPES[generation].dictionary, 2 ** 31 - 1)],
  ['a string of 2^32 - 1 bytes', (generation) => words(TYPES[generation].string, 2 ** 32 - 1, 0)],
  ['2^32 - 4 packed bytes', (generation) => words(TYPES[generation].bytes, 2 ** 32 - 4, 0)],
  ['2^30 packed strings', (generation) => words(TYPES[generation].strings, 2 ** 30, 0)],
  ['an object', (generation) => words(TYPES[generation].object, 4, 0x65646f4e, 0)],
  ['an unknown type', () => words(255, 1)],
  ['half a word', () => Uint8Array.of(2, 0)],
];

attack('Variant decoding', 'hostile Variants are null with an error, and the connection goes on', {}, async (stage) => {
  const generation = stage instanceof Godot3ServerStage || stage instanceof Godot3ClientStage ? 3 : 4;
  const meeting = await stage.meet();
  await meeting.open();
  const { seat } = meeting;
  for (const [what, bytes] of HOSTILE) {
    meeting.send(OP.BINARY, bytes(generation));
    await stage.play(() => seat.get_available_packet_count() > 0, 'a packet');
    expect(seat.get_var(), what).toBe(null);
    expectTold('Variant decoding', stage);
    stage.reports.clear();
  }
  meeting.send(OP.BINARY, words(2, 7));
  await stage.play(() => seat.get_available_packet_count() > 0, 'a packet');
  expect(Number(seat.get_var())).toBe(7);
});

/** A container of `count` elements. */
function container(type: number, count: number, elementOf: (index: number) => readonly number[]): Uint8Array {
  const values = [type, count];
  for (let index = 0; index < count; index += 1) for (const value of elementOf(index)) values.push(value);
  return new Uint8Array(Uint32Array.from(values).buffer);
}

const GROWING: readonly (readonly [what: string, bytes: (generation: Generation, count: number) => Uint8Array])[] = [
  ['an array of nulls', (generation, count) => container(TYPES[generation].array, count, () => [0])],
  ['a dictionary of integers', (generation, count) => container(TYPES[generation].dictionary, count, (i) => [2, i, 0])],
  ['an array of empty strings', (generation, count) => container(TYPES[generation].array, count, () => [4, 0])],
  ['packed empty strings', (generation, count) => container(TYPES[generation].strings, count, () => [0])],
  [
    'an array of arrays of the full depth',
    (generation, count) => {
      const { array } = TYPES[generation];
      const deep = [...new Array(900).fill([array, 1]).flat(), 0];
      return container(array, Math.ceil(count / 900), () => deep);
    },
  ],
  [
    'an array that ends before its last element',
    (generation, count) => container(TYPES[generation].array, count, () => [0]).subarray(0, -4),
  ],
];

for (const generation of [3, 4] as const) {
  for (const [what, bytes] of GROWING) {
    growth('Variant decoding', `${what} costs each byte once (Godot ${generation})`, () => {
      expectLinear((count) => {
        const encoded = bytes(generation, count);
        return () => decodeVariant(generation, encoded);
      }, 5000);
    });
  }
}

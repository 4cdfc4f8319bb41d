// Targets: the decoders of Variants of both generations.
import { getHeapStatistics } from 'node:v8';
import { set_error_handler } from '../../../host/binding/error-handler.js';
import { decodeVariant, encodeVariant } from '../../../host/variant/codec.js';
import { dataOf, fromHex, goldenRecords, malformedRecords } from '../../variant/golden.js';
import { demand, type Target } from '../lib/target.js';

/** OK and what the engine's decoder fails with. */
const ANSWERS = [0, 2, 4, 6, 18, 30];
/** Longest of the engine's records that inputs begin as. */
const LONGEST_RECORD = 600;
/** Memory for a byte of the input, and for what any decoding needs. */
const BYTES_PER_BYTE = 200;
const BYTES_AT_ALL = 4 << 20;

/** Memory in use; it only shrinks by what is collected meanwhile. */
function memory(): number {
  const { used_heap_size, external_memory } = getHeapStatistics() as ReturnType<typeof getHeapStatistics> & {
    external_memory: number;
  };
  return used_heap_size + external_memory;
}

/** Number of values in `value`, which is bounded by the bytes that they came from. */
function countOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength / 4;
  if (typeof value === 'string') return value.length / 4;
  if (typeof value !== 'object' || value === null) return 1;
  const parts = value instanceof Map ? [...value.keys(), ...value.values()] : Object.values(value);
  return parts.reduce((sum: number, part) => sum + countOf(part), 1);
}

/** What can't be sent as it was read, as in the engines: a byte-order mark at a beginning, halves of pairs in Godot 3. */
function sendable(generation: 3 | 4, json: string): string {
  const unmarked = json.replaceAll('"\ufeff', '"');
  return generation === 3 ? unmarked.replace(/\\ud[89a-f][0-9a-f]{2}/g, ' ') : unmarked;
}

/** The same value once more: what was accepted becomes bytes that mean the same. */
function checkWayBack(generation: 3 | 4, value: unknown): string {
  const { error, bytes, reason } = encodeVariant(generation, value, { fullObjects: true });
  // What is nested to the limit of decoding is too deep for encoding, which counts one more level, as in the engine.
  if (error !== 0) return `not encoded: ${reason.replace(/[0-9]+/g, 'N')}`;
  const again = decodeVariant(generation, bytes, { exact: true, allowObjects: true });
  demand(again.error === 0, () => `what was encoded does not decode: ${again.reason}`);
  demand(again.size === bytes.length, () => `${again.size} of ${bytes.length} encoded bytes were read`);
  const texts = [value, again.value].map((one) => JSON.stringify(dataOf(one)));
  const [before, after] = texts.map((text) => sendable(generation, text));
  demand(before === after, () => `${before} came back as ${after}`);
  const twice = encodeVariant(generation, again.value, { fullObjects: true }).bytes;
  demand(Buffer.compare(bytes, twice) === 0 || texts[0].includes('\ufeff'), 'it became other bytes the second time');
  return 'back';
}

function variantTarget(generation: 3 | 4): Target {
  const records = [...goldenRecords[generation], ...malformedRecords[generation]]
    .map(({ hex }) => fromHex(hex))
    .filter(({ length }) => length > 0 && length <= LONGEST_RECORD);
  return {
    name: `variant${generation}`,
    description: `bytes of Godot ${generation} never throw, cost memory by their number, and come back as they were read`,
    seeds: records.map((bytes) => Uint8Array.of(3, ...bytes)),
    words: [
      ...records.filter(({ length }) => length <= 24),
      ...Array.from({ length: 39 }, (_, type) => Uint8Array.of(type, 0, 0, 0)),
      Uint8Array.of(28, 0, 1, 0),
      Uint8Array.of(27, 0, 1, 0),
      Uint8Array.of(24, 0, 1, 0),
      Uint8Array.of(0xff, 0xff, 0xff, 0x7f),
      Uint8Array.of(1, 0, 0, 0),
    ],
    maxSize: 2000,
    weight: 1,
    check(input) {
      set_error_handler(() => {});
      const [options = 0] = input;
      const bytes = input.slice(1);
      const allowObjects = (options & 1) === 1;
      const isExact = (options & 2) === 2;
      const dictionaries = (options & 4) === 4 ? 'object' : 'map';
      const before = memory();
      const { error, reason, size, value } = decodeVariant(generation, bytes, {
        allowObjects,
        exact: isExact,
        dictionaries,
      });
      const cost = memory() - before;
      demand(cost <= BYTES_AT_ALL + BYTES_PER_BYTE * bytes.length, () => `${cost} bytes for ${bytes.length}`);
      demand(ANSWERS.includes(error), () => `error ${error}`);
      demand(size <= bytes.length, () => `${size} of ${bytes.length} bytes`);
      if (error !== 0) {
        demand(value === null && size === 0 && reason !== '', () => `a value beside error ${error}, or no reason`);
        return `${error} ${reason.replace(/[0-9]+/g, 'N').slice(0, 50)}`;
      }
      demand(countOf(value) <= bytes.length, () => `${countOf(value)} values of ${bytes.length} bytes`);
      const way = isExact && dictionaries === 'map' ? checkWayBack(generation, value) : '';
      return `${Object.prototype.toString.call(value)} ${way}`;
    },
  };
}

export const variant4 = variantTarget(4);
export const variant3 = variantTarget(3);

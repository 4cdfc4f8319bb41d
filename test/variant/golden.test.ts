// Every record of the engines, both ways, and every malformed input with the engine's answer.
import { describe, expect, it } from 'vitest';
import { decodeVariant, encodeVariant } from '../../host/variant/codec.js';
import { useReports } from '../helpers/reports.js';
import {
  type Description,
  dataOf,
  fromHex,
  GENERATIONS,
  goldenRecords,
  malformedRecords,
  toHex,
  valueFrom,
} from './golden.js';

const OK = 0;

/** Where this package knowingly answers otherwise than the engine: by the name of the input, with the reason. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'object unknown class (allowed)': 'describes objects, so that no class has to exist',
  'object abstract class (allowed)': 'describes objects, so that no class has to exist',
  'typed arr script bad (allowed)': 'has no scripts to look for; the path is one',
  'typed dict script value (allowed)': 'keeps the script that the engine forgets',
  'typed dict script key (allowed)': 'keeps the types that the engine forgets',
};

/** Records of Godot 4 in which the engine forgets the script of a dictionary's values; it is kept here. */
const FORGOTTEN = [463];

/** Holds a live object of the engine, with more properties than the wire had, or others. */
const holdsObject = (result: unknown): boolean => JSON.stringify(result).includes('"instance_id"');

/** A Node's properties are not in its record. */
const isDescribed = ({ props }: Description): boolean => !Array.isArray(props) || props.length > 0;

/** Strings of Godot 3 may hold what is no code point of Unicode; those of JavaScript can't. */
const isUnicode = ({ code_points }: Description): boolean =>
  !Array.isArray(code_points) || code_points.every((code: number) => code <= 0x10ffff);

describe.each(GENERATIONS)('values of Godot %i', (generation) => {
  const reports = useReports();
  const records = goldenRecords[generation];
  const optionsOf = (fn: string) => ({ full: /objects|true/.test(fn) });

  it('become the bytes that the engine writes', () => {
    const stable = records.filter(({ volatile_ids, value }) => volatile_ids === undefined && isUnicode(value));
    for (const { id, expr, fn, hex, hex_zero_padded, value } of stable) {
      const { bytes } = encodeVariant(generation, valueFrom(value, generation), { fullObjects: optionsOf(fn).full });
      expect(toHex(bytes), `${id}: ${expr}`).toBe(hex_zero_padded ?? hex);
    }
    expect(stable.length).toBeGreaterThan(250);
  });

  it('are read from the bytes of the engine', () => {
    const written = records.filter(({ encode_failed }) => encode_failed === undefined);
    for (const { id, expr, fn, hex, value, decoded } of written) {
      const options = { allowObjects: optionsOf(fn).full, exact: true };
      const result = decodeVariant(generation, fromHex(hex), options);
      expect(result.error, `${id}: ${expr}`).toBe(OK);
      expect(result.size, `${id}: ${expr}`).toBe(hex.length / 2);
      const expected = decoded ?? value;
      if (!isDescribed(expected) || FORGOTTEN.includes(id)) continue;
      expect(dataOf(result.value), `${id}: ${expr}`).toEqual(dataOf(valueFrom(expected, generation)));
    }
  });

  it('become the same bytes again after { exact: true }', () => {
    const same = records.filter(({ decoded, encode_failed, value, volatile_ids }) => {
      return encode_failed === undefined && isUnicode(value) && (decoded === undefined || volatile_ids);
    });
    for (const { id, expr, fn, hex, hex_zero_padded } of same) {
      const { full } = optionsOf(fn);
      const { value } = decodeVariant(generation, fromHex(hex), { allowObjects: full, exact: true });
      const { bytes } = encodeVariant(generation, value, { fullObjects: full });
      expect(toHex(bytes), `${id}: ${expr}`).toBe(hex_zero_padded ?? hex);
    }
    expect(reports.take()).toEqual([]);
  });

  it('are refused or taken as the engine does, malformed as they are', () => {
    for (const record of malformedRecords[generation]) {
      if (record.name in OTHERWISE) continue;
      const { id, name, hex, allow_objects, accepted, error_code, result } = record;
      const { error, value } = decodeVariant(generation, fromHex(hex), { allowObjects: allow_objects, exact: true });
      expect(error, `${id}: ${name}`).toBe(accepted ? OK : error_code);
      if (!accepted) expect(value, `${id}: ${name}`).toBe(null);
      else if (!holdsObject(result)) {
        expect(dataOf(value), `${id}: ${name}`).toEqual(dataOf(valueFrom(result, generation)));
      }
    }
  });
});

// websocketpeer/codec as others use it, and the module as the build declares it.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { CoreExports } from '../../host/codec/core.js';
import * as published from '../../host/codec/index.js';
import { BUILDS } from '../helpers/cores.js';
import { line } from '../helpers/feed.js';

const { backend, encodeFrame, isValidUtf8, mask, MessageDecoder, Utf8Validator } = published;

interface Declaration {
  readonly imports: readonly string[];
  readonly exports: Readonly<Record<string, string>>;
  readonly maxBytes: number;
}

const declared = JSON.parse(
  readFileSync(new URL('../../assembly/exports.json', import.meta.url), 'utf8'),
) as Declaration;

/** The compiler asks for each name of the interface, and for no other. */
const TYPED: Readonly<Record<keyof CoreExports, true>> = {
  memory: true,
  SIMD: true,
  FRAMES: true,
  SESSION: true,
  CONTROL: true,
  HEADER: true,
  KEYS: true,
  RECORDS: true,
  WINDOW: true,
  OUT: true,
  decode: true,
  reset: true,
  encode: true,
  header: true,
  rekey: true,
  hasKey: true,
  drawKey: true,
  mask: true,
  validate: true,
};

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('the module', () => {
  test.each(BUILDS)('$name: imports nothing, exports what is declared', ({ name, bytes: wasm }) => {
    const module = new WebAssembly.Module(wasm);
    expect(WebAssembly.Module.imports(module)).toEqual([]);
    const kinds = WebAssembly.Module.exports(module).map((entry) => [entry.name, entry.kind]);
    expect(Object.fromEntries(kinds)).toEqual(declared.exports);
    if (name !== 'debug') expect(wasm.length).toBeLessThanOrEqual(declared.maxBytes);
  });

  test.each(BUILDS)('$name: the exports are those that the host has types for', ({ core }) => {
    expect(Object.keys(core.wasm).sort()).toEqual(Object.keys(TYPED).sort());
  });

  test.each(BUILDS)('$name: its memory has a fixed size', ({ core }) => {
    const memory = core.wasm.memory as WebAssembly.Memory;
    expect(() => memory.grow(1)).toThrow(RangeError);
  });

  test('the scalar build runs where vectors do not, and says so', () => {
    expect(BUILDS.map(({ codec }) => codec.backend)).toEqual(['simd', 'scalar', 'simd']);
  });
});

describe('websocketpeer/codec', () => {
  test('offers what its page says', () => {
    expect(Object.keys(published).sort()).toEqual(
      ['MessageDecoder', 'Utf8Validator', 'backend', 'encodeFrame', 'isValidUtf8', 'mask'].sort(),
    );
    expect(backend).toBe('simd');
  });

  test('a fault stays', () => {
    const decoder = new MessageDecoder({ role: 'server' });
    expect(decoder.push(bytes(0x81, 0x00)).map(line)).toEqual(['fault 1002']);
    expect(decoder.push(bytes(0x81, 0x80, 0, 0, 0, 0)).map(line)).toEqual(['fault 1002']);
    expect(decoder.push(new Uint8Array(0)).map(line)).toEqual(['fault 1002']);
  });

  test('data is the receiver’s: what comes later does not change it', () => {
    const decoder = new MessageDecoder({ role: 'client' });
    const [first] = decoder.push(bytes(0x82, 2, 1, 2));
    decoder.push(bytes(0x82, 2, 8, 9));
    expect(first.data).toEqual(bytes(1, 2));
  });

  test('each chunk gives its own events, many or few, and what was given stays as it is', () => {
    const decoder = new MessageDecoder({ role: 'client' });
    const frames = (count: number): Uint8Array => bytes(...Array(count).fill([0x81, 0]).flat());
    const counts = [0, 3, 20_000, 1, 0, 5];
    const given = counts.map((count) => decoder.push(frames(count)));
    for (const [index, events] of given.entries()) {
      expect(events.length).toBe(counts[index]);
      expect(events.every(({ kind, data }) => kind === 'text' && data.length === 0)).toBe(true);
      expect(Object.keys(events).length).toBe(counts[index]); // no holes
    }
  });

  test.each<[string, () => unknown, string]>([
    ['mask: bytes', () => mask('ab' as never, bytes(1, 2, 3, 4)), 'bytes'],
    ['mask: key', () => mask(bytes(1), bytes(1, 2, 3)), 'key'],
    ['mask: phase', () => mask(bytes(1), bytes(1, 2, 3, 4), 0.5), 'phase'],
    ['isValidUtf8', () => isValidUtf8('text' as never), 'bytes'],
    ['Utf8Validator.write', () => new Utf8Validator().write([1] as never), 'bytes'],
    ['encodeFrame: payload', () => encodeFrame({ opcode: 'text', payload: 'x' as never }), 'payload'],
    ['encodeFrame: opcode', () => encodeFrame({ opcode: 'txt' as never, payload: bytes() }), 'opcode'],
    ['encodeFrame: opcode 16', () => encodeFrame({ opcode: 16, payload: bytes() }), 'opcode'],
    ['encodeFrame: maskKey', () => encodeFrame({ opcode: 'text', payload: bytes(), maskKey: bytes(1) }), 'maskKey'],
    ['MessageDecoder: role', () => new MessageDecoder({ role: 'peer' as never }), 'role'],
    ['MessageDecoder: size', () => new MessageDecoder({ role: 'client', maxMessageSize: -1 }), 'maxMessageSize'],
    ['MessageDecoder: fragments', () => new MessageDecoder({ role: 'client', maxFragments: 0 }), 'maxFragments'],
    ['push', () => new MessageDecoder({ role: 'client' }).push('x' as never), 'chunk'],
  ])('%s names what is wrong', (_title, call, name) => {
    expect(call).toThrow(new RegExp(`^${name} `));
  });
});

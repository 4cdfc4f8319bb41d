// The build holds the core against what is declared: each declaration that does not fit fails it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { validate } from '../../scripts/build-wasm.mjs';

interface Declared {
  imports: string[];
  exports: Record<string, string>;
  maxBytes: number;
}

const read = (path: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`../../${path}`, import.meta.url)));
const declared: Declared = JSON.parse(new TextDecoder().decode(read('assembly/exports.json')));
const { memory: _, ...withoutMemory } = declared.exports;

/** `(module (memory (export "memory") 1))`: a memory without a maximum. */
const GROWABLE = Uint8Array.from([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 1, 7, 10, 1, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 0,
]);

const REFUSED: [string, Declared, string][] = [
  ['an import that is missing', { ...declared, imports: ['env.abort'] }, 'does not import: env.abort'],
  ['an export too many', { ...declared, exports: withoutMemory }, 'exports what is not declared: memory (memory)'],
  [
    'an export that is missing',
    { ...declared, exports: { ...declared.exports, parse: 'function' } },
    'does not export: parse',
  ],
  ['an export of another kind', { ...declared, exports: { ...declared.exports, decode: 'global' } }, 'decode (global)'],
  ['too many bytes', { ...declared, maxBytes: 1000 }, 'the limit is 1000'],
];

describe('the build of the core', () => {
  it.each(['simd', 'scalar', 'debug'])('takes the %s module as it is declared', (target) => {
    expect(() => validate(target, read(`build/wasm/${target}.wasm`), declared)).not.toThrow();
  });

  it.each(['simd', 'scalar'])('keeps the %s module within 8,192 bytes', (target) => {
    expect(read(`build/wasm/${target}.wasm`).length).toBeLessThanOrEqual(8192);
  });

  it.each(REFUSED)('refuses %s', (_name, wanted, message) => {
    expect(() => validate('simd', read('build/wasm/simd.wasm'), wanted)).toThrow(message);
  });

  it('refuses memory that can grow', () => {
    const wanted = { imports: [], exports: { memory: 'memory' }, maxBytes: 8192 };
    expect(() => validate('simd', GROWABLE, wanted)).toThrow('can grow');
  });
});

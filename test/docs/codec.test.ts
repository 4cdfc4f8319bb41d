// The program in docs/codec.md, run as it stands against the built package, and its shim for the add-ons of `ws`.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '../helpers/game.js';
import { blocksOf, isBuilt, programsOf, usePrograms } from '../helpers/programs.js';

const [program] = programsOf('docs/codec.md');
const [shim] = blocksOf('docs/codec.md', 'cjs run');
const programs = usePrograms();

describe.skipIf(!isBuilt)('docs/codec.md', () => {
  it('decodes what it has encoded', async () => {
    const { out } = await programs.run(program);
    await until(() => out().split('\n').length > 2, 'the lines');
    expect(out()).toMatch(/^text hello\n(simd|scalar) false\n$/);
  });

  it('has a shim that is the add-on', () => {
    const file = join(programs.directory, 'index.cjs');
    writeFileSync(file, shim);
    const { mask, unmask } = createRequire(import.meta.url)(file);
    const bytes = Buffer.from('hello');
    mask(bytes, Buffer.from([1, 2, 3, 4]), bytes, 0, bytes.length);
    expect(String(bytes)).not.toBe('hello');
    unmask(bytes, Buffer.from([1, 2, 3, 4]));
    expect(String(bytes)).toBe('hello');
  });
});

// What publint and attw say about the package: entry points, conditions and declarations as each way of resolving them
// sees them.
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isBuilt, NODE, useFreshProject } from '../runtimes/fresh-project.js';
import { fromRuntimes, pathInRuntimes } from '../runtimes/install.js';

interface Publint {
  publint(options: { pkgDir: string; strict: boolean; pack: false }): Promise<{ messages: readonly unknown[] }>;
}

describe.skipIf(!isBuilt)('the package', () => {
  const project = useFreshProject();

  it('gives publint nothing to say', async () => {
    const { publint } = await fromRuntimes<Publint>('publint');
    const pkgDir = project().path('node_modules/websocketpeer');
    const { messages } = await publint({ pkgDir, strict: true, pack: false });
    expect(messages).toEqual([]);
  });

  it('gives attw nothing to say', async () => {
    const attw = join(dirname(pathInRuntimes('@arethetypeswrong/cli/package.json')), 'dist/index.js');
    // ES modules only, as the README says; and a WebAssembly module has no declarations.
    const options = [
      '--profile',
      'esm-only',
      '--exclude-entrypoints',
      './codec.wasm',
      '--format',
      'ascii',
      '--no-color',
    ];
    const { out, error } = await project().run(NODE, attw, [project().tarball, ...options]);
    expect(error, out).toBe(null);
    expect(out).toContain('"websocketpeer/codec"'); // it has looked
  });
});

// Bundles for a page, by esbuild: this package from its sources, engines from the runtimes' manifest.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromRuntimes, RUNTIMES } from '../../runtimes/install.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

interface Esbuild {
  build(options: object): Promise<{ outputFiles: { path: string; text: string }[] }>;
}

/** The package's entries with the sources that they are made of, for a page. */
function sources(): Record<string, string> {
  const { name, exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    name: string;
    exports: Record<string, { types?: string; browser?: { types?: string } }>;
  };
  const entries = Object.entries(exports).flatMap(([path, { types, browser }]) => {
    const declared = browser?.types ?? types;
    return declared === undefined ? [] : [[path.replace('.', name), declared] as const];
  });
  return Object.fromEntries(entries.map(([specifier, types]) => [specifier, sourceOf(types)]));
}

const sourceOf = (types: string): string => join(ROOT, types.replace('./dist/', '').replace(/\.d\.ts$/, '.ts'));

/** One script for each of `entries` (paths from the root), by the path that a server shows it at. */
export async function bundleForPage(entries: readonly string[]): Promise<Record<string, string>> {
  const { build } = await fromRuntimes<Esbuild>('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: entries,
    outbase: '.',
    outdir: '.',
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
    alias: { ...sources(), websocketpeer: join(ROOT, 'test/browser/lib/page-socket.js') },
    nodePaths: [join(RUNTIMES, 'node_modules')],
  });
  return Object.fromEntries(
    outputFiles.map(({ path, text }) => [`/${relative(ROOT, path).replaceAll('\\', '/')}`, text]),
  );
}

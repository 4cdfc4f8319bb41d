// Bundles for a page, by esbuild: this package as it is built and as `exports` tells a page's bundler, engines from the
// runtimes' manifest.
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromRuntimes, RUNTIMES } from '../../runtimes/install.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

interface Esbuild {
  build(options: object): Promise<{ outputFiles: { path: string; text: string }[] }>;
}

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
    nodePaths: [join(RUNTIMES, 'node_modules')],
  });
  return Object.fromEntries(
    outputFiles.map(({ path, text }) => [`/${relative(ROOT, path).replaceAll('\\', '/')}`, text]),
  );
}

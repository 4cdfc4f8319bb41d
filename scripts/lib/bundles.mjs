// dist/esm/: the entries as few files without comments, since a runtime's loader costs more than what it loads. Functions
// and classes keep their names, so that a stack trace says something.
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** Entries by name, as sources below dist/host/. */
const ENTRIES = {
  index: 'index.js',
  godot3: 'godot3/index.js',
  codec: 'codec/index.js',
  variant: 'variant/index.js',
  extension: 'extension/index.js',
  bufferutil: 'compat/bufferutil.js',
  'utf-8-validate': 'compat/utf-8-validate.js',
};

/** Adds esm/ to the freshly compiled `dist`. */
export async function bundleEntries(dist) {
  const inHost = (path) => join(dist, 'host', path);
  const bundle = await rolldown({
    input: Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, inHost(path)])),
    platform: 'node',
    external: [/^node:/],
    resolve: { alias: { '#platform': inHost('transport/node/platform.js') } },
    experimental: { attachDebugInfo: 'none' }, // names of modules would be those of a directory that is gone
  });
  await bundle.write({
    dir: join(dist, 'esm'),
    format: 'esm',
    minify: { mangle: { toplevel: false, keepNames: true }, compress: false },
    chunkFileNames: '[name].js',
  });
  await bundle.close();
}

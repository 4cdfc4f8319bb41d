// Bundles a program in TypeScript of test/ with the sources of host/, so that plain Node runs it.
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { fromRoot } from './files.mjs';
import { nodeSeams } from './seams.mjs';

const ENTRIES = {
  websocketpeer: 'index',
  'websocketpeer/godot3': 'godot3/index',
  'websocketpeer/codec': 'codec/index',
  'websocketpeer/variant': 'variant/index',
};

/** Files beside a module are found where its source is. */
const ownUrls = {
  name: 'own-urls',
  transform(code, id) {
    if (!code.includes('import.meta.url')) return null;
    return code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href));
  },
};

/** Writes the bundle of `entry` to `file`; `seams` replaces some of the imports with one implementation per runtime. */
export async function bundleTests(entry, file, seams = {}) {
  const inHost = (source) => fromRoot('host', `${source}.ts`);
  const names = Object.entries(ENTRIES).map(([name, source]) => [`${name}$`, inHost(source)]);
  const bundle = await rolldown({
    input: entry,
    platform: 'node',
    external: [/^node:/, 'ws', 'undici', 'reflect-metadata', '@peculiar/x509', 'fast-check'],
    resolve: {
      alias: { ...Object.fromEntries(names), ...nodeSeams(inHost), ...seams },
      extensionAlias: { '.js': ['.ts', '.js'] },
    },
    plugins: [ownUrls],
    onLog: () => {},
  });
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
}

// Import of TypeScript sources into this process, for scripts that generate pages of the documentation.
import { rolldown } from 'rolldown';
import { fromRoot } from './files.mjs';
import { nodeSeams } from './seams.mjs';

/** The exports of `entryText`, the text of a module that exports from sources by their paths. */
export async function importBundled(entryText) {
  const entry = 'entry';
  const bundle = await rolldown({
    input: entry,
    external: [/^node:/, /^@nats-io\//],
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? entryText : null),
      },
    ],
    resolve: { alias: nodeSeams((source) => fromRoot('host', `${source}.ts`)), extensionAlias: { '.js': ['.ts'] } },
  });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  return await import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
}

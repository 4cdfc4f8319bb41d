// Build of dist/browser/: files for pages without a bundler, each with everything in it, since a page would otherwise
// ask for every module by itself. Functions and classes keep their names for stack traces.
//
// Files that build on others import those, so that a page has each class once: `variant.js` lets the classes of
// `websocketpeer.js` send variables. A page makes at most three requests.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { fromRoot } from './files.mjs';
import { nodeSeams, pageSeams, pageStreamSeams } from './seams.mjs';

/** Modules that several files need and no file that all of them import: the main one takes them. */
const SHARED = ['protocol/handshake-rules.js'];

/**
 * Files that are built together: what each exports, as a source below dist/host/, the files that it imports, and the
 * import of the package whose types it has.
 */
const FAMILIES = [
  {
    seams: pageSeams,
    files: {
      websocketpeer: { source: 'index.browser.js', types: 'websocketpeer', also: SHARED },
      variant: { source: 'variant/index.browser.js', types: 'websocketpeer/variant', after: ['websocketpeer'] },
      godot3: { source: 'godot3/index.js', types: 'websocketpeer/godot3', after: ['websocketpeer', 'variant'] },
      worker: { source: 'worker/index.browser.js', types: 'websocketpeer/worker', after: ['websocketpeer'] },
    },
  },
  { seams: pageStreamSeams, files: { streams: { source: 'streams/index.js', types: 'websocketpeer/streams' } } },
  { seams: nodeSeams, files: { codec: { source: 'codec/index.js', types: 'websocketpeer/codec' } } },
];

const ENTRY = 'entry:';

/** Adds the files and their declarations to the freshly compiled `dist`. */
export async function bundleSingleFiles(dist) {
  for (const family of FAMILIES) await writeFamily(dist, family);
}

async function writeFamily(dist, { seams, files }) {
  const inHost = (path) => join(dist, 'host', path);
  const entries = new Map(Object.entries(files).map(([name, file]) => [ENTRY + name, entryText(file, inHost)]));
  const kept = new Set([...entries.keys(), ...SHARED.map(inHost), inHost('variant/index.browser.js')]);
  const bundle = await rolldown({
    input: Object.fromEntries([...entries.keys()].map((id) => [id.slice(ENTRY.length), id])),
    platform: 'browser',
    // Internal names join the exports of the main file instead of making a file of their own.
    preserveEntrySignatures: 'allow-extension',
    treeshake: { moduleSideEffects: (id) => kept.has(id) },
    resolve: { alias: seams((source) => inHost(`${source}.js`)) },
    experimental: { attachDebugInfo: 'none' },
    plugins: [
      {
        name: 'entries',
        resolveId: (id) => (entries.has(id) ? id : null),
        load: (id) => entries.get(id) ?? null,
      },
    ],
  });
  const folder = join(dist, 'browser');
  await bundle.write({
    dir: folder,
    format: 'esm',
    comments: { legal: true, annotation: false, jsdoc: false },
    minify: {
      mangle: { toplevel: true, keepNames: true },
      compress: { keepNames: { function: true, class: true } },
    },
    postBanner: banner(),
  });
  await bundle.close();
  for (const [name, { types }] of Object.entries(files)) {
    writeFileSync(join(folder, `${name}.d.ts`), `export * from '${types}';\n`);
  }
}

function entryText({ source, after = [], also = [] }, inHost) {
  const imported = [...after.map((name) => ENTRY + name), ...also.map(inHost)];
  const lines = imported.map((id) => `import ${JSON.stringify(id)};`);
  return [...lines, `export * from ${JSON.stringify(inHost(source))};`].join('\n');
}

function banner() {
  const { name, version, license } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8'));
  return `/*! ${name} ${version}, ${license} */`;
}

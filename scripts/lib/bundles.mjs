// Build of dist/esm/: the entries in few files without comments, since loading a file costs a runtime more than its
// code. Functions and classes keep their names for stack traces.
//
// The entries of Node, Deno and Bun keep their lines and names, too, so that a stack trace shows a readable line without
// any flag. That costs 2 ms of CPU at start (34 instead of 32, import and first peer) and 160 KB; with doc comments it
// would be 4 ms and 350 KB. Source maps cost nothing at start, but only help with --enable-source-maps.
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { nodeSeams, pageSeams, pageStreamSeams } from './seams.mjs';

/** Folders below dist/ with their entries by name, as sources below dist/host/. */
const BUNDLES = [
  {
    folder: 'esm',
    seams: nodeSeams,
    isReadable: true,
    entries: {
      index: 'index.js',
      godot3: 'godot3/index.js',
      'godot3/scene': 'godot3/scene/index.js',
      codec: 'codec/index.js',
      variant: 'variant/index.js',
      extension: 'extension/index.js',
      streams: 'streams/index.js',
      scene: 'scene/index.js',
      cluster: 'cluster/index.js',
      worker: 'worker/index.js',
      bufferutil: 'compat/bufferutil.js',
      'utf-8-validate': 'compat/utf-8-validate.js',
    },
  },
  {
    folder: 'esm/browser',
    seams: pageSeams,
    // File by file, so that a page's bundler can drop what is unused.
    isWhole: false,
    plugins: [withoutStaticBlocks()],
    entries: {
      index: 'index.browser.js',
      godot3: 'godot3/index.js',
      'godot3/scene': 'godot3/scene/index.js',
      variant: 'variant/index.browser.js',
      scene: 'scene/index.js',
      worker: 'worker/index.browser.js',
      extension: 'extension/index.browser.js',
    },
  },
  // Nothing else needs the command, and it needs nothing of them.
  { folder: 'esm/command', seams: nodeSeams, entries: { websocketpeer: 'command/main.js' } },
  { folder: 'esm/adapters', seams: nodeSeams, entries: adapterEntries() },
  { folder: 'esm/browser-streams', seams: pageStreamSeams, entries: { streams: 'streams/index.js' } },
];

function adapterEntries() {
  const engines = ['phaser', 'pixi', 'babylon', 'excalibur', 'three', 'playcanvas'];
  return Object.fromEntries(engines.map((engine) => [engine, `adapters/${engine}.js`]));
}

/** Makes private static fields of static blocks, which React Native's Babel preset does not know. */
function withoutStaticBlocks() {
  const transform = (code) => {
    let count = 0;
    return code.replace(/^( *)static \{\n([\s\S]*?)^\1\}$/gm, (_, indent, body) => {
      count += 1; // a class may have several
      return `${indent}static #block${count} = (() => {\n${body}${indent}})();`;
    });
  };
  return { name: 'without-static-blocks', transform };
}

/** Adds the bundles to the freshly compiled `dist`. */
export async function bundleEntries(dist) {
  for (const bundle of BUNDLES) await writeBundle(dist, bundle);
}

async function writeBundle(dist, { folder, seams, entries, isWhole = true, isReadable = false, plugins = [] }) {
  const inHost = (path) => join(dist, 'host', path);
  const located = (paths) => Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, inHost(path)]));
  const bundle = await rolldown({
    input: located(entries),
    plugins,
    platform: 'neutral', // 'node' would put a module of Node into chunks that pages load, too
    external: [/^node:/, 'excalibur', 'playcanvas', /^@nats-io\//], // optional peers come with the game
    resolve: { alias: seams((source) => inHost(`${source}.js`)) },
    experimental: { attachDebugInfo: 'none' }, // module names would be those of a removed directory
  });
  await bundle.write({
    dir: join(dist, folder),
    format: 'esm',
    ...(isWhole ? {} : { preserveModules: true, preserveModulesRoot: join(dist, 'host') }),
    comments: { legal: true, annotation: true, jsdoc: false },
    minify: isReadable
      ? { mangle: false, compress: false, codegen: { removeWhitespace: false } }
      : { mangle: { toplevel: false, keepNames: true }, compress: false },
    chunkFileNames: '[name].js',
  });
  await bundle.close();
}

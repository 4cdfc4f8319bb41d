// Build step: the codec in wasm-pack's layout: pkg/bundler, pkg/web and pkg/nodejs, each with the raw module, its
// declarations, glue and a package.json. The glue is scripts/pkg/*.mjs, bundled with the compiled codec of dist/.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { codecDeclarations, rawDeclarations } from './lib/declarations.mjs';
import { alone, fromRoot, inScratch, isMain, listFiles, replaceDirectory, runMain, whenChanged } from './lib/files.mjs';

const PKG = fromRoot('pkg');
const NAME = 'websocketpeer';
const RAW = `${NAME}_bg.wasm`;
const MODULE = fromRoot('build', 'wasm', 'simd.wasm');
const TARGETS = {
  bundler: { format: 'esm', manifest: { type: 'module', main: `${NAME}.js`, sideEffects: false } },
  web: { format: 'esm', manifest: { type: 'module', main: `${NAME}.js`, sideEffects: false } },
  nodejs: { format: 'cjs', manifest: { type: 'commonjs', main: `${NAME}.js` } },
};

async function bundleGlue(target, format, file) {
  const bundle = await rolldown({
    input: fromRoot('scripts', 'pkg', `${target}.mjs`),
    external: [/^node:/, `./${RAW}`],
    platform: format === 'cjs' ? 'node' : 'browser',
    treeshake: { moduleSideEffects: false },
  });
  await bundle.write({
    file,
    format,
    exports: 'named',
    minify: false,
    comments: false,
    banner: `// The codec of websocketpeer by itself (${target}); declarations and usage: ${NAME}.d.ts.`,
    codeSplitting: false,
  });
  await bundle.close();
}

function manifestOf(extra) {
  const { version, description, license } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8'));
  const files = [RAW, `${RAW}.d.ts`, `${NAME}.js`, `${NAME}.d.ts`];
  return { name: NAME, version, description, license, ...extra, types: `${NAME}.d.ts`, files };
}

async function buildTarget(directory, target, { format, manifest }) {
  mkdirSync(directory, { recursive: true });
  copyFileSync(MODULE, join(directory, RAW));
  writeFileSync(join(directory, `${RAW}.d.ts`), rawDeclarations());
  writeFileSync(join(directory, `${NAME}.d.ts`), codecDeclarations(target));
  writeFileSync(join(directory, 'package.json'), `${JSON.stringify(manifestOf(manifest), null, 2)}\n`);
  await bundleGlue(target, format, join(directory, `${NAME}.js`));
}

async function build() {
  await inScratch(async (scratch) => {
    const fresh = join(scratch, 'pkg');
    for (const [target, options] of Object.entries(TARGETS)) await buildTarget(join(fresh, target), target, options);
    replaceDirectory(fresh, PKG);
  });
  console.log(`pkg: ${Object.keys(TARGETS).join(', ')}`);
}

function inputs() {
  return [
    ...listFiles(fromRoot('dist', 'host', 'codec')),
    ...listFiles(fromRoot('scripts', 'pkg')),
    ...listFiles(fromRoot('scripts', 'lib')),
    fromRoot('dist', 'assembly', 'abi.js'),
    fromRoot('node_modules', 'rolldown', 'package.json'),
    fromRoot('package.json'),
    fromRoot('scripts', 'build-pkg.mjs'),
    MODULE,
  ];
}

export async function buildPkg() {
  await whenChanged('pkg', inputs, () => listFiles(PKG), build);
}

if (isMain(import.meta.url)) await runMain('build-pkg', () => alone(buildPkg));

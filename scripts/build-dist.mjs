// Build step: compiles host/ and assembly/abi.ts to a fresh dist/: JavaScript, declarations, bundles, and CommonJS for
// `require`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { bundleAddOns } from './lib/add-ons.mjs';
import { bundleEntries } from './lib/bundles.mjs';
import {
  alone,
  BuildError,
  fromRoot,
  inScratch,
  isMain,
  listFiles,
  ROOT,
  replaceDirectory,
  runMain,
  whenChanged,
} from './lib/files.mjs';
import { bundleSingleFiles } from './lib/single-files.mjs';

const DIST = fromRoot('dist');

function report(diagnostics) {
  if (diagnostics.length === 0) return;
  const host = { getCanonicalFileName: (path) => path, getCurrentDirectory: () => ROOT, getNewLine: () => '\n' };
  throw new BuildError(`tsc found errors\n${ts.formatDiagnostics(diagnostics, host).trimEnd()}`);
}

/** Compiles into `directory`; tsc is told that it is dist/, by which it resolves the package's name. */
function compile(directory) {
  const config = ts.getParsedCommandLineOfConfigFile(
    fromRoot('tsconfig.build.json'),
    { outDir: DIST },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => report([diagnostic]),
    },
  );
  report(config.errors);
  const program = ts.createProgram(config.fileNames, config.options);
  report(ts.getPreEmitDiagnostics(program));
  const { diagnostics } = program.emit(undefined, (path, text) => {
    const target = join(directory, relative(DIST, path));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  });
  report(diagnostics);
}

async function build() {
  await inScratch(async (scratch) => {
    const fresh = join(scratch, 'dist');
    compile(fresh);
    await bundleAddOns(fresh);
    await bundleEntries(fresh);
    await bundleSingleFiles(fresh);
    replaceDirectory(fresh, DIST);
  });
  console.log('dist: compiled');
}

function inputs() {
  return [
    ...listFiles(fromRoot('host')),
    fromRoot('assembly', 'abi.ts'),
    fromRoot('node_modules', '@noble', 'curves', 'package.json'),
    fromRoot('node_modules', 'rolldown', 'package.json'),
    fromRoot('node_modules', 'typescript', 'package.json'),
    fromRoot('package.json'),
    fromRoot('scripts', 'build-dist.mjs'),
    fromRoot('scripts', 'lib', 'add-ons.mjs'),
    fromRoot('scripts', 'lib', 'bundles.mjs'),
    fromRoot('scripts', 'lib', 'files.mjs'),
    fromRoot('scripts', 'lib', 'seams.mjs'),
    fromRoot('scripts', 'lib', 'single-files.mjs'),
    fromRoot('tsconfig.build.json'),
    fromRoot('tsconfig.json'),
  ];
}

export async function buildDist() {
  await whenChanged('dist', inputs, () => listFiles(DIST), build);
}

if (isMain(import.meta.url)) await runMain('build-dist', () => alone(buildDist));

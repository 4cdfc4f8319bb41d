// Build step: compiles the core with asc for each target of asconfig.json, optimizes release builds with wasm-opt, and
// validates the results against assembly/exports.json. Writes build/wasm/*.wasm and host/codec/modules.generated.ts.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';
import {
  alone,
  BuildError,
  fromRoot,
  inScratch,
  isMain,
  listFiles,
  ROOT,
  runMain,
  whenChanged,
  writeWhole,
} from './lib/files.mjs';

const RELEASES = ['simd', 'scalar'];
const TARGETS = [...RELEASES, 'debug'];
const EMBEDDED = fromRoot('host', 'codec', 'modules.generated.ts');

/** WebAssembly features of every supported runtime; explicit, so that newer instructions fail the build. */
const FEATURES = [
  '--mvp-features',
  '--enable-mutable-globals',
  '--enable-sign-ext',
  '--enable-nontrapping-float-to-int',
  '--enable-bulk-memory',
];

const wasmFile = (target) => fromRoot('build', 'wasm', `${target}.wasm`);

async function compile(target) {
  let wasm = null;
  const options = ['--config', 'asconfig.json', '--target', target, '--baseDir', ROOT];
  const { error, stderr } = await asc.main(options, {
    writeFile(name, content) {
      if (name.endsWith('.wasm')) wasm = content;
    },
  });
  if (error || wasm === null) {
    throw new BuildError(`asc refused the target "${target}"\n${stderr.toString().trim() || error}`);
  }
  const notes = stderr.toString().trim();
  if (notes) console.warn(notes);
  return wasm;
}

function optimise(scratch, target, wasm) {
  const input = join(scratch, `${target}.wasm`);
  const output = join(scratch, `${target}.opt.wasm`);
  writeFileSync(input, wasm);
  const features = target === 'simd' ? [...FEATURES, '--enable-simd'] : FEATURES;
  const strip = ['--strip-debug', '--strip-producers', '--strip-target-features'];
  const wasmOpt = fromRoot('node_modules', 'binaryen', 'bin', 'wasm-opt');
  try {
    // -O4 for speed: -Oz would save 20 bytes of 5,000.
    execFileSync(process.execPath, [wasmOpt, input, '-o', output, '-O4', '--converge', ...features, ...strip], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (error) {
    throw new BuildError(`wasm-opt refused the target "${target}": ${String(error.stderr ?? error).trim()}`);
  }
  return readFileSync(output);
}

const describe = ({ name, kind }) => `${name} (${kind})`;

function difference(left, right) {
  const known = new Set(right);
  return left.filter((entry) => !known.has(entry));
}

/**
 * Throws unless the module has exactly the imports, exports and size that are declared, and memory that cannot grow.
 */
export function validate(target, wasm, declared) {
  const module = new WebAssembly.Module(wasm);
  const imports = WebAssembly.Module.imports(module).map((entry) => `${entry.module}.${entry.name}`);
  const exports = WebAssembly.Module.exports(module).map(describe);
  const wanted = Object.entries(declared.exports).map(([name, kind]) => describe({ name, kind }));
  const complaints = [
    ['imports what is not declared', difference(imports, declared.imports)],
    ['does not import', difference(declared.imports, imports)],
    ['exports what is not declared', difference(exports, wanted)],
    ['does not export', difference(wanted, exports)],
  ].filter(([, names]) => names.length > 0);
  if (complaints.length > 0) {
    const text = complaints.map(([what, names]) => `${what}: ${names.join(', ')}`).join('; ');
    throw new BuildError(`${target}.wasm ${text} (assembly/exports.json declares)`);
  }
  if (RELEASES.includes(target) && wasm.length > declared.maxBytes) {
    throw new BuildError(
      `${target}.wasm has ${wasm.length} bytes, the limit is ${declared.maxBytes} (assembly/exports.json)`,
    );
  }
  if (declared.imports.length === 0 && canGrow(module)) {
    throw new BuildError(`${target}.wasm has memory that can grow; set maximumMemory to initialMemory (asconfig.json)`);
  }
}

function canGrow(module) {
  const { memory } = new WebAssembly.Instance(module).exports;
  try {
    memory.grow(1);
    return true;
  } catch {
    return false;
  }
}

function embedded(modules) {
  const constants = RELEASES.map((target) => {
    const text = Buffer.from(modules.get(target)).toString('base64');
    return `export const ${target}Module =\n  '${text}';\n`;
  });
  return `// The release builds of the core in base64, made from assembly/ by scripts/build-wasm.mjs. Not to be edited.\n${constants.join('')}`;
}

async function build() {
  const declared = JSON.parse(readFileSync(fromRoot('assembly', 'exports.json'), 'utf8'));
  const modules = new Map();
  await inScratch(async (scratch) => {
    for (const target of TARGETS) {
      const raw = await compile(target);
      const wasm = RELEASES.includes(target) ? optimise(scratch, target, raw) : raw;
      validate(target, wasm, declared);
      modules.set(target, wasm);
    }
  });
  for (const [target, wasm] of modules) writeWhole(wasmFile(target), wasm);
  writeWhole(EMBEDDED, embedded(modules));
  const sizes = TARGETS.map((target) => `${target} ${modules.get(target).length}`).join(', ');
  console.log(`core: ${sizes} bytes; releases may have ${declared.maxBytes}`);
}

function inputs() {
  return [
    ...listFiles(fromRoot('assembly')),
    fromRoot('asconfig.json'),
    fromRoot('node_modules', 'assemblyscript', 'package.json'),
    fromRoot('node_modules', 'binaryen', 'package.json'),
    fromRoot('scripts', 'build-wasm.mjs'),
    fromRoot('scripts', 'lib', 'files.mjs'),
  ];
}

function outputs() {
  return [...TARGETS.map(wasmFile), EMBEDDED];
}

export async function buildWasm() {
  await whenChanged('wasm', inputs, outputs, build);
}

if (isMain(import.meta.url)) await runMain('build-wasm', () => alone(buildWasm));

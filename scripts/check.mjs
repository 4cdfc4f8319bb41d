// `npm run check`: format and lint (Biome), types (tsc), rules of the tree and of copies, generated files that are up
// to date, and doc comments. `--write` formats instead. Biome and typedoc are large and no build needs them, so they
// are installed in tools/.
import { spawnSync } from 'node:child_process';
import { fromRoot, ROOT, runMain } from './lib/files.mjs';
import { installOnce } from './lib/install.mjs';

const BIOME = fromRoot('tools', 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
const TSC = fromRoot('node_modules', 'typescript', 'bin', 'tsc');
const script = (name) => fromRoot('scripts', name);

const CHECKS = [
  ['format and lint', [BIOME, 'check', '--error-on-warnings', '--max-diagnostics=200', ROOT]],
  ['types', [TSC, '-p', ROOT]],
  ['types of what runtimes share', [TSC, '-p', fromRoot('host')]],
  ['types of Node', [TSC, '-p', fromRoot('host', 'transport', 'node')]],
  ['types of tests', [TSC, '-p', fromRoot('test')]],
  ['tree', [script('check-tree.mjs')]],
  ['copies', [script('check-copies.mjs')]],
  ['pictures', [script('build-docs.mjs'), '--check']],
  ['sizes', [script('build-sizes.mjs'), '--check']],
  ['numbers', [script('readme-numbers.mjs'), '--check']],
  ['runtimes', [script('runtimes-table.mjs'), '--check']],
  ['reference', [script('build-reference.mjs'), '--check']],
];

function passes([name, args]) {
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  console.log(`check: ${name} ${status === 0 ? 'ok' : 'FAILED'}`);
  return status === 0;
}

await runMain('check', () => {
  installOnce(fromRoot('tools'));
  if (process.argv.includes('--write')) {
    if (!passes(['format', [BIOME, 'check', '--write', ROOT]])) process.exitCode = 1;
    return;
  }
  // All checks run, so that one run shows everything to fix.
  const results = CHECKS.map(passes);
  if (results.includes(false)) process.exitCode = 1;
});

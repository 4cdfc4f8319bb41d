// `npm run soak`: bundles test/soak/main.ts and runs it; the figures of a whole run go to test/soak/results.json.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { environment } from '../bench/lib/environment.mjs';
import { bundleTests } from './lib/bundle-tests.mjs';
import { BuildError, fromRoot, ROOT, runMain, writeWhole } from './lib/files.mjs';

const RESULTS = fromRoot('test', 'soak', 'results.json');
const PARTS = ['cuts', 'cycles', 'slow', 'crowd'];

const HELP = `npm run soak -- [options]
  --short          a minute's worth: 500 connections and 2,000 cycles instead of 10,000 and 100,000
  --only <parts>   some of: ${PARTS.join(', ')}; the figures are not kept
  --help
A whole run needs 10,100 descriptors in each of two processes (ulimit -n).`;

const DESCRIPTORS = { whole: 10_100, short: 700 };

/** The most descriptors of a process. */
function descriptorLimit() {
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' });
  return stdout.trim() === 'unlimited' ? Number.POSITIVE_INFINITY : Number(stdout);
}

function options() {
  const { values } = parseArgs({
    options: {
      short: { type: 'boolean', default: false },
      only: { type: 'string', default: PARTS.join(',') },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = values.only.split(',').filter((part) => !PARTS.includes(part));
  if (unknown.length > 0) throw new BuildError(`--only knows ${PARTS.join(', ')}, got ${unknown.join(', ')}`);
  return values;
}

await runMain('soak', async () => {
  const { short, only, help } = options();
  if (help) return console.log(HELP);
  const wanted = short ? DESCRIPTORS.short : DESCRIPTORS.whole;
  const limit = descriptorLimit();
  if (limit < wanted) throw new BuildError(`needs ${wanted} descriptors, ulimit -n is ${limit}`);
  const program = fromRoot('build', 'soak', 'main.mjs');
  const figures = fromRoot('build', 'soak', 'figures.json');
  await bundleTests(fromRoot('test', 'soak', 'main.ts'), program);
  const args = ['--expose-gc', program, '--figures', figures, '--only', only, ...(short ? ['--short'] : [])];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  process.exitCode = status ?? 1;
  if (status !== 0 || short || only !== PARTS.join(',')) return;
  const whole = { ...environment({}), descriptorLimit: limit, ...JSON.parse(readFileSync(figures, 'utf8')) };
  writeWhole(RESULTS, `${JSON.stringify(whole, null, 2)}\n`);
});

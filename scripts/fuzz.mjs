// `npm run fuzz`: bundles test/fuzz/main.ts over the network in memory of the tests, and runs it.
import { spawnSync } from 'node:child_process';
import { bundleTests } from './lib/bundle-tests.mjs';
import { fromRoot, ROOT, runMain } from './lib/files.mjs';

await runMain('fuzz', async () => {
  const program = fromRoot('build', 'fuzz', 'main.mjs');
  const platform = fromRoot('test', 'helpers', 'memory-stream-platform.ts');
  await bundleTests(fromRoot('test', 'fuzz', 'main.ts'), program, { '#platform': platform });
  const { status } = spawnSync(process.execPath, [program, ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' });
  process.exitCode = status ?? 1;
});

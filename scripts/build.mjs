// The whole build, in order; a step is skipped when its inputs and outputs have not changed.
import { buildClassInfos } from './build-class-infos.mjs';
import { buildDist } from './build-dist.mjs';
import { buildPkg } from './build-pkg.mjs';
import { buildWasm } from './build-wasm.mjs';
import { alone, runMain } from './lib/files.mjs';

async function build() {
  await buildWasm();
  await buildClassInfos();
  await buildDist();
  await buildPkg();
}

await runMain('build', () => alone(build));

// The whole build, in order; each step is skipped when nothing that it reads or writes has changed.
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

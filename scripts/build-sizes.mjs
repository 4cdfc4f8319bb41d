// Build step: docs/sizes.md, the sizes of what games load, from the built package. `--check` writes nothing and fails
// when the page has another text or sizes that are far from those of this build.
import { existsSync, readFileSync } from 'node:fs';
import { BuildError, fromRoot, runMain, shortPath, writeWhole } from './lib/files.mjs';
import { isClose, sizesPage } from './lib/sizes-page.mjs';

const PAGE = fromRoot('docs', 'sizes.md');

await runMain('build-sizes', async () => {
  const text = await sizesPage();
  const known = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  if (isClose(known, text)) return;
  if (process.argv.includes('--check'))
    throw new BuildError(`${shortPath(PAGE)} is not up to date: run \`npm run docs\``);
  writeWhole(PAGE, text);
});

// Reference of all exports, docs/api/, from the doc comments of the sources. `--check` writes nothing and fails when a
// public member has no doc comment, or a page is out of date.
import { join } from 'node:path';
import {
  BuildError,
  differingFiles,
  fromRoot,
  inScratch,
  replaceDirectory,
  runMain,
  writeWhole,
} from './lib/files.mjs';
import { readFacts } from './lib/reference-facts.mjs';
import { gapsOf, loadTypedoc, readModel } from './lib/reference-model.mjs';
import { pagesOf } from './lib/reference-pages.mjs';

const FOLDER = fromRoot('docs', 'api');

await runMain('build-reference', async () => {
  const typedoc = await loadTypedoc();
  const model = await readModel(typedoc);
  const gaps = gapsOf(model, typedoc);
  if (gaps.length > 0) throw new BuildError(`${gaps.length} without a doc comment\n${gaps.join('\n')}`);
  const pages = pagesOf(model, typedoc, await readFacts());
  if (process.argv.includes('--check')) return compare(pages);
  await inScratch((scratch) => {
    for (const [path, text] of pages) writeWhole(join(scratch, 'api', path), text);
    replaceDirectory(join(scratch, 'api'), FOLDER);
  });
  console.log(`reference: ${pages.size} pages in docs/api/`);
});

function compare(pages) {
  const stale = differingFiles(FOLDER, pages);
  if (stale.length > 0) throw new BuildError(`docs/api/ is not up to date: run \`npm run docs\`\n${stale.join('\n')}`);
}

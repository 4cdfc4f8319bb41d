// Reference of all exports, docs/api/, from the doc comments of the sources. `--check` writes nothing and fails when a
// public member has no doc comment.
import { join } from 'node:path';
import { BuildError, fromRoot, inScratch, replaceDirectory, runMain, writeWhole } from './lib/files.mjs';
import { gapsOf, loadTypedoc, readModel } from './lib/reference-model.mjs';
import { pagesOf } from './lib/reference-pages.mjs';

await runMain('build-reference', async () => {
  const typedoc = await loadTypedoc();
  const model = await readModel(typedoc);
  const gaps = gapsOf(model, typedoc);
  if (gaps.length > 0) throw new BuildError(`${gaps.length} without a doc comment\n${gaps.join('\n')}`);
  if (process.argv.includes('--check')) return;
  const pages = pagesOf(model, typedoc);
  await inScratch((scratch) => {
    for (const [path, text] of pages) writeWhole(join(scratch, 'api', path), text);
    replaceDirectory(join(scratch, 'api'), fromRoot('docs', 'api'));
  });
  console.log(`reference: ${pages.size} pages in docs/api/`);
});

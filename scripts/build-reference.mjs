// Makes docs/api/, the reference of everything that the package exports, from the doc comments of its sources.
// `--check` writes nothing and fails when something that scripts can see has no doc comment.
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

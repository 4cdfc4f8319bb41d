// Build step: docs/lifecycle.svg and docs/lifecycle.md from the table in host/protocol/lifecycle.ts, docs/pair-states.svg
// and docs/pair-states.md from that in host/cluster/pair-table.ts, docs/settings.md
// from that of the settings, docs/failures.md from that of the failures, docs/api-suite.md from the rows of the API
// suite, docs/conformance.md from the cases and results of the conformance suite, the numbers in docs/recipes/ws.md and
// docs/compression.md from results of the bench, and the tables in SECURITY.md from the settings and the tests of attacks. `--check` writes nothing and fails when a file is out of date.
import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { apiPage } from './lib/api-page.mjs';
import { compressionPage } from './lib/compression-numbers.mjs';
import { conformancePage } from './lib/conformance-page.mjs';
import { failuresPage } from './lib/failures-page.mjs';
import { BuildError, fromRoot, runMain, shortPath, writeWhole } from './lib/files.mjs';
import { lifecyclePage, lifecyclePicture } from './lib/lifecycle-picture.mjs';
import { pairPage, pairPicture } from './lib/pair-picture.mjs';
import { securityPage } from './lib/security-page.mjs';
import { settingsPage } from './lib/settings-page.mjs';
import { wsRecipePage } from './lib/ws-numbers.mjs';

const LIFECYCLE = fromRoot('host', 'protocol', 'lifecycle.ts');
const PAIRS = fromRoot('host', 'cluster', 'pair-table.ts');

/** The table `name` as data. Its file has no imports, so it can run once its types are stripped. */
async function loadTable(path, name) {
  const { outputText } = ts.transpileModule(readFileSync(path, 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const { [name]: table } = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
  if (!Array.isArray(table)) throw new BuildError(`${shortPath(path)} does not export ${name}`);
  return table;
}

await runMain('build-docs', async () => {
  const table = await loadTable(LIFECYCLE, 'LIFECYCLE');
  const pairs = await loadTable(PAIRS, 'PAIR_TABLE');
  const pages = [
    [fromRoot('docs', 'lifecycle.svg'), lifecyclePicture(table)],
    [fromRoot('docs', 'lifecycle.md'), lifecyclePage(table)],
    [fromRoot('docs', 'pair-states.svg'), pairPicture(pairs)],
    [fromRoot('docs', 'pair-states.md'), pairPage(pairs)],
    [fromRoot('docs', 'settings.md'), await settingsPage()],
    [fromRoot('docs', 'failures.md'), await failuresPage()],
    [fromRoot('docs', 'api-suite.md'), await apiPage()],
    [fromRoot('docs', 'compression.md'), compressionPage()],
    [fromRoot('docs', 'conformance.md'), await conformancePage()],
    [fromRoot('docs', 'recipes', 'ws.md'), wsRecipePage()],
    [fromRoot('SECURITY.md'), await securityPage()],
  ];
  for (const [path, text] of pages) {
    if (!process.argv.includes('--check')) writeWhole(path, text);
    else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
      throw new BuildError(`${shortPath(path)} is not up to date: run \`npm run docs\``);
    }
  }
});

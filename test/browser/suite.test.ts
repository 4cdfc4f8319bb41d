// The API suite of test/runtimes/suite/ in a page of the browser of this run, built with esbuild from the package as npm installs
// it. What passes is kept in test/runtimes/results/; `vitest -u` records it anew.
import { cpSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isBuilt, ROOT, useFreshProject } from '../runtimes/fresh-project.js';
import { type Outcome, summaryOf } from '../runtimes/outcomes.js';
import { withSuiteServer } from '../runtimes/server.js';
import { withPage } from './lib/browser.js';
import { BROWSER } from './lib/browsers.js';
import { esbuild } from './lib/bundlers.js';

const godot4: unknown = JSON.parse(readFileSync(`${ROOT}test/golden/variant-godot4.json`, 'utf8'));

describe.skipIf(!isBuilt)('the API suite', () => {
  const project = useFreshProject((fresh) => {
    cpSync(`${ROOT}test/runtimes/suite`, fresh.path('.'), { recursive: true });
  });

  it(`passes in ${BROWSER.title} as it is recorded`, async () => {
    const files = await esbuild.build(project(), ['page.mjs']);
    const results = `../runtimes/results/${BROWSER.title.toLowerCase()}.json`;
    await withSuiteServer((context) =>
      withPage(
        async ({ page, url }) => {
          await page.goto(`${url}index.html`);
          const outcomes = await page.evaluate<Outcome[]>(`suite(${JSON.stringify({ ...context, godot4 })})`);
          await expect(summaryOf(outcomes)).toMatchFileSnapshot(results);
        },
        { files },
      ),
    );
  });
});

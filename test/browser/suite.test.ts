// The API suite of test/runtimes/suite/ in a page of each browser, built with esbuild from the package as npm installs
// it. What passes is kept in test/runtimes/results/; `vitest -u` records it anew.
import { cpSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isBuilt, ROOT, useFreshProject } from '../runtimes/fresh-project.js';
import { type Outcome, summaryOf } from '../runtimes/outcomes.js';
import { withSuiteServer } from '../runtimes/server.js';
import { withFiles, withPage } from './lib/browser.js';
import { esbuild } from './lib/bundlers.js';
import { evaluateInFirefox, FIREFOX } from './lib/firefox.js';

const godot4: unknown = JSON.parse(readFileSync(`${ROOT}test/golden/variant-godot4.json`, 'utf8'));

describe.skipIf(!isBuilt)('the API suite', () => {
  const project = useFreshProject((fresh) => {
    cpSync(`${ROOT}test/runtimes/suite`, fresh.path('.'), { recursive: true });
  });

  it('passes in Chromium as it is recorded', async () => {
    const files = await esbuild.build(project(), ['page.mjs']);
    await withSuiteServer((context) =>
      withPage(
        async ({ page, url }) => {
          await page.goto(`${url}index.html`);
          const outcomes = await page.evaluate<Outcome[]>(`suite(${JSON.stringify({ ...context, godot4 })})`);
          await expect(summaryOf(outcomes)).toMatchFileSnapshot('../runtimes/results/chromium.json');
        },
        { files },
      ),
    );
  });

  it.skipIf(FIREFOX === null)('passes in Firefox, where it is installed, as it is recorded', async () => {
    const files = await esbuild.build(project(), ['page.mjs']);
    await withSuiteServer((context) =>
      withFiles(
        async (url) => {
          const script = `suite(${JSON.stringify({ ...context, godot4 })}).then(JSON.stringify)`;
          const outcomes = JSON.parse(await evaluateInFirefox(`${url}index.html`, script)) as Outcome[];
          await expect(summaryOf(outcomes)).toMatchFileSnapshot('../runtimes/results/firefox.json');
        },
        { files },
      ),
    );
  });
});

// A stranger's project for pages: npm installs the packed package, each bundler builds the README's client.
import { describe, expect, it } from 'vitest';
import { isBuilt, useFreshProject } from '../runtimes/fresh-project.js';
import { FAREWELL, readmeExample } from '../runtimes/readme-example.js';
import { withSuiteServer } from '../runtimes/server.js';
import { withPage } from './lib/browser.js';
import { BUNDLERS } from './lib/bundlers.js';

describe.skipIf(!isBuilt)('a fresh project', () => {
  const project = useFreshProject();

  it.each(BUNDLERS)('runs the README’s client, built by $name', async ({ build }) => {
    await withSuiteServer(async ({ url: server }) => {
      project().write('main.js', readmeExample(server));
      const files = await build(project(), ['main.js']);
      await withPage(
        async ({ page, url, lines, errors }) => {
          await page.goto(`${url}index.html`);
          await expect.poll(() => lines.join('\n'), { timeout: 20_000 }).toMatch(FAREWELL);
          expect(errors).toEqual([]);
        },
        { files },
      );
    });
  });
});

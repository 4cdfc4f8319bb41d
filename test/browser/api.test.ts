// The API suite over the WebSocket of the browser of this run, in the package as it is built for pages.
import { describe } from 'vitest';
import { testOutcomes } from '../api/column-tests.js';
import type { Outcomes } from '../api/play.js';
import { serveApi } from '../api/server.js';
import { isBuilt } from '../runtimes/fresh-project.js';
import { type Page, withPage } from './lib/browser.js';
import { BROWSER } from './lib/browsers.js';
import { bundleForPage } from './lib/bundle.js';

const NAMES = ['page', 'worker of a page'] as const;
type Played = Record<(typeof NAMES)[number], Outcomes>;

const HTML = '<!doctype html><title>page</title><script type="module" src="./test/api/in-browser.js"></script>';

async function playedBy(page: Page, url: string): Promise<Played> {
  const servers = [await serveApi(), await serveApi()];
  try {
    await page.goto(`${url}page.html`);
    await page.waitForFunction('globalThis.apiSuite');
    return await page.evaluate<Played>(`apiSuite(${JSON.stringify(servers.map(({ origin }) => origin))})`);
  } finally {
    for (const server of servers) server.close();
  }
}

async function play(): Promise<Played> {
  let played: Played | null = null;
  const files = { ...(await bundleForPage(['test/api/in-browser.ts'])), '/page.html': HTML };
  await withPage(
    async ({ page, url }) => {
      played = await playedBy(page, url);
    },
    { files },
  );
  return played as unknown as Played;
}

describe.skipIf(!isBuilt || BROWSER.missing !== null)(BROWSER.title, () => {
  let all: Promise<Played> | null = null;
  for (const name of NAMES) {
    testOutcomes(name, async () => {
      all ??= play();
      return (await all)[name];
    });
  }
});

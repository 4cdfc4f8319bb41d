// What the tests hear of a page: its errors and the lines that it writes, and nothing that the browser remarks by itself
// of an icon or a connection, whatever the browser.
import { expect, it } from 'vitest';
import { withPage } from './lib/browser.js';

const WRITES = "console.log('a line'); console.error('an error'); ";

it.each([
  ['an error that it writes', WRITES, ['an error'], ['a line']],
  ['an error that nobody catches', "setTimeout(() => { throw new Error('thrown'); })", ['thrown'], []],
  ['a promise that nobody catches', "Promise.reject(new Error('rejected'))", ['rejected'], []],
  ['a file that is not there', "void fetch('/nothing.js')", ['no /nothing.js'], []],
  ['no icon that only the browser wants', "void fetch('/favicon.ico')", [], []],
  ['no connection that fails', "new WebSocket('ws://127.0.0.1:9')", [], []],
])('hears of a page %s', async (_, script, wanted, written) => {
  await withPage(
    async ({ page, url, lines, errors }) => {
      await page.goto(`${url}index.html`);
      // The last words say that the others have been heard, whatever they are.
      await page.evaluate(`new Promise((go) => setTimeout(() => { console.error('last'); go(0); }, 300))`);
      await expect.poll(() => errors.at(-1)).toContain('last');
      expect(errors.slice(0, -1)).toEqual(wanted.map((text) => expect.stringContaining(text)));
      expect(lines).toEqual(written);
    },
    { files: { '/index.html': `<!doctype html><title>page</title><script>${script}</script>` } },
  );
});

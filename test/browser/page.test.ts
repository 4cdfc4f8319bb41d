// The browser that the other tests of this folder run in.
import { expect, it } from 'vitest';
import { withPage } from './lib/browser.js';

it('shows pages of this project in a real browser, with WebAssembly vectors and WebSocket', async () => {
  await withPage(
    async ({ page, url, errors }) => {
      await page.goto(`${url}index.html`);
      expect(await page.evaluate('[typeof WebSocket, typeof WebAssembly]')).toEqual(['function', 'object']);
      expect(errors).toEqual([]);
    },
    { files: { '/index.html': '<!doctype html><title>page</title>' } },
  );
});

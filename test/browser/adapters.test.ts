// The adapters in the real engines, in a real browser: polls come first in the frame, destroying closes; and each
// engine's example meets the others on a real server.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PointServer } from '../../examples/engines/lib/point-server.mjs';
import { type Page, withPage } from './lib/browser.js';
import { bundleForPage } from './lib/bundle.js';
import { pixelAt } from './lib/pixel.js';

const ENGINES = ['phaser', 'pixi', 'babylon', 'excalibur', 'three', 'playcanvas'];

let bundles: Record<string, string>;
beforeAll(async () => {
  bundles = await bundleForPage([
    ...ENGINES.map((engine) => `test/browser/engines/${engine}.js`),
    ...ENGINES.map((engine) => `examples/engines/${engine}/main.js`),
  ]);
});

describe('frames of the real engine', () => {
  it.each(ENGINES)(
    '%s: the polls are the first of each frame; destroying closes once and polls no more',
    async (engine) => {
      const page = `<!doctype html><title>${engine}</title><body><script type="module" src="/test/browser/engines/${engine}.js"></script>`;
      await withPage(
        async ({ page, url, errors }) => {
          await page.goto(`${url}index.html`);
          await page.waitForFunction('globalThis.result');
          const { running, end } = (await page.evaluate('result')) as { running: string; end: string };
          expect([running, end]).toEqual([Array(3).fill('poll step game').join(' '), 'close']);
          expect(errors).toEqual([]);
        },
        { files: { ...bundles, '/index.html': page } },
      );
    },
  );
});

/** What one sees at a place of the page: the point's colour, in whatever light, or the background's. */
async function colourAt(page: Page, x: number, y: number): Promise<string> {
  const [red, , blue] = await pixelAt(page, x, y);
  return blue > 90 && blue > 1.5 * red ? 'blue' : 'background';
}

describe('examples', () => {
  let server: PointServer;
  beforeAll(() => {
    server = new PointServer();
    server.listen(0);
  });
  afterAll(() => server.stop());

  const status = (page: Page, text: string): Promise<unknown> =>
    page.waitForFunction(`document.querySelector('#status').textContent.includes(${JSON.stringify(text)})`);

  it.each(ENGINES)('%s: a tap moves the point on every page, and who leaves closes with code 1000', async (engine) => {
    await withPage(
      async ({ page, another, url, errors }) => {
        const address = `${url}examples/engines/${engine}/index.html?server=${encodeURIComponent(server.url)}`;
        const other = await another();
        for (const one of [page, other]) {
          await one.goto(address);
          await status(one, 'connected, 1 packets');
        }
        await page.mouse.click(160, 450);
        for (const one of [page, other]) await status(one, 'connected, 2 packets, point at 20 %, 75 %');
        await expect.poll(() => colourAt(page, 160, 450), { timeout: 20_000 }).toBe('blue');
        expect(await colourAt(page, 400, 300)).toBe('background');
        await page.click('#leave');
        await status(page, 'left');
        await expect.poll(() => server.clients, { timeout: 20_000 }).toBe(1);
        expect(server.closeCodes.at(-1)).toBe(1000);
        expect(errors).toEqual([]);
      },
      { files: bundles, viewport: { width: 800, height: 600 } },
    );
    await expect.poll(() => server.clients, { timeout: 20_000 }).toBe(0);
  });
});

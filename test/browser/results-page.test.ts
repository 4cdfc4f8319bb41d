// The page of recorded benchmark results in a real browser: readable on a phone and on a desk, asking for nothing else.
import { expect, it } from 'vitest';
import { type Page, withPage } from './lib/browser.js';

const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];
/** How far the page reaches beyond the window, sideways. */
const BEYOND = 'Math.max(0, document.documentElement.scrollWidth - innerWidth)';
/** What reaches beyond the window without lying in a part that scrolls within itself. */
const LOOSE = `[...document.querySelectorAll('body *')]
  .filter((each) => each.closest('.scroll') === null && each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.tagName)`;
const unfold = (page: Page): Promise<unknown> =>
  page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");

it.each(SIZES)('the results page fits $width pixels and scrolls its tables within themselves', async (viewport) => {
  await withPage(
    async ({ page, url, errors }) => {
      await page.goto(`${url}bench/results/index.html`);
      expect(await page.evaluate('[innerWidth, document.title.length > 0]')).toEqual([viewport.width, true]);
      await unfold(page);
      expect(await page.evaluate<number>(BEYOND)).toBe(0);
      expect(await page.evaluate<string[]>(LOOSE)).toEqual([]);
      expect(await page.evaluate("performance.getEntriesByType('resource').length")).toBe(0);
      expect(errors).toEqual([]);
    },
    { viewport },
  );
});

it.each(SIZES)('the results page opens with its summary in a window $width pixels wide', async (viewport) => {
  await withPage(
    async ({ page, url }) => {
      await page.goto(`${url}bench/results/index.html`);
      const bottoms = "[...document.querySelectorAll('.top li')].map((each) => each.getBoundingClientRect().bottom)";
      const found = await page.evaluate<number[]>(bottoms);
      expect(found).toHaveLength(5);
      expect(Math.max(...found)).toBeLessThan(viewport.height);
    },
    { viewport },
  );
});

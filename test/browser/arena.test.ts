// The arena in a real browser: two pages see each other move and talk, figures are shown, a phone has its layout.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startArena } from '../interop/lib/arena.js';
import { useScope } from '../interop/lib/watch.js';
import { play, until } from './lib/arena-page.js';
import { type Page, withPage } from './lib/browser.js';

const isBuilt = existsSync(fileURLToPath(new URL('../../dist/esm/browser/index.js', import.meta.url)));

/** Hears what a page is told, by a client of its own in the same page. */
const WATCH = `(async () => {
  const { ArenaClient } = await import('./shared/arena-client.mjs');
  globalThis.watcher = new ArenaClient();
  const url = location.href.replace('http', 'ws') + 'arena';
  watcher.join(url, { name: 'Watcher' });
  return true;
})()`;
const idOf = (name: string): string =>
  `[...(globalThis.watcher?.names ?? [])].find(([, { name }]) => name === ${JSON.stringify(name)})?.[0] ?? 0`;

const cornersOf = (width: number, height: number): [number, number][] => [
  [10, 10],
  [width - 10, 10],
  [10, height - 10],
  [width - 10, height - 10],
];
const MIDDLES = `['#figures', '#scores', '#line'].map((each) => {
  const { left, right, top, bottom } = document.querySelector(each).getBoundingClientRect();
  return [Math.round((left + right) / 2), Math.round((top + bottom) / 2)];
})`;
/** What has the focus, what was typed, and where the page is. */
const STATE = "[document.activeElement.tagName, document.querySelector('#line').value, location.href]";
const OWN_SHOTS = `[...watcher.snapshot.shots.values()].filter(({ owner }) => owner === ${idOf('Ann')}).length`;

/** Shoots at a place of the screen, and goes on with keys. */
async function shoot(page: Page, x: number, y: number): Promise<void> {
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.keyboard.press('KeyW');
  expect(await page.evaluate("document.querySelector('#line').value")).toBe('');
  await until(page, `${OWN_SHOTS} > 0`);
  await page.mouse.up();
  await page.keyboard.press('KeyA');
  await until(page, `${OWN_SHOTS} === 0`);
}

/** Lays a thumb down and moves it inwards: the left one's mark shows the way, the right one's shots are seen. */
async function thumb(page: Page, x: number, y: number, isLeft: boolean, isUpper: boolean): Promise<void> {
  await page.touch.down(x, y);
  expect(await page.evaluate("document.querySelector('#sticks .on') !== null"), `at ${x}, ${y}`).toBe(true);
  for (const way of [20, 40]) await page.touch.move(x + (isLeft ? way : -way), y + (isUpper ? way : -way));
  const knob = "document.querySelector('#stick-move.on')?.style.getPropertyValue('--x')";
  await until(page, isLeft ? `parseFloat(${knob}) > 0` : `${OWN_SHOTS} > 0`);
  await page.touch.up();
  await until(page, `document.querySelector('#sticks .on') === null && ${OWN_SHOTS} === 0`);
}

describe.skipIf(!isBuilt)('the arena in a page', () => {
  const scope = useScope();

  it('two pages see each other move, and hear each other', async () => {
    const url = `${await startArena(scope, 0)}/`;
    await withPage(async ({ page, another, errors }) => {
      await play(page, url, 'Ann');
      const other = await another();
      await play(other, url, '<i>Bob</i>');
      expect(await other.textContent('#scores')).toContain('<i>Bob</i>');
      expect(await other.textContent('#scores')).toContain('Ann');

      await other.evaluate(WATCH);
      await until(other, `globalThis.watcher.snapshot?.players.has(${idOf('Ann')}) ?? false`);
      const place = `(({ x, y }) => [x, y].join())(watcher.snapshot.players.get(${idOf('Ann')}))`;
      const before = await other.evaluate<string>(place);
      await page.keyboard.down('KeyD');
      await page.keyboard.down('KeyS');
      await until(other, `${place} !== ${JSON.stringify(before)}`);
      await page.keyboard.up('KeyD');
      await page.keyboard.up('KeyS');

      const line = 'hello <script>boo()</script>';
      await page.fill('#line', line);
      await page.keyboard.press('Enter');
      await until(other, "document.querySelector('#lines b') !== null");
      expect(await other.textContent('#lines')).toContain(`Ann: ${line}`);
      expect(await other.evaluate<number>("document.querySelectorAll('#lines script, #scores i i').length")).toBe(0);

      await until(page, "/\\d/.test(document.querySelector('#trip').textContent)");
      await until(page, "/^\\d+ \\/ [1-9]/.test(document.querySelector('#rate').textContent)");
      expect(await page.textContent('#players')).toBe('3');
      expect(errors).toEqual([]);
    });
  });

  it.each([
    ['mouse', { width: 800, height: 600 }],
    ['thumb', { width: 390, height: 844 }],
  ])('a %s that goes down in a corner, or over what lies on the field, plays', async (hand, viewport) => {
    const url = `${await startArena(scope, 0)}/`;
    await withPage(
      async ({ page, errors }) => {
        await play(page, url, 'Ann');
        await page.evaluate(WATCH);
        await until(page, `globalThis.watcher.snapshot?.players.has(${idOf('Ann')}) ?? false`);
        const { width, height } = viewport;
        const middles = await page.evaluate<[number, number][]>(MIDDLES);
        for (const [x, y] of [...cornersOf(width, height), [80, height - 34], ...middles] as [number, number][]) {
          await (hand === 'mouse' ? shoot(page, x, y) : thumb(page, x, y, x < width / 2, y < height / 2));
          expect(await page.evaluate(STATE), `at ${x}, ${y}`).toEqual(['BODY', '', url]);
        }
        expect(errors).toEqual([]);
      },
      { viewport },
    );
  });

  it('the chat opens by Enter and by its button, and closes when play goes on', async () => {
    const url = `${await startArena(scope, 0)}/`;
    await withPage(async ({ page, errors }) => {
      const focused = (): Promise<string> => page.evaluate("document.activeElement.id || 'nothing'");
      await play(page, url, 'Ann');
      const opened = [await focused()];
      for (const open of [
        () => page.keyboard.press('Enter'),
        () => page.evaluate("document.querySelector('#chat').click()"),
      ]) {
        await open();
        opened.push(await focused());
        await page.click('#line');
        opened.push(await focused());
        await page.mouse.click(900, 300);
        opened.push(await focused());
      }
      expect(opened).toEqual(['nothing', 'line', 'line', 'nothing', 'line', 'line', 'nothing']);
      expect(errors).toEqual([]);
    });
  });

  it('fits a phone', async () => {
    const url = `${await startArena(scope, 2)}/`;
    await withPage(
      async ({ page, errors }) => {
        await play(page, url, 'Thumbs');
        const outside = `[...document.querySelectorAll('#figures, #scores, #talk, #line')].filter((each) => {
          const { left, right, top, bottom } = each.getBoundingClientRect();
          return left < 0 || top < 0 || right > innerWidth || bottom > innerHeight;
        }).map(({ id }) => id).join()`;
        expect(await page.evaluate<string>(outside)).toBe('');
        expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        expect(errors).toEqual([]);
      },
      { viewport: { width: 390, height: 844 } },
    );
  });
});

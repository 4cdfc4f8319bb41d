// The arena in a real browser when it is played in rooms behind gateways: the page's URL names the room.
import { describe, expect, it } from 'vitest';
import { isBuilt } from '../helpers/programs.js';
import { startArena } from '../interop/lib/arena.js';
import { useScope } from '../interop/lib/watch.js';
import { play, until } from './lib/arena-page.js';
import { withPage } from './lib/browser.js';

const shows = (id: string, text: string): string =>
  `document.querySelector('#${id}').textContent.includes(${JSON.stringify(text)})`;

describe.skipIf(!isBuilt)('the arena over processes in a page', () => {
  const scope = useScope();

  it('a page plays in the room of its URL, with who is there, and comes into another by another URL', async () => {
    const origin = await startArena(scope, 2, '--processes', '2');
    await withPage(
      async ({ page, errors }) => {
        await play(page, `${origin}/?room=blue`, 'Ann');
        await until(page, shows('scores', 'Bolt'));
        await page.fill('#line', 'hello <b>you</b>');
        await page.keyboard.press('Enter');
        await until(page, shows('lines', 'Ann: hello <b>you</b>'));
        await until(page, "/\\d/.test(document.querySelector('#trip').textContent)");
        expect(await page.textContent('#players')).toBe('2');
        expect(await page.evaluate(shows('scores', 'Ada'))).toBe(false);
        await play(page, `${origin}/`, 'Ann');
        await until(page, shows('scores', 'Ada'));
        expect(await page.evaluate(shows('scores', 'Bolt'))).toBe(false);
        expect(errors).toEqual([]);
      },
      { viewport: { width: 390, height: 400 } },
    );
  });
});

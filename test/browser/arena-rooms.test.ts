// The arena in a real browser when it is played in rooms behind gateways: the page's URL names the room.
import { describe, expect, it } from 'vitest';
import { isBuilt } from '../helpers/programs.js';
import { startArena } from '../interop/lib/arena.js';
import { useScope } from '../interop/lib/watch.js';
import { play, until } from './lib/arena-page.js';
import { withPage } from './lib/browser.js';

describe.skipIf(!isBuilt)('the arena over processes in a page', () => {
  const scope = useScope();

  it('two pages meet in the room of their URL, and nobody of another room', async () => {
    const origin = await startArena(scope, 0, '--processes', '2');
    await withPage(async ({ page, another, errors }) => {
      await play(page, `${origin}/?room=blue`, 'Ann');
      const other = await another();
      await play(other, `${origin}/?room=blue`, '<i>Bob</i>');
      const alone = await another();
      await play(alone, `${origin}/`, 'Eve');
      for (const text of ['Ann', '<i>Bob</i>']) expect(await other.textContent('#scores')).toContain(text);
      expect(await alone.textContent('#scores')).toMatch(/^Eve\d+$/);

      await page.fill('#line', 'hello <b>you</b>');
      await page.keyboard.press('Enter');
      await until(other, "document.querySelector('#lines b') !== null");
      expect(await other.textContent('#lines')).toContain('Ann: hello <b>you</b>');
      await until(page, "/\\d/.test(document.querySelector('#trip').textContent)");
      expect([await page.textContent('#players'), await alone.textContent('#players')]).toEqual(['2', '1']);
      expect(errors).toEqual([]);
    });
  });
});

// The arena in a real browser: two pages see each other move and talk, figures are shown, a phone has its layout; and
// the bench page measures and shows what it measured.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startArena } from '../interop/lib/arena.js';
import { useScope } from '../interop/lib/watch.js';
import { type Page, withDirectory, withPage } from './lib/browser.js';

const isBuilt = existsSync(fileURLToPath(new URL('../../dist/esm/browser/index.js', import.meta.url)));

/** The page's policy forbids scripts from strings, so the waiting is done here. */
async function until(page: Page, script: string): Promise<void> {
  while (!(await page.evaluate<boolean>(script))) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function play(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url);
  await page.fill('#name', name);
  await page.click('#join button');
  await until(page, "document.querySelector('#scores .self') !== null");
}

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

  it('the bench page shows what it measured', async () => {
    const url = `${await startArena(scope, 0)}/bench/`;
    await withPage(async ({ page, errors }) => {
      await page.goto(url);
      await until(page, "['done', 'failed'].includes(document.body.dataset.state)");
      expect(await page.textContent('#status')).toBe('');
      expect(await page.evaluate<number>("document.querySelectorAll('.times:not(:empty)').length")).toBe(12);
      // The clipboard is closed to this page, so the numbers come in a field to copy from.
      await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
      await page.click('#copy');
      await until(page, "document.querySelector('textarea') !== null");
      const { results } = JSON.parse(await page.evaluate<string>("document.querySelector('textarea').value")) as {
        results: { coreBytesPerSecond: number; plainBytesPerSecond: number }[];
      };
      expect(results).toHaveLength(12);
      for (const { coreBytesPerSecond, plainBytesPerSecond } of results) {
        expect(coreBytesPerSecond).toBeGreaterThan(0);
        expect(plainBytesPerSecond).toBeGreaterThan(0);
      }
      expect(errors).toEqual([]);
    });
  });

  it('the bench page runs as static files, at any path', async () => {
    await withDirectory(async (directory) => {
      const build = fileURLToPath(new URL('../../examples/bench-page/build.mjs', import.meta.url));
      execFileSync(process.execPath, [build, directory]);
      const built = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      const files = built.map(({ parentPath, name }): [string, Uint8Array] => {
        const path = join(parentPath, name);
        return [path.replace(directory, '/some/where'), readFileSync(path)];
      });
      await withPage(
        async ({ page, url, errors }) => {
          await page.goto(`${url}some/where/index.html`);
          await until(page, "document.querySelector('.times:not(:empty)') !== null");
          expect(errors).toEqual([]);
        },
        { files: Object.fromEntries(files) },
      );
    });
  });
});

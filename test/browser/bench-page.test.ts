// The bench page in a real browser: it measures, shows what it measured, fits a phone, answers meanwhile, and stands alone
// as static files. How fast anything was is not judged.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startArena } from '../interop/lib/arena.js';
import { useScope } from '../interop/lib/watch.js';
import { type Page, withDirectory, withPage } from './lib/browser.js';

const isBuilt = existsSync(fileURLToPath(new URL('../../dist/esm/codec.js', import.meta.url)));
const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];
/** Contestants of each group; every group has four sizes. */
const GROUPS = { Masks: 2, 'Validates many scripts': 3, 'Validates ASCII': 3, Parses: 3 };

interface Speed {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: readonly number[];
}
interface Result {
  readonly group: keyof typeof GROUPS;
  readonly bytesPerSecond: Readonly<Record<string, Speed>>;
  readonly times: { readonly value: number; readonly min: number; readonly max: number };
}
interface Copied {
  readonly rounds: number;
  readonly results: readonly Result[];
}

/** The page's policy forbids scripts from strings, so the waiting is done here. */
async function until(page: Page, script: string): Promise<void> {
  while (!(await page.evaluate<boolean>(script))) await new Promise((resolve) => setTimeout(resolve, 50));
}

const isIn = (...states: string[]): string => `${JSON.stringify(states)}.includes(document.body.dataset.state)`;

const SHOWN = '.times:not(:empty)';
const PROGRESS = "document.querySelector('progress')";
/** Pixels between the last card and the footer. */
const ROOM = `document.querySelector('footer').getBoundingClientRect().top
  - document.querySelector('section:last-of-type').getBoundingClientRect().bottom`;
/** What reaches beyond the window. */
const LOOSE = `[...document.querySelectorAll('body *')]
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.tagName + '.' + each.className)`;

/** Presses the button in the page, since the next result may be there before a driver's click is. */
async function stopAtFirstResult(page: Page): Promise<void> {
  await page.evaluate(`new Promise((go) => {
    const look = () => {
      if (document.querySelector('${SHOWN}') === null) return setTimeout(look, 0);
      go(document.querySelector('#stop').click());
    };
    look();
  })`);
  await until(page, isIn('stopped', 'failed', 'done'));
}

/** The numbers, from the field that takes them where the clipboard is closed. */
async function copied(page: Page): Promise<Copied> {
  await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
  await page.click('#copy');
  await until(page, "document.querySelector('textarea') !== null");
  return JSON.parse(await page.evaluate<string>("document.querySelector('textarea').value")) as Copied;
}

function expectResult({ group, bytesPerSecond, times }: Result, rounds: number): void {
  const speeds = Object.values(bytesPerSecond);
  expect(speeds).toHaveLength(GROUPS[group]);
  for (const { median, min, max, rounds: own } of speeds) {
    expect(own).toHaveLength(rounds);
    expect(own).toContain(median);
    expect([Math.min(...own), Math.max(...own)]).toEqual([min, max]);
    expect(min).toBeGreaterThan(0);
  }
  const { core, ...others } = bytesPerSecond;
  const best = Math.max(...Object.values(others).map(({ median }) => median));
  expect(times.value).toBeCloseTo((core?.median ?? 0) / best, 9);
  expect(times.min).toBeLessThanOrEqual(times.value);
  expect(times.max).toBeGreaterThanOrEqual(times.value);
}

describe.skipIf(!isBuilt)('the bench page', () => {
  const scope = useScope();

  it('shows what it measured', async () => {
    const url = `${await startArena(scope, 0)}/bench/`;
    await withPage(async ({ page, errors }) => {
      await page.goto(url);
      await until(page, isIn('done', 'failed'));
      expect(await page.textContent('#status')).toBe('');
      expect(await page.evaluate<number>(`document.querySelectorAll('${SHOWN}').length`)).toBe(16);
      const { rounds, results } = await copied(page);
      expect(results).toHaveLength(16);
      for (const result of results) expectResult(result, rounds);
      expect(errors).toEqual([]);
    });
  });

  it('answers while it measures: it shows how far it is, can be stopped, and begun again', async () => {
    const url = `${await startArena(scope, 0)}/bench/`;
    await withPage(async ({ page, errors }) => {
      await page.goto(url);
      await stopAtFirstResult(page);
      expect(await page.textContent('#status')).toBe('Stopped.');
      const { rounds, results } = await copied(page);
      expect(results.length).toBeGreaterThan(0);
      expect(results.length).toBeLessThan(16);
      const [value, most] = await page.evaluate<[number, number]>(`[${PROGRESS}.value, ${PROGRESS}.max]`);
      expect([value >= rounds * 2, value < most, most]).toEqual([true, true, rounds * 4 * (2 + 3 + 3 + 3)]);
      await page.click('#again');
      await until(page, `${isIn('measuring')} && ${PROGRESS}.value > 0`);
      expect(errors).toEqual([]);
    });
  });

  it.each(SIZES)('fits $width pixels, with room before its last words', async (viewport) => {
    const url = `${await startArena(scope, 0)}/bench/`;
    await withPage(
      async ({ page }) => {
        await page.goto(url);
        await stopAtFirstResult(page);
        await copied(page);
        expect(await page.evaluate<string[]>(LOOSE)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
        expect(await page.evaluate(ROOM)).toBeGreaterThanOrEqual(20);
      },
      { viewport },
    );
  });

  it('leads home to the arena that serves it', async () => {
    const url = await startArena(scope, 0);
    await withPage(async ({ page, errors }) => {
      await page.goto(`${url}/bench/`);
      expect(await page.evaluate("document.querySelector('.home a').href")).toBe(`${url}/`);
      await page.click('.home a');
      await until(page, "document.querySelector('#join') !== null");
      expect(await page.evaluate('location.href')).toBe(`${url}/`);
      expect(errors).toEqual([]);
    });
  });

  it('runs as static files, at any path, and leads nowhere else', async () => {
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
          expect(await page.evaluate("document.querySelectorAll('a').length")).toBe(0);
          expect(errors).toEqual([]);
        },
        { files: Object.fromEntries(files) },
      );
    });
  });
});

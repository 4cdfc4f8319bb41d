// Pages without a bundler: docs/recipes/script-tag.md as a reader makes it, and how often a page has to ask for each
// file of dist/browser/.
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocksOf, fromRoot, isBuilt, usePrograms } from '../helpers/programs.js';
import { type Page, withPage } from './lib/browser.js';

const RECIPE = 'docs/recipes/script-tag.md';
const COPY = /^cp node_modules\/websocketpeer\/(\S+) \.$/gm;

/** The files of this package that a page has asked for, in order of their names. */
const requestsOf = (page: Page): Promise<string[]> =>
  page.evaluate(`performance.getEntriesByType('resource').map(({ name }) => name.split('/').pop())
    .filter((name) => name.endsWith('.js')).sort()`);

/** Writes what the recipe's reader writes and copies. */
function makeFiles(directory: string): void {
  for (const name of ['index.html', 'variables.html']) {
    writeFileSync(join(directory, name), blocksOf(RECIPE, `html ${name}`)[0] as string);
  }
  const copied = blocksOf(RECIPE, 'sh').flatMap((block) => [...block.matchAll(COPY)].map(([, path]) => path as string));
  for (const path of copied) copyFileSync(fromRoot(path), join(directory, basename(path)));
}

describe.skipIf(!isBuilt)('a page without a bundler', () => {
  const programs = usePrograms();

  /** Runs the recipe's server and shows one of its pages in two windows. */
  async function withTwo(path: string, use: (one: Page, other: Page) => Promise<void>): Promise<void> {
    makeFiles(programs.directory);
    const { port, out } = await programs.run(blocksOf(RECIPE, 'js server.mjs')[0] as string);
    await expect.poll(out, { timeout: 20_000 }).toContain('in two windows');
    await withPage(async ({ page, another, errors }) => {
      const other = await another();
      for (const one of [page, other]) await one.goto(`http://127.0.0.1:${port}${path}`);
      await use(page, other);
      expect(errors.filter((error) => !error.includes('404'))).toEqual([]); // the icon that no page has
    });
  }

  it('loads one file; what is written in one window stands in both', async () => {
    await withTwo('/', async (one, other) => {
      for (const page of [one, other]) {
        await page.waitForFunction(`document.querySelector('#state').textContent === 'connected'`);
      }
      await one.fill('input', 'hello');
      await one.click('button');
      for (const page of [one, other]) {
        await page.waitForFunction(`document.querySelector('li')?.textContent === 'hello'`);
        expect(await requestsOf(page)).toEqual(['websocketpeer.js']);
      }
    });
  });

  it('loads a second file for variables, which the classes of the first one send', async () => {
    await withTwo('/variables.html', async (one, other) => {
      const told = `document.querySelector('#place').textContent`;
      await expect
        .poll(
          async () => {
            await one.mouse.click(160, 450); // until it is connected
            return other.evaluate(told);
          },
          { timeout: 20_000 },
        )
        .toBe('somebody was at 160, 450');
      expect(await requestsOf(other)).toEqual(['variant.js', 'websocketpeer.js']);
    });
  });
});

/** The files that a page asks for when it imports one. */
const FILES = {
  websocketpeer: ['websocketpeer'],
  variant: ['variant', 'websocketpeer'],
  worker: ['websocketpeer', 'worker'],
  godot3: ['godot3', 'variant', 'websocketpeer'],
  streams: ['streams'],
  codec: ['codec'],
};

const BLANK = { files: { '/index.html': '<!doctype html><title>page</title>' } };

/** What the bundlers' files of the same import are. */
const TWINS = {
  websocketpeer: 'browser/index',
  variant: 'browser/variant',
  worker: 'browser/worker',
  godot3: 'browser/godot3',
  streams: 'browser-streams/streams',
  codec: 'codec',
};

/** The exports of a module with their kinds, and the names of functions and classes. */
const NAMES = `async (path) => Object.entries(await import(path)).map(([name, value]) =>
  [name, typeof value, typeof value === 'function' ? value.name : '']).sort()`;

describe.skipIf(!isBuilt)('a single file for pages', () => {
  it('has its declaration beside it, and no other file is there', () => {
    const expected = Object.keys(FILES).flatMap((name) => [`${name}.js`, `${name}.d.ts`]);
    expect(readdirSync(fromRoot('dist/browser')).sort()).toEqual(expected.sort());
  });

  const cases = Object.keys(FILES) as (keyof typeof FILES)[];
  it.each(cases)('%s.js needs no others than the recipe says', async (name) => {
    await withPage(async ({ page, url, errors }) => {
      await page.goto(`${url}index.html`);
      await page.evaluate(`import('/dist/browser/${name}.js').then(() => true)`);
      expect(await requestsOf(page)).toEqual(FILES[name].map((file) => `${file}.js`));
      expect(errors).toEqual([]);
    }, BLANK);
  });

  const adapters = {
    phaser: [],
    pixi: [],
    babylon: [],
    three: [],
    excalibur: ['excalibur'],
    playcanvas: ['playcanvas'],
  };
  it.each(Object.entries(adapters))('the adapter of %s imports nothing but its base and %j', (engine, others) => {
    const text = readFileSync(fromRoot(`dist/esm/adapters/${engine}.js`), 'utf8');
    const imported = [...text.matchAll(/\bfrom ?"([^"]+)"/g)].map(([, name]) => name);
    expect(imported.sort()).toEqual(['./frame-poll.js', ...others]);
  });

  it.each(cases)('%s.js exports what a bundler finds, by the same names', async (name) => {
    await withPage(async ({ page, url }) => {
      await page.goto(`${url}index.html`);
      const theirs = await page.evaluate<string[][]>(`(${NAMES})('/dist/esm/${TWINS[name]}.js')`);
      const ours = await page.evaluate<string[][]>(`(${NAMES})('/dist/browser/${name}.js')`);
      expect(theirs.length).toBeGreaterThan(4);
      expect(ours).toEqual(expect.arrayContaining(theirs));
    }, BLANK);
  });

  it('has each class once: the classes of Godot 3 and of workers are those of the main file', async () => {
    await withPage(async ({ page, url }) => {
      await page.goto(`${url}index.html`);
      const one = await page.evaluate(`(async () => {
          const [{ GodotObject, WebSocketPeer }, { WebSocketClient }, { WorkerWebSocketPeer }] = await Promise.all(
            ['websocketpeer', 'godot3', 'worker'].map((name) => import('/dist/browser/' + name + '.js')));
          return [new WebSocketClient() instanceof GodotObject, WorkerWebSocketPeer.prototype instanceof WebSocketPeer];
        })()`);
      expect(one).toEqual([true, true]);
    }, BLANK);
  });
});

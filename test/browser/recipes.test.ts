// The first pages of docs/recipes, as a reader makes them: the project of `npm create vite`, the files that the page
// shows, the server, Vite; and two windows that see each other, one from Vite's server and one built.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../helpers/game.js';
import { freePort } from '../helpers/ports.js';
import { blocksOf, isBuilt } from '../helpers/programs.js';
import { type FreshProject, useFreshProject } from '../runtimes/fresh-project.js';
import { RUNTIMES } from '../runtimes/install.js';
import { type Page, withPage } from './lib/browser.js';
import { pixelAt } from './lib/pixel.js';

const ENGINES = ['phaser', 'pixi', 'babylon', 'excalibur', 'three', 'playcanvas'];
const FILES = { 'server.mjs': 'js', 'src/main.js': 'js', 'src/style.css': 'css' };

const recipe = (engine: string): string => `docs/recipes/${engine}.md`;

/** The only block of a page with this head. */
function blockOf(page: string, head: string): string {
  const [block, ...others] = blocksOf(page, head);
  if (block === undefined || others.length > 0) throw new Error(`${page} must have one block "${head}"`);
  return block;
}

const fileOf = (engine: string, name: keyof typeof FILES): string => blockOf(recipe(engine), `${FILES[name]} ${name}`);

/** The words of the page's first commands that follow `start`. */
function wordsAfter(engine: string, start: string): string[] {
  const line = blocksOf(recipe(engine), 'sh')[0]
    ?.split('\n')
    .find((command) => command.startsWith(start));
  if (line === undefined) throw new Error(`${recipe(engine)} does not begin with "${start}"`);
  return line.slice(start.length).trim().split(' ');
}

/** What `npm install` would bring, from the runtimes' manifest. */
function link(project: FreshProject, name: string): void {
  const target = project.path(join('node_modules', name));
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(join(RUNTIMES, 'node_modules', name), target, 'junction');
}

/** The project that the page's first commands make. */
function prepare(project: FreshProject): void {
  const [name, ...options] = wordsAfter(ENGINES[0] as string, 'npm create vite@latest ');
  const createVite = join(RUNTIMES, 'node_modules', 'create-vite', 'index.js');
  const given = options.filter((option) => option !== '--'); // npm keeps it to itself
  execFileSync(process.execPath, [createVite, name as string, ...given], { cwd: project.directory, stdio: 'pipe' });
  for (const dependency of ['vite', ...ENGINES.flatMap((engine) => wordsAfter(engine, 'npm install '))]) {
    link(project, dependency);
  }
}

const endings: (() => unknown)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** Runs Node in the game's folder until the test is over; returns when it has printed `word`. */
async function run(directory: string, args: readonly string[], word: string): Promise<void> {
  const child = spawn(process.execPath, args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  endings.push(() => child.kill('SIGKILL'));
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      out += chunk;
    });
  }
  await until(
    () => {
      if (child.exitCode !== null && !out.includes(word)) throw new Error(`${args.join(' ')} has ended: ${out}`);
      return out.includes(word);
    },
    `"${word}" of ${args.join(' ')}`,
  );
}

class Game {
  readonly #directory: string;
  readonly #vite = join(RUNTIMES, 'node_modules', 'vite', 'bin', 'vite.js');

  constructor(project: FreshProject) {
    this.#directory = project.path('my-game');
  }

  /** What `npm run` starts, by the template's package.json. */
  script(name: string): string[] {
    const { scripts } = JSON.parse(readFileSync(join(this.#directory, 'package.json'), 'utf8'));
    const [program, ...args] = scripts[name].split(' ');
    expect(program).toBe('vite');
    return [this.#vite, ...args];
  }

  /** Writes the page's files and starts its server. */
  async begin(engine: string): Promise<void> {
    const port = await freePort();
    for (const name of Object.keys(FILES) as (keyof typeof FILES)[]) {
      writeFileSync(join(this.#directory, name), fileOf(engine, name).replaceAll('9080', String(port)));
    }
    await run(this.#directory, ['server.mjs'], 'listens');
  }

  /** Starts one of Vite's servers and tells its address. */
  async serve(script: string): Promise<string> {
    const port = await freePort();
    const options = ['--host', '127.0.0.1', '--port', String(port), '--strictPort'];
    await run(this.#directory, [...this.script(script), ...options], 'Local');
    return `http://127.0.0.1:${port}/`;
  }

  build(): void {
    execFileSync(process.execPath, this.script('build'), { cwd: this.#directory, stdio: 'pipe' });
  }
}

const title = (page: Page, text: string): Promise<unknown> =>
  page.waitForFunction(`document.title === ${JSON.stringify(text)}`);

const SIZE = { width: 800, height: 600 };
const [MIDDLE, AWAY] = [
  [400, 300],
  [160, 450],
] as const;

describe.skipIf(!isBuilt)('a first multiplayer page', () => {
  const project = useFreshProject(prepare);

  it.each(ENGINES)('in %s: two windows see each other, and see who leaves', async (engine) => {
    const game = new Game(project());
    await game.begin(engine);
    game.build();
    const [ours, theirs] = [await game.serve('dev'), await game.serve('preview')];
    await withPage(
      async ({ page, another, errors }) => {
        const other = await another();
        await page.goto(ours);
        await title(page, '1 here');
        await other.goto(theirs);
        for (const one of [page, other]) await title(one, '2 here');
        const empty = await pixelAt(other, ...AWAY);
        expect(empty).toEqual([0x14, 0x20, 0x2b]);
        await page.mouse.move(...AWAY);
        for (const one of [page, other]) {
          await expect.poll(() => pixelAt(one, ...AWAY), { timeout: 20_000 }).not.toEqual(empty);
        }
        expect(await pixelAt(other, ...MIDDLE)).not.toEqual(empty);
        await page.goto('about:blank');
        await title(other, '1 here');
        await expect.poll(() => pixelAt(other, ...AWAY), { timeout: 20_000 }).toEqual(empty);
        expect(errors).toEqual([]);
      },
      { viewport: SIZE },
    );
  });

  it('has the same server and style in each engine', () => {
    for (const name of ['server.mjs', 'src/style.css'] as const) {
      expect(new Set(ENGINES.map((engine) => fileOf(engine, name))).size).toBe(1);
    }
  });

  it('begins with the same commands, but for the engine’s name', () => {
    const beginnings = ENGINES.map((engine) => wordsAfter(engine, 'npm create vite@latest ').join(' '));
    expect(new Set(beginnings)).toEqual(new Set(['my-game -- --template vanilla --no-interactive']));
  });

  it('takes at most 70 lines in each engine', () => {
    const long = ENGINES.filter((engine) => fileOf(engine, 'src/main.js').split('\n').length > 70);
    expect(long).toEqual([]);
  });
});

// Programs of docs/pages.md, docs/streams.md and docs/adapters.md that are for pages: bundled over the built package, they
// run in a browser beside a real server.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { fromRoot, isBuilt, programsOf } from '../helpers/programs.js';
import { type Visit, withPage } from './lib/browser.js';
import { bundleForPage } from './lib/bundle.js';

mkdirSync(fromRoot('build'), { recursive: true });
const directory = mkdtempSync(fromRoot('build/pages-')); // below the package, which the programs import by its name
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The bundle of a program, as text. */
async function bundled(name: string, program: string): Promise<string> {
  const file = join(directory, name);
  writeFileSync(file, program);
  const path = relative(fromRoot(''), file);
  return (await bundleForPage([path]))[`/${path.replaceAll('\\', '/')}`];
}

/** A server that greets everybody; its URL. */
async function withGreeter(use: (url: string) => Promise<void>): Promise<void> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => socket.send('welcome'));
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  try {
    await use(`ws://127.0.0.1:${port}`);
  } finally {
    for (const socket of server.clients) socket.terminate();
    server.close();
  }
}

/** Shows a page with `main` until `seen` finds the greeting in it. */
async function greeted(
  files: Readonly<Record<string, string>>,
  seen: (visit: Visit) => Promise<string> | string,
): Promise<void> {
  const page =
    '<!doctype html><meta charset="utf-8"><title>page</title><body><script type="module" src="main.js"></script>';
  await withPage(
    async (visit) => {
      await visit.page.goto(`${visit.url}index.html`);
      await expect.poll(() => seen(visit), { timeout: 60_000 }).toContain('welcome');
      expect(visit.errors).toEqual([]);
    },
    { files: { '/index.html': page, ...files } },
  );
}

const inConsole = ({ lines }: Visit): string => lines.join('\n');

describe.skipIf(!isBuilt)('programs for pages', () => {
  it('docs/pages.md: the page shows what it is told, in its frames', async () => {
    const [program] = programsOf('docs/pages.md');
    await withGreeter(async (url) => {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it stands so in the program
      const main = await bundled('page.js', program.replace('`ws://${location.host}/`', `'${url}'`));
      await greeted({ '/main.js': main }, async ({ page }) => (await page.textContent('body')) ?? '');
    });
  });

  it('docs/streams.md: a worker holds the connection', async () => {
    const [, worker, program] = programsOf('docs/streams.md');
    await withGreeter(async (url) => {
      const files = {
        '/worker.js': await bundled('worker.js', worker),
        '/main.js': await bundled('main.js', program.replace('ws://127.0.0.1:9080', url)),
      };
      await greeted(files, inConsole);
    });
  });

  it('docs/adapters.md: PixiJS polls in its frames', async () => {
    const [program] = programsOf('docs/adapters.md');
    await withGreeter(async (url) => {
      const main = await bundled('pixi.js', program.replace('ws://127.0.0.1:9080', url));
      await greeted({ '/main.js': main }, inConsole);
    });
  });
});

// The example with its server in a worker, through a bundler into a real browser; and the same server behind a port.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { fromRuntimes } from '../runtimes/install.js';
import { type Page, withPage } from './lib/browser.js';

interface Bundler {
  build(options: object): Promise<{ outputFiles: { path: string; text: string }[] }>;
}

const EXAMPLE = fileURLToPath(new URL('../../examples/single-player/', import.meta.url));

/** The example as a bundler for pages makes it: each script by itself, beside the page. */
async function bundled(): Promise<Record<string, string>> {
  const { build } = await fromRuntimes<Bundler>('esbuild');
  const { outputFiles } = await build({
    entryPoints: [`${EXAMPLE}page.mjs`, `${EXAMPLE}worker.mjs`],
    bundle: true,
    format: 'esm',
    minify: true,
    conditions: ['browser'],
    outdir: '/game',
    outExtension: { '.js': '.mjs' },
    write: false,
  });
  const scripts = outputFiles.map(({ path, text }) => [path, text]);
  return { '/game/index.html': readFileSync(`${EXAMPLE}index.html`, 'utf8'), ...Object.fromEntries(scripts) };
}

let files: Record<string, string>;
beforeAll(async () => {
  files = await bundled();
});

async function walk(page: Page): Promise<void> {
  await page.waitForFunction(`document.querySelector('output').value.includes('player 1: 0')`);
  // From the middle of the field to the first coin.
  for (let step = 0; step < 5; step += 1) await page.keyboard.press('ArrowLeft');
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowDown');
  await page.waitForFunction(`document.querySelector('output').value.includes('player 1: 1')`);
}

it('plays against the server in the worker', async () => {
  await withPage(
    async ({ page, url, errors }) => {
      await page.goto(`${url}game/index.html`);
      await walk(page);
      expect(errors).toEqual([]);
    },
    { files },
  );
});

it('plays against the same server behind a port', async () => {
  const server = spawn(process.execPath, [`${EXAMPLE}server.mjs`, '0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    const address = /ws:\S+/.exec(String(line))?.[0] ?? '';
    await withPage(
      async ({ page, url, errors }) => {
        await page.goto(`${url}game/index.html?server=${encodeURIComponent(address)}`);
        await walk(page);
        expect(errors).toEqual([]);
      },
      { files },
    );
  } finally {
    server.kill();
  }
});

// The programs in docs/recipes/service-workers.md in a real browser: one connection that two tabs share, and one in a
// service worker, which connects again after the browser has stopped it.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { programsOf } from '../helpers/programs.js';
import { ROOT } from '../runtimes/fresh-project.js';
import { fromRuntimes } from '../runtimes/install.js';
import { type Page, type Visit, withPage } from './lib/browser.js';

const PAGE = 'docs/recipes/service-workers.md';
const [sharedWorker, sharedPage, serviceWorker, servicePage] = programsOf(PAGE) as [string, string, string, string];

interface Esbuild {
  build(options: object): Promise<{ outputFiles: { text: string }[] }>;
}

/** `program` and the package in one classic script. */
async function bundled(program: string): Promise<string> {
  const { build } = await fromRuntimes<Esbuild>('esbuild');
  const stdin = { contents: program, resolveDir: ROOT };
  const { outputFiles } = await build({ stdin, bundle: true, write: false, logLevel: 'silent' });
  return outputFiles.map(({ text }) => text).join('');
}

const html = (program: string): string =>
  `<!doctype html><head><script type="module">${program}</script></head><body></body>`;

describe(PAGE, () => {
  let workers: Record<'shared' | 'service', string>;
  beforeAll(async () => {
    workers = { shared: await bundled(sharedWorker), service: await bundled(serviceWorker) };
  });

  /** Shows the pages to `use`, beside a server that sends everything back and notes how connections end in `ends`. */
  async function visit(use: (visit: Visit, ends: readonly number[]) => Promise<void>): Promise<void> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    const ends: number[] = [];
    server.on('connection', (socket) => {
      socket.on('message', (data) => socket.send(String(data)));
      socket.on('close', (code) => ends.push(code));
    });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const meet = (script: string): string => script.replaceAll('9080', String(port));
    const files = {
      '/shared.html': html(sharedPage),
      '/service.html': html(servicePage),
      '/shared-worker.js': meet(workers.shared),
      '/service-worker.js': meet(workers.service),
    };
    try {
      await withPage((shown) => use(shown, ends), { files });
    } finally {
      for (const socket of server.clients) socket.terminate();
      server.close();
    }
  }
  const said = (page: Page, text: string): Promise<void> =>
    page.waitForFunction(`document.body.textContent.trim() === ${JSON.stringify(text)}`);

  it('answers a page through a shared worker', async () => {
    await visit(async ({ page, url, errors }) => {
      await page.goto(`${url}shared.html`);
      await said(page, 'hello');
      // Another tab of the same browser: the same worker, and the connection that it has.
      await page.evaluate(`new Promise((shown) => {
        const tab = document.createElement('iframe');
        tab.src = 'shared.html';
        tab.onload = () => shown(true);
        document.body.append(tab);
      })`);
      await said(page, 'hello\nhello');
      expect(errors).toEqual([]);
    });
  });

  it('answers a page through a service worker, which connects again after it was stopped', async () => {
    await visit(async ({ page, url, errors }, ends) => {
      await page.goto(`${url}service.html`);
      await said(page, 'connecting\nhello');
      const say = `navigator.serviceWorker.ready.then(({ active }) => active.postMessage('again'))`;
      await page.evaluate(`${say}.then(() => true)`);
      await said(page, 'connecting\nhello\nagain');
      if (page.stopServiceWorkers !== undefined) {
        await page.stopServiceWorkers();
        await expect.poll(() => ends, { timeout: 30_000 }).toEqual([1001]);
        await page.evaluate(`${say}.then(() => true)`);
        await said(page, 'connecting\nhello\nagain\nconnecting\nagain');
      }
      expect(errors).toEqual([]);
    });
  });
});

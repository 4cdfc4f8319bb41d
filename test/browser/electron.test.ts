// The programs in docs/recipes/electron.md without Electron: the main process's in the versions of Node that it is about, with
// stand-ins for what it imports of Electron, and the renderer's bundle in a page that talks to it.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { freePort } from '../helpers/ports.js';
import { blocksOf, programsOf } from '../helpers/programs.js';
import { isBuilt, useFreshProject } from '../runtimes/fresh-project.js';
import { fromRuntimes, pathInRuntimes } from '../runtimes/install.js';
import { withPage } from './lib/browser.js';

const PAGE = 'docs/recipes/electron.md';
const [main, renderer] = programsOf(PAGE) as [string, string];
const [html] = blocksOf(PAGE, 'html') as [string];

/** Says which file a window would show, and closes the window when the input ends. */
const ELECTRON = `
  const { EventEmitter } = require('node:events');
  exports.app = Object.assign(new EventEmitter(), { whenReady: async () => {}, quit: () => console.log('quit') });
  exports.BrowserWindow = class {
    async loadFile(file) {
      console.log('shows ' + file);
      process.stdin.on('end', () => exports.app.emit('window-all-closed')).resume();
    }
  };`;

interface Esbuild {
  build(options: object): Promise<unknown>;
}

const hasBinaries = process.platform === 'linux' && process.arch === 'x64';

describe.skipIf(!isBuilt || !hasBinaries)(PAGE, () => {
  const project = useFreshProject((fresh) => {
    mkdirSync(fresh.path('node_modules/electron'), { recursive: true });
    fresh.write('node_modules/electron/package.json', JSON.stringify({ name: 'electron', main: 'index.js' }));
    fresh.write('node_modules/electron/index.js', ELECTRON);
  });

  it.each([22, 24])('the renderer talks to a main process on Node %i', async (major) => {
    const port = String(await freePort());
    const write = (name: string, text: string): string => project().write(name, text.replaceAll('9080', port));
    write('main.mjs', main);
    const { build } = await fromRuntimes<Esbuild>('esbuild');
    await build({ entryPoints: [write('renderer.js', renderer)], bundle: true, outfile: project().path('bundle.js') });
    const child = spawn(pathInRuntimes(`node-${major}/bin/node`), ['main.mjs'], {
      cwd: project().directory,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      expect((await lines.next()).value).toBe('shows index.html');
      const files = {
        '/index.html': html.replaceAll('9080', port),
        '/bundle.js': readFileSync(project().path('bundle.js')),
      };
      await withPage(
        async ({ page, url, errors }) => {
          await page.goto(`${url}index.html`);
          await page.waitForFunction(`document.title === 'main heard hello'`);
          child.stdin.end(); // the windows close
          expect((await lines.next()).value).toBe('quit');
          expect(errors).toEqual([]);
        },
        { files },
      );
    } finally {
      child.kill('SIGKILL');
    }
  });
});

// Pages of a real browser for a test, and a server of the test's own, which shows them folders of this project. What a
// page is asked lives in the tests.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Identity } from '../../helpers/certificates.js';
import { theBrowser } from './browsers.js';
import type { Page, Size } from './page.js';

export type { Page } from './page.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};
const VIEWPORT: Size = { width: 1280, height: 720 };
/** What browsers ask for by themselves, whatever the page says. */
const UNASKED = '/favicon.ico';

export interface Visit {
  readonly page: Page;
  /** Opens one more page of the same browser. */
  readonly another: () => Promise<Page>;
  /** Where the project's files are served, with a slash at its end. */
  readonly url: string;
  /** What pages have written to their consoles so far. */
  readonly lines: string[];
  /** What pages have thrown or written as errors so far, and the files that they asked for in vain. */
  readonly errors: string[];
}

/** Files to serve besides the project's, by path; `headers` go with every file. */
export interface Extras {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly viewport?: Size;
  /** Serves by HTTPS as this. */
  readonly identity?: Identity | undefined;
}

/** Shows the project to `visit` in pages of the browser of this run. */
export async function withPage(visit: (visit: Visit) => Promise<void>, extras: Extras = {}): Promise<void> {
  const [lines, errors]: [string[], string[]] = [[], []];
  await withFiles(extras, errors, async (url) => {
    const browser = await theBrowser();
    const open = (): Promise<Page> =>
      browser.open(extras.viewport ?? VIEWPORT, ({ isError, text }) => (isError ? errors : lines).push(text));
    try {
      await visit({ page: await open(), another: open, url, lines, errors });
    } finally {
      await browser.closePages();
    }
  });
}

/** Serves the project's files and `extras` while `use` runs; `misses` takes what is not there. */
async function withFiles(extras: Extras, misses: string[], use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(extras.identity, (path, respond) => {
    void fileAt(path, extras).then((body) => {
      if (body === null && path !== UNASKED) misses.push(`no ${path}`);
      respond(body, { 'content-type': TYPES[extname(path)] ?? 'text/plain', ...extras.headers });
    });
  });
  const url = await listening(server, extras.identity === undefined ? 'http' : 'https');
  try {
    await use(url);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

type Respond = (body: string | Uint8Array | null, headers: Readonly<Record<string, string>>) => void;

function createServer(identity: Identity | undefined, answer: (path: string, respond: Respond) => void): Server {
  const server = identity === undefined ? createHttpServer() : createHttpsServer(identity);
  return server.on('request', (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    answer(path, (body, headers) => {
      response.writeHead(body === null ? 404 : 200, headers).end(body ?? '');
    });
  });
}

async function fileAt(path: string, { files = {} }: Extras): Promise<string | Uint8Array | null> {
  const own = files[path];
  if (own !== undefined) return own;
  try {
    return await readFile(join(ROOT, normalize(path)));
  } catch {
    return null;
  }
}

function listening(server: Server, scheme: string): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`));
  });
}

/** A directory of the test's own, gone afterwards. */
export async function withDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'websocketpeer-'));
  try {
    await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

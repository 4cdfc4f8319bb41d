// A real browser for a test: Chromium of the system, else the one that the runtimes' manifest brings; pages come from a
// server of the test, which shows folders of this project. What a page is asked lives in the tests.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromRuntimes } from '../../runtimes/install.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};

/** A request that a test answers. */
export interface Route {
  request(): { url(): string };
  fulfill(response: { contentType: string; body: string }): Promise<void>;
}

/** The parts of a page that the tests use; playwright-core's own types are not there before the first run. */
export interface Page {
  goto(url: string): Promise<unknown>;
  evaluate<Result>(
    script: string | ((argument: never) => Result | Promise<Result>),
    argument?: unknown,
  ): Promise<Result>;
  waitForFunction(script: string, argument?: unknown, options?: { timeout?: number }): Promise<unknown>;
  screenshot(options?: { path?: string }): Promise<Buffer>;
  setViewportSize(size: { width: number; height: number }): Promise<void>;
  on(event: string, listener: (event: never) => void): void;
  /** Answers what the page asks of URLs like `pattern`, in the network's place. */
  route(pattern: string, answer: (route: Route) => Promise<void>): Promise<void>;
  close(): Promise<void>;
  readonly keyboard: {
    press(key: string): Promise<void>;
    down(key: string): Promise<void>;
    up(key: string): Promise<void>;
  };
  readonly mouse: { click(x: number, y: number): Promise<void>; move(x: number, y: number): Promise<void> };
  fill(selector: string, text: string): Promise<void>;
  click(selector: string): Promise<void>;
  textContent(selector: string): Promise<string | null>;
}

export interface Visit {
  readonly page: Page;
  /** Opens one more page of the same browser. */
  readonly another: () => Promise<Page>;
  /** Where the project's files are served, with a slash at its end. */
  readonly url: string;
  /** What pages have thrown or printed as errors so far. */
  readonly errors: string[];
}

interface Browser {
  newPage(options?: object): Promise<Page>;
  close(): Promise<void>;
}
interface Launcher {
  launch(options: object): Promise<Browser>;
}

/** Files to serve besides the project's, by path; `headers` go with every file. */
export interface Extras {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly viewport?: { width: number; height: number };
}

export async function launchChromium(): Promise<Browser> {
  const { chromium } = await fromRuntimes<{ chromium: Launcher }>('playwright-core');
  const system = SYSTEM.find((path) => existsSync(path));
  return chromium.launch({ headless: true, executablePath: system ?? (await bundledChromium()), args: ARGUMENTS });
}

async function bundledChromium(): Promise<string> {
  const { default: bundled } = await fromRuntimes<{ default: { executablePath(): Promise<string> } }>(
    '@sparticuz/chromium',
  );
  return bundled.executablePath();
}

/** Serves the project's files and `extras` while `use` runs. */
export async function withFiles(use: (url: string) => Promise<void>, extras: Extras = {}): Promise<void> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    void answer(path, extras).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': TYPES[extname(path)] ?? 'text/plain', ...extras.headers }).end(body);
    });
  });
  const url = await listening(server);
  try {
    await use(url);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Shows the project to `visit` in a browser of its own. */
export function withPage(visit: (visit: Visit) => Promise<void>, extras: Extras = {}): Promise<void> {
  return withFiles((url) => visitPages(url, visit, extras), extras);
}

async function visitPages(url: string, visit: (visit: Visit) => Promise<void>, extras: Extras): Promise<void> {
  const browser = await launchChromium();
  const errors: string[] = [];
  const open = async (): Promise<Page> => {
    const page = await browser.newPage(extras.viewport === undefined ? {} : { viewport: extras.viewport });
    page.on('pageerror', (error: Error) => errors.push(String(error.stack ?? error)));
    page.on('console', (line: { type(): string; text(): string }) => {
      if (line.type() === 'error') errors.push(line.text());
    });
    return page;
  };
  try {
    await visit({ page: await open(), another: open, url, errors });
  } finally {
    await browser.close();
  }
}

async function answer(path: string, { files = {} }: Extras): Promise<{ status: number; body: string | Uint8Array }> {
  const own = files[path];
  if (own !== undefined) return { status: 200, body: own };
  try {
    return { status: 200, body: await readFile(join(ROOT, normalize(path))) };
  } catch {
    return { status: 404, body: `no ${path}` };
  }
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
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

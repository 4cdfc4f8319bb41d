// Chromium, driven by playwright-core: the one that the runtimes' manifest brings, and the one that is installed.
import { existsSync } from 'node:fs';
import { fromRuntimes } from '../../runtimes/install.js';
import { type Browser, type Keyboard, type Mouse, type Page, type Word, waitInPage } from './page.js';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
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

// The parts of playwright-core that are used here; its own types are not there before the first run.
interface ConsoleLine {
  type(): string;
  text(): string;
  args(): readonly unknown[];
}
interface DrivenPage {
  goto(url: string): Promise<unknown>;
  evaluate<Result>(expression: string): Promise<Result>;
  screenshot(): Promise<Buffer>;
  fill(selector: string, text: string): Promise<void>;
  click(selector: string): Promise<void>;
  textContent(selector: string): Promise<string | null>;
  on(event: 'pageerror', listener: (error: Error) => void): void;
  on(event: 'console', listener: (line: ConsoleLine) => void): void;
  readonly keyboard: Keyboard;
  readonly mouse: Mouse;
}
interface LogEntry {
  readonly source: string;
  readonly level: string;
  readonly text: string;
}
interface Session {
  send(method: string, params?: object): Promise<unknown>;
  on(event: 'Log.entryAdded', listener: (event: { entry: LogEntry }) => void): void;
}
interface Context {
  newPage(): Promise<DrivenPage>;
  newCDPSession(page: DrivenPage): Promise<Session>;
  close(): Promise<void>;
}
interface DrivenBrowser {
  newContext(options: object): Promise<Context>;
  contexts(): readonly Context[];
  close(): Promise<void>;
}
interface Launcher {
  launch(options: object): Promise<DrivenBrowser>;
}

/** Where Chromium or Chrome is installed, null when it is not. */
export const INSTALLED_CHROMIUM = PLACES.find((path) => existsSync(path)) ?? null;

/** The one of the runtimes' manifest, which is made for Linux; elsewhere the installed one. */
export async function launchBundledChromium(): Promise<Browser> {
  if (process.platform !== 'linux') return launchInstalledChromium();
  const { default: bundled } = await fromRuntimes<{ default: { executablePath(): Promise<string> } }>(
    '@sparticuz/chromium',
  );
  return launchChromium(await bundled.executablePath());
}

export function launchInstalledChromium(): Promise<Browser> {
  if (INSTALLED_CHROMIUM === null) throw new Error('Chromium is not installed');
  return launchChromium(INSTALLED_CHROMIUM);
}

async function launchChromium(executablePath: string): Promise<Browser> {
  const { chromium } = await fromRuntimes<{ chromium: Launcher }>('playwright-core');
  const browser = await chromium.launch({ headless: true, executablePath, args: ARGUMENTS });
  return {
    open: async (viewport, hear) => {
      const context = await browser.newContext({ viewport, ignoreHTTPSErrors: true });
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await listen(page, session, hear);
      return pageOf(page, session);
    },
    closePages: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    close: () => browser.close(),
  };
}

async function listen(page: DrivenPage, session: Session, hear: (word: Word) => void): Promise<void> {
  page.on('pageerror', (error) => hear({ isError: true, text: String(error.stack ?? error) }));
  page.on('console', (line) => {
    // A line without arguments is the browser's own remark, which its log tells with a source.
    if (line.args().length > 0) hear({ isError: line.type() === 'error', text: line.text() });
  });
  // What it could not load or connect to is not the page's fault: an icon that only the browser wants, a server's end.
  session.on('Log.entryAdded', ({ entry: { source, level, text } }) => {
    if (source !== 'network') hear({ isError: level === 'error', text });
  });
  await session.send('Log.enable');
}

function pageOf(page: DrivenPage, session: Session): Page {
  const touch = (type: string, ...touchPoints: { x: number; y: number }[]): Promise<unknown> =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints });
  return {
    goto: async (url) => {
      await page.goto(url);
    },
    evaluate: (expression) => page.evaluate(expression),
    waitForFunction: (expression) => waitInPage(page, expression),
    screenshot: () => page.screenshot(),
    fill: (selector, text) => page.fill(selector, text),
    click: (selector) => page.click(selector),
    textContent: (selector) => page.textContent(selector),
    stopServiceWorkers: async () => {
      await session.send('ServiceWorker.enable');
      await session.send('ServiceWorker.stopAllWorkers');
    },
    keyboard: page.keyboard,
    mouse: page.mouse,
    touch: {
      down: async (x, y) => {
        await touch('touchStart', { x, y });
      },
      move: async (x, y) => {
        await touch('touchMove', { x, y });
      },
      up: async () => {
        await touch('touchEnd');
      },
    },
  };
}

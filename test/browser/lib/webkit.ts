// WebKitGTK of the system, Safari's engine: its MiniBrowser, driven by WebDriver (W3C) through WebKitWebDriver. Each
// page has a browser of its own, since a driver has one session; what a page
// writes to its console is not told.
import { existsSync } from 'node:fs';
import { freePort } from '../../helpers/ports.js';
import type { Browser } from './page.js';
import { type Remote, RemotePage } from './remote-page.js';
import { HAS_SCREEN, start, startScreen } from './screen.js';

const DRIVER = '/usr/bin/WebKitWebDriver';
/** Directories of Debian's multiarch layout, and of others. */
const LIBRARIES = ['x86_64-linux-gnu/', 'aarch64-linux-gnu/', ''].map((place) => `/usr/lib/${place}`);
const MINI_BROWSER =
  LIBRARIES.flatMap((library) => ['4.1', '4.0', '6.0'].map((api) => `${library}webkit2gtk-${api}/MiniBrowser`))
    .concat(LIBRARIES.map((library) => `${library}webkitgtk-6.0/MiniBrowser`))
    .find((path) => existsSync(path)) ?? null;

/** Where WebKit's driver is, null when it, its browser or a screen is missing. */
export const WEBKIT = existsSync(DRIVER) && MINI_BROWSER !== null && HAS_SCREEN ? DRIVER : null;

const SCRIPT_MS = 110_000;
const START_MS = 20_000;

export async function launchWebkit(): Promise<Browser> {
  const screen = await startScreen();
  const used: Session[] = [];
  /** Sessions whose pages are closed: the next pages are theirs. */
  const idle: Session[] = [];
  return {
    open: async ({ width, height }) => {
      const session = idle.pop() ?? (await openSession(screen.env));
      used.push(session);
      await ask('POST', `${session.url}/window/rect`, { width, height });
      return new RemotePage(remoteOf(session.url));
    },
    closePages: async () => {
      for (const session of used.splice(0)) {
        await ask('POST', `${session.url}/url`, { url: 'about:blank' });
        idle.push(session);
      }
    },
    close: async () => {
      for (const { end } of [...used, ...idle]) await end();
      await screen.end();
    },
  };
}

interface Reply {
  readonly value: { readonly error?: string; readonly message?: string } & Readonly<Record<string, unknown>>;
}

async function ask(method: string, url: string, body: object | null = null): Promise<Reply['value']> {
  const response = await fetch(url, { method, body: body === null ? null : JSON.stringify(body) });
  const { value } = (await response.json()) as Reply;
  if (!response.ok) throw new Error(`${method} ${new URL(url).pathname}: ${value.error}: ${value.message}`);
  return value;
}

interface Session {
  readonly url: string;
  end(): Promise<void>;
}

async function openSession(env: NodeJS.ProcessEnv): Promise<Session> {
  const port = await freePort();
  const driver = start(DRIVER, [`--port=${port}`], { env, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}/session`;
  try {
    await listening(`http://127.0.0.1:${port}/status`);
    const browserOptions = { binary: MINI_BROWSER, args: ['--automation'] };
    const alwaysMatch = { acceptInsecureCerts: true, 'webkitgtk:browserOptions': browserOptions };
    const { sessionId } = await ask('POST', url, { capabilities: { alwaysMatch } });
    const session = `${url}/${sessionId}`;
    await ask('POST', `${session}/timeouts`, { script: SCRIPT_MS });
    const end = async (): Promise<void> => {
      await ask('DELETE', session).catch(() => {});
      await driver.end();
    };
    return { url: session, end };
  } catch (error) {
    await driver.end();
    throw error;
  }
}

async function listening(status: string): Promise<void> {
  const end = performance.now() + START_MS;
  for (;;) {
    try {
      await ask('GET', status);
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function remoteOf(session: string): Remote {
  return {
    navigate: async (url) => {
      await ask('POST', `${session}/url`, { url });
    },
    evaluate: async (promise) => {
      const script = `const [done] = arguments; ${promise}.then(done, (error) => done({ error: String(error) }));`;
      const value: unknown = await ask('POST', `${session}/execute/async`, { script, args: [] });
      if (typeof value === 'string') return value;
      throw new Error((value as { error: string }).error);
    },
    perform: async (device, actions) => {
      await ask('POST', `${session}/actions`, { actions: [{ ...device, actions }] });
    },
    screenshot: async () => Buffer.from(String(await ask('GET', `${session}/screenshot`)), 'base64'),
  };
}

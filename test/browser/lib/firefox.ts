// Firefox of the system, driven by WebDriver BiDi (W3C), which it speaks by itself.
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import type { Browser, Page, Size, Word } from './page.js';
import { type Remote, RemotePage } from './remote-page.js';
import { HAS_SCREEN, start, startScreen } from './screen.js';

const PLACES = ['/usr/bin/firefox', '/usr/bin/firefox-esr', '/Applications/Firefox.app/Contents/MacOS/firefox'];

/** Where Firefox is, null when it is not installed or has no screen: headless it has no WebGL on Linux. */
export const FIREFOX = HAS_SCREEN ? (PLACES.find((path) => existsSync(path)) ?? null) : null;

/** Its own remarks on connections that fail, which come as if the page had thrown them. */
const REMARK = /^(?:Firefox can’t establish a connection to|The connection to) /;

/** WebGL without a graphics card, as the engines need it; and nothing that a stranger's first start would do. */
const PREFERENCES = `
user_pref('webgl.force-enabled', true);
user_pref('datareporting.policy.dataSubmissionEnabled', false);
user_pref('app.update.disabledForTesting', true);
`;

type Values = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly type: string;
  readonly message?: string;
  readonly result?: Values;
  readonly method?: string;
  readonly params?: LogEntry;
}

interface LogEntry {
  /** `console`: the page wrote it; `javascript`: nobody caught it. */
  readonly type: string;
  readonly level: string;
  readonly text: string | null;
  readonly source: { readonly context?: string };
}

class BidiSession {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Message) => void>();
  #lastId = 0;
  onLogEntry: (entry: LogEntry) => void = () => {};

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (text) => {
      const message = JSON.parse(String(text)) as Message;
      if (message.method === 'log.entryAdded' && message.params !== undefined) this.onLogEntry(message.params);
      else this.#waiting.get(message.id ?? 0)?.(message);
    });
    socket.on('close', () => {
      for (const end of this.#waiting.values()) end({ type: 'error', message: 'Firefox has ended' });
    });
  }

  ask(method: string, params: object): Promise<Values> {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ type, message, result }) => {
        this.#waiting.delete(id);
        if (type === 'error') reject(new Error(`${method}: ${message}`));
        else resolve(result ?? {});
      });
    });
  }
}

async function addressOf(firefox: ChildProcess): Promise<string> {
  const said: string[] = [];
  for await (const line of createInterface({ input: firefox.stderr as NodeJS.ReadableStream })) {
    said.push(line);
    const [, address] = /WebDriver BiDi listening on (ws:\S+)/.exec(line) ?? [];
    if (address !== undefined) return `${address}/session`;
  }
  throw new Error(`Firefox has ended: ${said.join('\n')}`);
}

async function sessionOf(firefox: ChildProcess): Promise<BidiSession> {
  const socket = new WebSocket(await addressOf(firefox), { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  firefox.stderr?.resume(); // a full pipe would stop it
  const session = new BidiSession(socket);
  await session.ask('session.new', { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
  await session.ask('session.subscribe', { events: ['log.entryAdded'] });
  return session;
}

export async function launchFirefox(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'websocketpeer-firefox-'));
  await writeFile(join(profile, 'user.js'), PREFERENCES);
  const screen = await startScreen();
  const args = ['--no-remote', '--profile', profile, '--remote-debugging-port=0', 'about:blank'];
  const firefox = start(FIREFOX as string, process.platform === 'linux' ? args : ['--headless', ...args], {
    env: screen.env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const close = async (): Promise<void> => {
    await firefox.end();
    await screen.end();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    return browserOf(await sessionOf(firefox.child), close);
  } catch (error) {
    await close();
    throw error;
  }
}

function browserOf(session: BidiSession, close: () => Promise<void>): Browser {
  /** Listeners by the page's context. */
  const listeners = new Map<string, (word: Word) => void>();
  const userContexts: string[] = [];
  session.onLogEntry = ({ type, level, text, source }) => {
    if (type === 'javascript' && (level !== 'error' || REMARK.test(text ?? ''))) return;
    listeners.get(source.context ?? '')?.({ isError: level === 'error', text: text ?? '' });
  };
  return {
    open: async (viewport, hear) => {
      const { userContext } = (await session.ask('browser.createUserContext', {})) as { userContext: string };
      userContexts.push(userContext);
      const context = await openWindow(session, userContext, viewport);
      listeners.set(context, hear);
      return pageOf(session, context);
    },
    closePages: async () => {
      listeners.clear();
      for (const userContext of userContexts.splice(0)) await session.ask('browser.removeUserContext', { userContext });
    },
    close,
  };
}

/** A window, since a tab behind another one draws no frames. */
async function openWindow(session: BidiSession, userContext: string, viewport: Size): Promise<string> {
  const { context } = await session.ask('browsingContext.create', { type: 'window', userContext });
  await session.ask('browsingContext.setViewport', { context, viewport });
  return context as string;
}

function pageOf(session: BidiSession, context: string): Page {
  const remote: Remote = {
    navigate: async (url) => {
      await session.ask('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    evaluate: async (expression) => {
      const options = { target: { context }, expression, awaitPromise: true };
      const { result, exceptionDetails } = await session.ask('script.evaluate', options);
      if (exceptionDetails !== undefined) throw new Error((exceptionDetails as { text: string }).text);
      return (result as { value: string }).value;
    },
    perform: async (device, actions) => {
      await session.ask('input.performActions', { context, actions: [{ ...device, actions }] });
    },
    screenshot: async () => {
      const { data } = await session.ask('browsingContext.captureScreenshot', { context });
      return Buffer.from(data as string, 'base64');
    },
  };
  return new RemotePage(remote);
}

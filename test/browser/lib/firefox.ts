// Firefox of the system, asked by WebDriver BiDi (W3C), which it speaks by itself: opens a page and evaluates a script in
// it. What is asked lives in the tests.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { withDirectory } from './browser.js';

const PLACES = ['/usr/bin/firefox', '/usr/bin/firefox-esr', '/Applications/Firefox.app/Contents/MacOS/firefox'];

/** Where Firefox is, null when it is not installed. */
export const FIREFOX = PLACES.find((path) => existsSync(path)) ?? null;

interface Answer {
  readonly id?: number;
  readonly type: string;
  readonly message?: string;
  readonly result?: Record<string, unknown>;
}

class BidiSession {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastId = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (text) => {
      const answer = JSON.parse(String(text)) as Answer;
      this.#waiting.get(answer.id ?? 0)?.(answer);
    });
  }

  ask(method: string, params: object): Promise<Record<string, unknown>> {
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

/** Opens `url` in a Firefox of its own and returns what `script`, a promise of a string, becomes there. */
export async function evaluateInFirefox(url: string, script: string): Promise<string> {
  let value = '';
  await withDirectory(async (profile) => {
    const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port=0', 'about:blank'];
    const firefox = spawn(FIREFOX as string, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = new Promise((resolve) => firefox.on('close', resolve));
    try {
      const socket = new WebSocket(await addressOf(firefox), { perMessageDeflate: false });
      await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
      const session = new BidiSession(socket);
      await session.ask('session.new', { capabilities: {} });
      const { context } = await session.ask('browsingContext.create', { type: 'tab' });
      await session.ask('browsingContext.navigate', { context, url, wait: 'complete' });
      const options = { target: { context }, expression: script, awaitPromise: true };
      const { result, exceptionDetails } = await session.ask('script.evaluate', options);
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      value = (result as { value: string }).value;
    } finally {
      firefox.kill('SIGKILL');
      await ended;
    }
  });
  return value;
}

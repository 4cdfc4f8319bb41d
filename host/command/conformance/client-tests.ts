// The cases against clients: a server whose paths drivers of the known suite call. A plain GET shows the results.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { chooseCases } from './all-cases.js';
import { type Case, type Step, TEXT } from './case.js';
import { CaseRun, type Terms } from './case-run.js';
import { drive } from './drive.js';
import { type Head, KeyLog, readHead } from './handshakes.js';
import type { CaseResult } from './results.js';

export interface ClientOptions {
  readonly isHeavy?: boolean;
  readonly patterns?: readonly string[];
  readonly patienceMs?: number;
  readonly pauseMs?: number;
  readonly onResult?: (agent: string, result: CaseResult) => void;
  /** A client asks for its report. */
  readonly onReport?: (agent: string, results: readonly CaseResult[]) => void;
  /** What a plain GET gets. */
  readonly page?: (results: ReadonlyMap<string, readonly CaseResult[]>) => string;
}

const PATIENCE_MS = 5000;
const PAUSE_MS = 1000;
const HEAD_PATIENCE_MS = 10_000;
const MAX_HEAD = 65_536;

/** Names as drivers of the known suite expect them. */
const BEHAVIOURS: Readonly<Record<CaseResult['verdict'], string>> = {
  OK: 'OK',
  'non-strict': 'NON-STRICT',
  informational: 'INFORMATIONAL',
  failed: 'FAILED',
  'not judged': 'UNIMPLEMENTED',
  'not offered': 'UNIMPLEMENTED',
};

interface Call {
  readonly path: string;
  readonly agent: string;
  /** From 1; 0 when there is none. */
  readonly number: number;
}

function callOf({ first }: Head): Call {
  const [path = '', query = ''] = (first.split(' ')[1] ?? '').split('?', 2);
  const values = new URLSearchParams(query);
  const number = Number(values.get('case') ?? 0);
  return { path, agent: values.get('agent') ?? 'a client', number: Number.isInteger(number) ? number : 0 };
}

export class ClientTests {
  readonly cases: readonly Case[];
  readonly #options: ClientOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #keys = new Map<string, KeyLog>();
  readonly #results = new Map<string, CaseResult[]>();

  constructor(options: ClientOptions = {}) {
    const { isHeavy = false, patterns = [] } = options;
    this.#options = options;
    this.cases = chooseCases({ role: 'client', isHeavy, patterns });
    this.#server = createServer({ allowHalfOpen: true }, (socket) => void this.#meet(socket));
  }

  /** Returns the port. */
  async listen(port: number, host = '127.0.0.1'): Promise<number> {
    await new Promise<void>((resolve, reject) => this.#server.once('error', reject).listen(port, host, resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** In order of the cases; those that did not run are left out. */
  resultsOf(agent: string): CaseResult[] {
    return (this.#results.get(agent) ?? []).filter((result) => result !== undefined);
  }

  async #meet(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket)).on('error', () => socket.destroy());
    const bytes = await firstBytes(socket);
    const head = bytes === null ? undefined : readHead(bytes)?.head;
    if (bytes === null || head === undefined) socket.destroy();
    else if (!head.headers.has('upgrade')) this.#showPage(socket);
    else await this.#serve(callOf(head), bytes, socket);
  }

  #showPage(socket: Socket): void {
    const all = new Map([...this.#results.keys()].map((agent) => [agent, this.resultsOf(agent)]));
    const body = Buffer.from(this.#options.page?.(all) ?? '');
    const head = `HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: ${body.length}\r\n`;
    socket.end(Buffer.concat([Buffer.from(`${head}Connection: close\r\n\r\n`), body]));
  }

  async #serve({ path, agent, number }: Call, bytes: Buffer, socket: Socket): Promise<void> {
    const test = this.cases[number - 1];
    if (path === '/getCaseCount') await this.#tell(String(this.cases.length), bytes, socket);
    else if (path === '/updateReports') {
      this.#options.onReport?.(agent, this.resultsOf(agent));
      await this.#tell(null, bytes, socket);
    } else if (test === undefined) socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
    else if (path === '/getCaseInfo') {
      await this.#tell(JSON.stringify({ id: test.id, description: test.title }), bytes, socket);
    } else if (path === '/getCaseStatus') {
      const verdict = this.#results.get(agent)?.[number - 1]?.verdict ?? 'not judged';
      await this.#tell(JSON.stringify({ behavior: BEHAVIOURS[verdict] }), bytes, socket);
    } else await this.#runCase(test, number, agent, bytes, socket);
  }

  async #runCase(test: Case, number: number, agent: string, bytes: Buffer, socket: Socket): Promise<void> {
    const begin = performance.now();
    const { judgement } = await this.#play(test, bytes, socket, this.#keysOf(agent));
    const { id, title, section } = test;
    const result = { id, title, section, ...judgement, ms: Math.round(performance.now() - begin) };
    const results = this.#results.get(agent) ?? [];
    results[number - 1] = result;
    this.#results.set(agent, results);
    this.#options.onResult?.(agent, result);
  }

  /** One text, or none, and a close frame once it was read: some lose a message that comes with a close frame. */
  async #tell(payload: string | null, bytes: Buffer, socket: Socket): Promise<void> {
    const send: Step[] = payload === null ? [] : [{ opcode: TEXT, payload }, 'seen'];
    await this.#play({ id: 'call', title: 'a call of the driver', section: '', send }, bytes, socket);
  }

  #keysOf(agent: string): KeyLog {
    const keys = this.#keys.get(agent) ?? new KeyLog();
    this.#keys.set(agent, keys);
    return keys;
  }

  async #play(test: Case, bytes: Buffer, socket: Socket, keys = new KeyLog()): Promise<CaseRun> {
    const run = new CaseRun(test, this.#terms(keys));
    run.receive(bytes);
    await drive(run, socket);
    return run;
  }

  #terms(keys: KeyLog): Terms {
    const { patienceMs = PATIENCE_MS, pauseMs = PAUSE_MS } = this.#options;
    const destination = { host: '', target: '/', protocols: [], headers: [], origin: '' };
    const makeKey = () => '';
    return { role: 'client', destination, makeKey, keys, patienceMs, pauseMs, echoes: true, greetings: 0 };
  }
}

/** What has come when the head of a request is whole; null when it does not become so. The rest stays in the socket. */
function firstBytes(socket: Socket): Promise<Buffer | null> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const done = (result: Buffer | null): void => {
      clearTimeout(timer);
      socket.off('data', hear).off('close', gone).pause();
      resolve(result);
    };
    const gone = (): void => done(null);
    const hear = (more: Buffer): void => {
      bytes = Buffer.concat([bytes, more]);
      if (readHead(bytes) !== null) done(bytes);
      else if (bytes.length > MAX_HEAD) done(null);
    };
    const timer = setTimeout(gone, HEAD_PATIENCE_MS);
    socket.on('data', hear).once('close', gone);
  });
}

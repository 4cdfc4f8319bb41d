// The cases against a server: a look at whether it echoes and greets, then each case on a connection of its own.
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { chooseCases } from './all-cases.js';
import type { Case } from './case.js';
import { CaseRun, type Terms } from './case-run.js';
import { drive } from './drive.js';
import { Greeting } from './greeting.js';
import { type Destination, KeyLog } from './handshakes.js';
import { NOT_OFFERED } from './opening-verdict.js';
import { type CaseResult, ConformanceError } from './results.js';
import type { Judgement } from './verdict.js';

export interface ServerOptions {
  /** ws: or wss:. */
  readonly url: URL;
  readonly protocols?: readonly string[];
  /** Header lines, `Name: value`. */
  readonly headers?: readonly string[];
  readonly origin?: string;
  readonly isHeavy?: boolean;
  readonly patterns?: readonly string[];
  readonly patienceMs?: number;
  readonly pauseMs?: number;
  /** Cases at once. */
  readonly parallel?: number;
  /** Whether a certificate that nobody vouches for will do. */
  readonly isTrusting?: boolean;
  readonly onProbe?: (probe: Probe) => void;
  readonly onResult?: (result: CaseResult) => void;
}

export interface Probe {
  readonly echoes: boolean;
  readonly greetings: number;
  /** Whether it agrees to compression (RFC 7692). */
  readonly compresses: boolean;
}

const PATIENCE_MS = 5000;
const PAUSE_MS = 1000;

function destinationOf({ url, protocols = [], headers = [], origin = '' }: ServerOptions): Destination {
  return { host: url.host, target: `${url.pathname}${url.search}`, protocols, headers, origin };
}

function dial({ url, isTrusting = false }: ServerOptions): Promise<Socket> {
  const isSecure = url.protocol === 'wss:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (isSecure ? 443 : 80);
  // The close frame answers before FIN does; a half-open socket shows which side ended first.
  const target = { host, port, allowHalfOpen: true };
  return new Promise((resolve, reject) => {
    const servername = /^[\d.]+$|:/.test(host) ? {} : { servername: host };
    const socket = isSecure
      ? connectTls({ ...target, ...servername, rejectUnauthorized: !isTrusting }, () => resolve(socket))
      : connect(target, () => resolve(socket));
    socket.once('error', ({ message }) => reject(new ConformanceError(`can't connect to ${url.host}: ${message}`)));
  });
}

function termsOf(options: ServerOptions, { echoes, greetings }: Pick<Probe, 'echoes' | 'greetings'>): Terms {
  return {
    role: 'server',
    destination: destinationOf(options),
    makeKey: () => randomBytes(16).toString('base64'),
    keys: new KeyLog(),
    patienceMs: options.patienceMs ?? PATIENCE_MS,
    pauseMs: options.pauseMs ?? PAUSE_MS,
    echoes,
    greetings,
  };
}

/** A text that no server sends of itself, to see what comes back and what comes before it. */
async function look(options: ServerOptions): Promise<Probe> {
  const payload = `is this an echo? ${randomBytes(8).toString('hex')}`;
  const probe = new Greeting(payload, termsOf(options, { echoes: true, greetings: 0 }));
  await drive(probe.run, await dial(options));
  if (probe.refusal !== '')
    throw new ConformanceError(`${options.url.host} is no WebSocket server here: ${probe.refusal}`);
  const asking = new CaseRun(COMPRESSION_PROBE, termsOf(options, probe.found));
  await drive(asking, await dial(options));
  return { ...probe.found, compresses: asking.isCompressed };
}

/** What browsers offer. */
const COMPRESSION_PROBE: Case = {
  id: 'probe',
  title: 'does it compress?',
  section: '',
  send: [],
  compression: { offers: ['permessage-deflate; client_max_window_bits'], must: 'agree' },
};

async function runCase(test: Case, options: ServerOptions, probe: Probe): Promise<CaseResult> {
  const begin = performance.now();
  const judgement = withoutPlaying(test, probe) ?? (await play(test, options, probe));
  return {
    id: test.id,
    title: test.title,
    section: test.section,
    ...judgement,
    ms: Math.round(performance.now() - begin),
  };
}

async function play(test: Case, options: ServerOptions, probe: Probe): Promise<Judgement> {
  const run = new CaseRun(test, termsOf(options, probe));
  let socket: Socket;
  try {
    socket = await dial(options);
  } catch (error) {
    return { verdict: 'failed', note: error instanceof Error ? error.message : String(error) };
  }
  await drive(run, socket);
  return run.judgement;
}

const NOT_ECHOED: Judgement = { verdict: 'not judged', note: 'the server does not echo' };

function withoutPlaying(test: Case, { echoes, compresses }: Probe): Judgement | null {
  if (test.compression !== undefined && !compresses) return NOT_OFFERED;
  return needsEcho(test) && !echoes ? NOT_ECHOED : null;
}

function needsEcho({ messages = [], ending }: Case): boolean {
  return messages.length > 0 && ending === undefined;
}

/** All chosen cases, in order of their ids. Throws ConformanceError when there is no server. */
export async function testServer(options: ServerOptions): Promise<{ probe: Probe; results: CaseResult[] }> {
  const { isHeavy = false, patterns = [], parallel = 1 } = options;
  const cases = chooseCases({ role: 'server', isHeavy, patterns });
  const probe = await look(options);
  options.onProbe?.(probe);
  const results: CaseResult[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < cases.length; index = next++) {
      const result = await runCase(cases[index] as Case, options, probe);
      results[index] = result;
      options.onResult?.(result);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return { probe, results };
}

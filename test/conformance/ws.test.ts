// The conformance suite against `ws`, of which is known how it does: everything right, but it looks at UTF-8 late.
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket as Socket, WebSocket, WebSocketServer } from 'ws';
import { ClientTests } from '../../host/command/conformance/client-tests.js';
import type { CaseResult } from '../../host/command/conformance/results.js';
import { testServer } from '../../host/command/conformance/server-tests.js';
import { runCases } from './programs/echo.mjs';

const LATE = ['6.4.1', '6.4.2', '6.4.3', '6.4.4'];

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function echoBack(socket: Socket): void {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on('error', () => {});
}

async function serveWs(onConnection: (socket: Socket) => void, perMessageDeflate = false): Promise<URL> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate });
  stops.push(() => server.close());
  server.on('connection', onConnection);
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  return new URL(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`);
}

const idsOf = (results: readonly CaseResult[], verdict: string): string[] =>
  results.filter((result) => result.verdict === verdict).map(({ id }) => id);

function expectLateOnly(results: readonly CaseResult[]): void {
  expect(idsOf(results, 'failed')).toEqual([]);
  expect(idsOf(results, 'not judged')).toEqual([]);
  expect(idsOf(results, 'non-strict')).toEqual(LATE);
}

const dial = (url: string, echoes: boolean, perMessageDeflate = false): Promise<string> =>
  new Promise((resolve) => {
    const socket = new WebSocket(url, { perMessageDeflate });
    let last = '';
    if (echoes) echoBack(socket);
    else socket.on('message', (data) => (last = String(data)));
    socket.on('error', () => {}).on('close', () => resolve(last));
  });

describe('§4 to §8', () => {
  it('ws as a server fails nowhere, and is non-strict in 6.4.1 to 6.4.4', async () => {
    const { results } = await testServer({
      url: await serveWs(echoBack),
      parallel: 4,
      patienceMs: 30_000,
      pauseMs: 100,
    });
    expectLateOnly(results);
  });

  it('ws as a client fails nowhere, and is non-strict in 6.4.1 to 6.4.4', async () => {
    const reported: CaseResult[] = [];
    const onReport = (_: string, results: readonly CaseResult[]): void => void reported.push(...results);
    const tests = new ClientTests({ patienceMs: 30_000, pauseMs: 100, onReport });
    stops.push(() => tests.close());
    await runCases(
      (url: string, echoes: boolean) => dial(url, echoes),
      `ws://127.0.0.1:${await tests.listen(0)}`,
      'ws',
    );
    expect(reported.length).toBe(tests.cases.length);
    expectLateOnly(reported);
  });

  it('a server that greets is judged without its greeting', async () => {
    const url = await serveWs((socket) => {
      socket.send('welcome');
      socket.send(JSON.stringify({ time: performance.now() }));
      echoBack(socket);
    });
    const { probe, results } = await testServer({ url, patterns: ['1.1', '3', '7.3'], parallel: 4 });
    expect(probe).toEqual({ echoes: true, greetings: 2, compresses: false });
    expect(results.length).toBe(21);
    expect(idsOf(results, 'OK').length).toBe(results.length);
  });

  it('a server that does not echo is judged where that does not matter', async () => {
    const url = await serveWs((socket) => socket.on('error', () => {}));
    const { probe, results } = await testServer({ url, patterns: ['1.1', '2', '3'], parallel: 4, patienceMs: 1000 });
    expect(probe).toEqual({ echoes: false, greetings: 0, compresses: false });
    expect(idsOf(results, 'not judged')).toEqual([
      '1.1.1',
      '1.1.2',
      '1.1.3',
      '1.1.4',
      '1.1.5',
      '1.1.6',
      '1.1.7',
      '1.1.8',
    ]);
    expect(idsOf(results, 'OK').length).toBe(results.length - 8);
  });

  it('faults of a server are found: an echo that changes, one too many, a late answer to everything', async () => {
    const url = await serveWs((socket) => {
      socket.on('message', (data, isBinary) => {
        const text = String(data);
        socket.send(text.length === 125 ? `${text}!` : data, { binary: isBinary });
        if (text.length === 126) socket.send('once more');
        if (text.length === 127) socket.close(4000);
      });
    });
    const { results } = await testServer({ url, patterns: ['1.1'], patienceMs: 2000 });
    const notes = results.filter(({ verdict }) => verdict === 'failed').map(({ id, note }) => `${id} ${note}`);
    expect(notes[0]).toBe('1.1.2 sent a text of 126 bytes that is no echo');
    expect(notes.map((note) => note.split(' ')[0])).toContain('1.1.3');
  });
});

describe('RFC 7692', () => {
  const patterns = ['12.*.4', '13.*.7', 'C'];
  const aboutAgreement = (id: string): boolean => /^C\.[12]\./.test(id);

  it('ws as a server is right but for bad offers, which it refuses or takes', async () => {
    const url = await serveWs(echoBack, true);
    const { probe, results } = await testServer({ url, patterns: [...patterns], parallel: 4, patienceMs: 30_000 });
    expect(probe.compresses).toBe(true);
    expect(
      idsOf(results, 'failed')
        .concat(idsOf(results, 'non-strict'))
        .filter((id) => !aboutAgreement(id)),
    ).toEqual([]);
    expect(idsOf(results, 'failed')).toEqual([
      // Fallbacks behind a bad offer.
      ...['C.1.1.29', 'C.1.1.30', 'C.1.1.31'],
      // 08, 9.0 and 1e1 are numbers to it.
      ...['C.1.2.11', 'C.1.2.13', 'C.1.2.14', 'C.1.2.20', 'C.1.2.22', 'C.1.2.23'],
    ]);
    expect(idsOf(results, 'not offered')).toEqual([]);
  });

  it('ws as a client is right but for answers that it takes', async () => {
    const reported: CaseResult[] = [];
    const onReport = (_: string, results: readonly CaseResult[]): void => void reported.push(...results);
    const tests = new ClientTests({ patterns, patienceMs: 30_000, onReport });
    stops.push(() => tests.close());
    const base = `ws://127.0.0.1:${await tests.listen(0)}`;
    await runCases((url: string, echoes: boolean) => dial(url, echoes, true), base, 'ws');
    expect(idsOf(reported, 'failed')).toEqual(['C.2.2.10', 'C.2.2.16', 'C.2.2.19']);
    expect(idsOf(reported, 'non-strict').concat(idsOf(reported, 'not offered'))).toEqual([]);
  });

  it('who does not compress is not judged by it', async () => {
    const { probe, results } = await testServer({ url: await serveWs(echoBack), patterns, parallel: 4 });
    expect(probe.compresses).toBe(false);
    expect(idsOf(results, 'not offered').length).toBe(results.length);
  });
});

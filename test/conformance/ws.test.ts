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

async function serveWs(onConnection: (socket: Socket) => void): Promise<URL> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
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

const dial = (url: string, echoes: boolean): Promise<string> =>
  new Promise((resolve) => {
    const socket = new WebSocket(url);
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
    await runCases(dial, `ws://127.0.0.1:${await tests.listen(0)}`, 'ws');
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
    expect(probe).toEqual({ echoes: true, greetings: 2 });
    expect(results.length).toBe(21);
    expect(idsOf(results, 'OK').length).toBe(results.length);
  });

  it('a server that does not echo is judged where that does not matter', async () => {
    const url = await serveWs((socket) => socket.on('error', () => {}));
    const { probe, results } = await testServer({ url, patterns: ['1.1', '2', '3'], parallel: 4, patienceMs: 1000 });
    expect(probe).toEqual({ echoes: false, greetings: 0 });
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

// The conformance suite against this package: every kind of server, every class that is a client.
import { afterEach, describe, expect, it } from 'vitest';
import { ClientTests } from '../../host/command/conformance/client-tests.js';
import type { CaseResult } from '../../host/command/conformance/results.js';
import { type ServerOptions, testServer } from '../../host/command/conformance/server-tests.js';
import * as godot3 from '../../host/godot3/index.js';
import * as godot4 from '../../host/index.js';
import { freePort } from '../helpers/ports.js';
import { useReports } from '../helpers/reports.js';
import { makeTrust, serverOptions } from '../interop/lib/trust.js';
import { dialer, dialer3, runCases, serveGodot3, serveMultiplayer, serveTcp, serveUpgrades } from './programs/echo.mjs';

interface Served {
  readonly port: number;
  readonly stop: () => void;
}

useReports();
const open: Served[] = [];
afterEach(() => {
  for (const { stop } of open.splice(0)) stop();
});

async function resultsOf(serving: Promise<Served>, options: Partial<ServerOptions> = {}, scheme = 'ws') {
  const served = await serving;
  open.push(served);
  const url = new URL(`${scheme}://127.0.0.1:${served.port}/`);
  return testServer({ url, parallel: 4, patienceMs: 30_000, ...options });
}

/** Verdicts besides OK and informational, as `id verdict: note`. */
function complaintsOf(results: readonly CaseResult[]): string[] {
  return results
    .filter(({ verdict }) => verdict !== 'OK' && verdict !== 'informational')
    .map(({ id, verdict, note }) => `${id} ${verdict}: ${note}`);
}

const secure = async (): Promise<Served> => serveTcp(godot4, 0, serverOptions(await makeTrust()));

/** What RFC 7692 has no word about is told; everything else about compression is right, and offered. */
function expectCompression(results: readonly CaseResult[]): void {
  const about = results.filter(({ id }) => /^(C|12|13)\./.test(id));
  expect(about.length).toBeGreaterThan(240);
  const told = about.filter(({ verdict }) => verdict === 'informational').map(({ id }) => id);
  expect(told).toEqual(['C.4.3.1', 'C.4.3.2', 'C.4.3.3', 'C.4.3.4']);
  expect(about.filter(({ verdict }) => verdict === 'not offered')).toEqual([]);
}

/** `put_packet` of Godot 3 sends nothing for an empty packet, in the engine as here: it can't echo one. */
const NO_EMPTY_ECHO = ['1.1.1', '1.2.1', '6.1.1', '6.1.2', 'C.4.1.11', 'C.4.1.12'].map(
  (id) => `${id} failed: 1 of 1 messages did not come back`,
);

const SERVERS: readonly [name: string, serve: () => Promise<Served>, scheme: 'ws' | 'wss'][] = [
  ['TCPServer and accept_stream', () => serveTcp(godot4), 'ws'],
  ['TCPServer, StreamPeerTLS and accept_stream', secure, 'wss'],
  ['accept_upgrade', () => serveUpgrades(godot4), 'ws'],
];

describe('§4 to §8', () => {
  it.each(SERVERS)('a server of %s is strict in every case', async (_, serve, scheme) => {
    const { probe, results } = await resultsOf(serve(), { isTrusting: true }, scheme);
    expect(probe).toEqual({ echoes: true, greetings: 0, compresses: true });
    expectCompression(results);
    expect(results.length).toBeGreaterThan(280);
    expect(complaintsOf(results)).toEqual([]);
  });

  it('a server of Godot 3’s WebSocketServer is strict in every case, and can’t send what is empty', async () => {
    const { results } = await resultsOf(serveGodot3(godot3, await freePort()), { patienceMs: 3000 });
    expectCompression(results);
    expect(complaintsOf(results)).toEqual(NO_EMPTY_ECHO);
  });

  it('a server of WebSocketMultiplayerPeer greets with an id, does not echo, and is strict in the rest', async () => {
    const { probe, results } = await resultsOf(serveMultiplayer(godot4), { patienceMs: 3000 });
    expect(probe).toEqual({ echoes: false, greetings: 1, compresses: true });
    const complaints = complaintsOf(results).filter((line) => !line.endsWith('not judged: the server does not echo'));
    expect(complaints).toEqual(['7.1.6 not judged: takes no message of 262144 bytes (1009)']);
    expect(results.filter(({ verdict }) => verdict === 'OK').length).toBeGreaterThan(150);
  });

  it.each([
    ['WebSocketPeer', 'is strict in every case', dialer(godot4), 30_000, []],
    ['Godot 3’s WebSocketClient', 'can’t send what is empty, either', dialer3(godot3), 3000, NO_EMPTY_ECHO],
  ])('a client of %s %s', async (_, _how, dial, patienceMs, complaints) => {
    const reported: CaseResult[] = [];
    const tests = new ClientTests({ patienceMs, onReport: (_agent, results) => reported.push(...results) });
    const port = await tests.listen(0);
    open.push({ port, stop: () => tests.close() });
    await runCases(dial, `ws://127.0.0.1:${port}`, 'ours');
    expect(reported.length).toBe(tests.cases.length);
    expectCompression(reported);
    expect(complaintsOf(reported)).toEqual(complaints);
  });
});

// Listening, both ways of it: on Node's handles, and with the server of a runtime that imitates Node.
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Listener, ListenResult } from '../../../host/transport/platform.js';
import { ascii, Recorder, until } from '../../helpers/net.js';

type Listen = typeof import('../../../host/transport/node/listener.js').listen;

/** What tells the runtimes apart, and what each of them then listens with. */
const RUNTIMES: [string, () => void, string][] = [
  ['Node', () => vi.stubEnv('WEBSOCKETPEER_HANDLES', '1'), 'HandleListener'],
  ['Node with the handles switched off', () => vi.stubEnv('WEBSOCKETPEER_HANDLES', '0'), 'ServerListener'],
  ['a runtime that imitates Node', () => vi.stubGlobal('Deno', {}), 'ServerListener'],
];

async function load(pretend: () => void): Promise<Listen> {
  vi.resetModules();
  pretend();
  return (await import('../../../host/transport/node/listener.js')).listen;
}

function started({ errorCode, listener }: ListenResult): Listener {
  expect(errorCode).toBe('');
  return listener as Listener;
}

const here = { address: '127.0.0.1', port: 0 };
const unlimited = { maxWaiting: 512, maxWaitingPerAddress: 512, dropped: () => {}, exhausted: () => {} };

describe.each(RUNTIMES)('a listener of %s', (_, pretend, kind) => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  });

  it('listens as soon as the call returns, on one address or on all', async () => {
    const listen = await load(pretend);
    for (const address of ['127.0.0.1', '*']) {
      const listener = started(listen({ address, port: 0 }, () => {}));
      expect(listener.constructor.name).toBe(kind);
      expect(listener.localPort).toBeGreaterThan(0);
      listener.close();
    }
  });

  it('tells a taken port and a foreign address at once', async () => {
    const listen = await load(pretend);
    const listener = started(listen(here, () => {}));
    expect(listen({ ...here, port: listener.localPort }, () => {})).toEqual({
      errorCode: 'EADDRINUSE',
      listener: null,
    });
    expect(listen({ address: '192.0.2.1', port: 0 }, () => {})).toEqual({
      errorCode: 'EADDRNOTAVAIL',
      listener: null,
    });
    listener.close();
  });

  it('hands over connections that read and write', async () => {
    const listen = await load(pretend);
    const listener = started(listen(here, () => {}));
    const client = connect(listener.localPort, '127.0.0.1');
    let answer = '';
    client.on('data', (chunk) => {
      answer += chunk;
    });
    client.write('question');
    await until(() => listener.available === 1);
    const server = listener.take();
    expect(server?.localPort).toBe(listener.localPort);
    expect(server?.remotePort).toBe(client.localPort);
    server?.setNoDelay(true);
    expect(server?.write([ascii('answer')])).toBe(true); // before anybody reads
    const other = new Recorder(server as NonNullable<typeof server>);
    await until(() => other.text === 'question' && answer === 'answer');
    server?.destroy();
    listener.close();
    await until(() => client.destroyed || client.readableEnded);
    client.destroy();
  });

  it.each(['destroy', 'finish'] as const)('ends a connection that nobody has read by %s', async (way) => {
    const listen = await load(pretend);
    const listener = started(listen(here, () => {}));
    const client = connect(listener.localPort, '127.0.0.1').resume();
    const ended = new Promise((resolve) => client.once('close', resolve).once('error', () => {}));
    await until(() => listener.available === 1);
    const server = listener.take();
    if (way === 'destroy') server?.destroy();
    else server?.finish(1000);
    await ended;
    listener.close();
  });

  it('drops what waits beyond the limit, and the rest when it is closed', async () => {
    const listen = await load(pretend);
    const dropped: string[] = [];
    const limits = { ...unlimited, maxWaitingPerAddress: 1, dropped: (address: string) => dropped.push(address) };
    const listener = started(listen(here, () => {}, limits));
    const clients = [0, 1].map(() => connect(listener.localPort, '127.0.0.1').resume());
    const closed = clients.map(
      (client) => new Promise((resolve) => client.once('close', resolve).on('error', () => {})),
    );
    await until(() => dropped.length === 1);
    expect(dropped).toEqual(['127.0.0.1']);
    expect(listener.available).toBe(1);
    listener.close();
    await Promise.all(closed);
    expect(listener.available).toBe(0);
  });
});

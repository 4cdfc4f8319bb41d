// Who comes in, and as whom, on every kind of server: the handshake hook, the headers, and visitors behind proxies.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketPeer } from '../../../host/index.js';
import type { HandshakeRequest } from '../../../host/protocol/handshake-hook.js';
import { Game, until } from '../../helpers/game.js';
import { type Configure, type Known, SERVED, type Served } from '../../helpers/served.js';

const { STATE_OPEN, STATE_CLOSED } = WebSocketPeer;
const PAGE = 'Origin: https://game.example';

let game: Game;
beforeEach(() => {
  game = new Game();
});
afterEach(() => game.end());

function clientOf(served: Served, headers: readonly string[]): WebSocketPeer {
  const client = game.peer((peer) => {
    peer.handshake_headers = [...headers];
  });
  served.dial(client);
  return client;
}

async function play(served: Served, client: WebSocketPeer, done: () => boolean, what: string): Promise<void> {
  await until(() => {
    served.poll();
    client.poll();
    return done();
  }, what);
}

describe.each(SERVED)('%s', (_name, serve, address) => {
  /** A client with `headers` that gets in; what its server knows. */
  async function admitted(configure: Configure, headers: readonly string[] = []): Promise<[WebSocketPeer, Known]> {
    const served = await serve(game, configure);
    const client = clientOf(served, headers);
    const isIn = (): boolean => client.get_ready_state() === STATE_OPEN && served.known() !== null;
    await play(served, client, isIn, 'both to be open');
    return [client, served.known() as Known];
  }

  /** A client with `headers` that does not get in, and its server. */
  async function turnedAway(configure: Configure, headers: readonly string[] = []): Promise<[WebSocketPeer, Served]> {
    const served = await serve(game, configure);
    const client = clientOf(served, headers);
    await play(served, client, () => client.get_ready_state() === STATE_CLOSED, 'the end');
    expect(served.known()).toBeNull();
    return [client, served];
  }

  const hooked =
    (hook: (request: HandshakeRequest) => void): Configure =>
    (settings) => {
      settings.handshake_hook = hook;
    };

  test('lets in whom the hook accepts, late as well, and keeps its data', async () => {
    const accept = (request: HandshakeRequest): void => {
      const name = request.headers.get('cookie');
      setTimeout(() => request.accept({ data: { name, target: request.target }, headers: ['X-Seat: 3'] }), 5);
    };
    const [client, { data }] = await admitted(hooked(accept), ['Cookie: name=Ada']);
    expect(data).toEqual({ name: 'name=Ada', target: '/room?token=1' });
    expect(client.get_response_headers()?.get('x-seat')).toBe('3');
    expect(client.get_request_headers()?.get('cookie')).toBe('name=Ada');
    expect(client.get_handshake_data()).toBeNull();
  });

  test('answers whom the hook refuses with its status', async () => {
    await turnedAway(hooked((request) => request.refuse(401, { close_code: 4401 })));
    expect(game.reports.take()).toEqual([expect.stringContaining('"HTTP/1.1 401 Unauthorized", not 101')]);
  });

  test('closes a page that the hook refuses with its code', async () => {
    const [client] = await turnedAway(
      hooked((request) => request.refuse(401, { close_code: 4401, body: 'log in' })),
      [PAGE],
    );
    expect([client.get_close_code(), client.get_close_reason()]).toEqual([4401, 'log in']);
    expect(client.get_available_packet_count()).toBe(0);
  });

  test('answers 503 when the hook is late', async () => {
    let request: HandshakeRequest | null = null;
    await turnedAway((settings) => {
      settings.handshake_timeout = 0.05;
      settings.handshake_hook = (given) => {
        request = given;
        expect(given.signal.aborted).toBe(false);
      };
    });
    expect((request as HandshakeRequest | null)?.signal.aborted).toBe(true);
    expect(game.reports.take()).toEqual(
      expect.arrayContaining([
        expect.stringContaining('no answer after 0.05 s (handshake_timeout)'),
        expect.stringContaining('"HTTP/1.1 503 Service Unavailable", not 101'),
      ]),
    );
  });

  test('tells the hook when the client has gone', async () => {
    let signal: AbortSignal | null = null;
    const served = await serve(
      game,
      hooked((request) => {
        signal = request.signal;
      }),
    );
    const client = clientOf(served, []);
    await play(served, client, () => signal !== null, 'the hook');
    client.close(-1);
    await play(served, client, () => signal?.aborted === true, 'the signal');
    expect(served.known()).toBeNull();
  });

  test('believes nobody about the visitor at start', async () => {
    const [, { host, url }] = await admitted(() => {}, ['X-Forwarded-For: 6.6.6.6', 'X-Forwarded-Proto: https']);
    expect(host).toBe(address === 'unix' ? '' : address);
    if (url !== undefined) expect(url).toMatch(/^ws:/);
  });

  test('does not believe a neighbour that is no trusted proxy', async () => {
    const [, { host }] = await admitted(
      (settings) => {
        settings.trusted_proxies = ['10.0.0.0/8', address === 'unix' ? '127.0.0.1' : 'unix'];
      },
      ['X-Forwarded-For: 6.6.6.6', 'Forwarded: for=6.6.6.6'],
    );
    expect(host).toBe(address === 'unix' ? '' : address);
  });

  if (address === '') return; // a stream without addresses can't be a trusted proxy

  test('takes the visitor from a trusted proxy, for the hook as well', async () => {
    const asked: unknown[] = [];
    const [, { host, url, data }] = await admitted(
      (settings) => {
        settings.trusted_proxies = [address, '10.0.0.0/8'];
        settings.handshake_hook = (request) => {
          asked.push(request.remote_address, request.is_secure, request.url.split(':')[0]);
          request.accept({ data: 7 });
        };
      },
      ['X-Forwarded-For: 6.6.6.6, 203.0.113.9', 'X-Forwarded-For: 10.0.0.2', 'X-Forwarded-Proto: https'],
    );
    expect([asked, host, data]).toEqual([['203.0.113.9', true, 'wss'], '203.0.113.9', 7]);
    if (url !== undefined) expect(url).toMatch(/^wss:/);
  });

  test('takes it from Forwarded where that is chosen', async () => {
    const [, { host }] = await admitted(
      (settings) => {
        settings.trusted_proxies = [address];
        settings.proxy_header = 'forwarded';
      },
      ['X-Forwarded-For: 6.6.6.6', 'Forwarded: for=6.6.6.6, for="[2001:db8::1]:4711";proto=http'],
    );
    expect(host).toBe('2001:db8:0:0:0:0:0:1');
  });

  test('bears a header of thousands of entries', async () => {
    const [, { host }] = await admitted(
      (settings) => {
        settings.max_handshake_size = 16384;
        settings.trusted_proxies = [address, '10.0.0.0/8'];
      },
      [`X-Forwarded-For: 203.0.113.9,6.6.6.6, ${'10.0.0.2,'.repeat(1600)}10.0.0.3`],
    );
    expect(host).toBe('6.6.6.6');
  });
});

test('a bad entry of trusted_proxies refuses the connection by name, and nothing is believed', async () => {
  const server = game.tcpServer();
  const client = game.peer();
  client.connect_to_url(`ws://127.0.0.1:${server.get_local_port()}`);
  await until(() => server.is_connection_available(), 'a connection');
  const peer = game.peer((one) => {
    one.trusted_proxies = ['127.0.0.1', 'proxy.example'];
  });
  expect(peer.accept_stream(server.take_connection())).toBe(31);
  expect(game.reports.take()).toEqual([
    expect.stringContaining('accept_stream: trusted_proxies: "proxy.example" is no address'),
  ]);
});

test('headers of both halves are known on both sides from OPEN on', async () => {
  const wantGame = (peer: WebSocketPeer): void => {
    peer.supported_protocols = ['game'];
  };
  const { client, server } = await game.pair(wantGame, wantGame);
  for (const peer of [client, server]) {
    expect(peer.get_request_headers()?.get('sec-websocket-protocol')).toBe('game');
    expect(peer.get_request_headers()?.get('upgrade')).toBe('websocket');
    expect(peer.get_response_headers()?.get('sec-websocket-protocol')).toBe('game');
  }
  expect(client.get_request_headers()).toEqual(server.get_request_headers());
  expect(client.get_response_headers()).toEqual(server.get_response_headers());
  const fresh = game.peer();
  expect([fresh.get_request_headers(), fresh.get_response_headers(), fresh.get_handshake_data()]).toEqual([
    null,
    null,
    null,
  ]);
});

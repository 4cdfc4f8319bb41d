// Reports of refused handshakes: a flood of them is one line a second, about an object that the game has made.
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from '../../../host/godot3/index.js';
import { type ReportDetail, set_error_handler, WebSocketMultiplayerPeer } from '../../../host/index.js';
import { until } from '../../helpers/game.js';
import { RawPeer } from '../../helpers/raw-peer.js';
import { clientOf, SERVER_KINDS } from '../../helpers/server-kinds.js';

let told: [message: string, detail: ReportDetail][] = [];
const endings: (() => void)[] = [];
beforeEach(() => {
  told = [];
  vi.useFakeTimers({ toFake: ['Date'] });
  set_error_handler((message, _kind, detail) => told.push([message, detail]));
});
afterEach(() => {
  for (const end of endings.splice(0)) end();
  vi.useRealTimers();
  set_error_handler(undefined);
});

/** Sends a request that lacks its key and has this version. */
async function refused(raw: RawPeer, version: number): Promise<void> {
  const lines = ['GET / HTTP/1.1', 'Host: a', 'Upgrade: websocket', 'Connection: Upgrade'];
  raw.send(Buffer.from([...lines, `Sec-WebSocket-Version: ${version}`, '', ''].join('\r\n')));
  await until(() => raw.hasEnded, 'the refusal');
}

describe.each(SERVER_KINDS)('%s', (_kind, make) => {
  it('reports equal refusals once a second, whatever the requests say, and then how many there were', async () => {
    const server = await make();
    endings.push(() => server.free());
    for (let n = 0; n < 5; n += 1) await refused(await clientOf(server), n);
    await refused(await clientOf(server), 13);
    expect(told.map(([message]) => message)).toEqual([
      expect.stringContaining('Sec-WebSocket-Version must be 13'),
      expect.stringContaining('Sec-WebSocket-Key must be'),
    ]);
    vi.setSystemTime(Date.now() + 1001);
    await refused(await clientOf(server), 8);
    expect(told.at(-1)?.[1].repeated).toBe(4);
  });
});

const SERVERS: [kind: string, make: () => { server: object; port: number }][] = [
  [
    'WebSocketMultiplayerPeer',
    () => {
      const server = new WebSocketMultiplayerPeer();
      server.create_server(0, '127.0.0.1');
      server.connect('activity', () => server.poll());
      endings.push(() => server.free());
      return { server, port: server.get_local_port() };
    },
  ],
  [
    "Godot 3's WebSocketServer",
    () => {
      const server = new WebSocketServer();
      server.bind_ip = '127.0.0.1';
      server.listen(0);
      server.connect('activity', () => server.poll());
      endings.push(() => server.free());
      return { server, port: server.get_local_port() };
    },
  ],
];

it.each(SERVERS)('a refusal of a %s is about the server, which has reports of its own', async (_, make) => {
  const made = [make(), make()];
  for (const { port } of made) await refused(new RawPeer(connect(port, '127.0.0.1')), 8);
  expect(told.map(([, { source }]) => source)).toEqual(made.map(({ server }) => server));
});

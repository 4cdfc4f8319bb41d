// Compressed messages between this package and `ws`, in both roles and directions, with all of its options and sizes of
// window; undici as a client.
import { WebSocket } from 'undici';
import { describe, expect, it } from 'vitest';
import type { PerMessageDeflateOptions } from 'ws';
import { WebSocketPeer } from '../../host/index.js';
import { useReports } from '../helpers/reports.js';
import { LiveServer } from './lib/live-server.js';
import { binaryOf, summary, textOf, textPacket } from './lib/payloads.js';
import { useScope } from './lib/watch.js';
import { connectOurs, ourClient, ourServer, serveWs } from './lib/ws-end.js';

const scope = useScope();
const reports = useReports();

const ROLES = [
  ['our client, ws server', ourClient],
  ['ws client, our server', ourServer],
] as const;

/** Options of ws that can be met, by what is special about them. */
const OPTIONS: [string, PerMessageDeflateOptions | true][] = [
  ['its defaults', true],
  ['everything compressed', { threshold: 0 }],
  ['no context on either side', { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true }],
  ...[8, 9, 10, 15].flatMap((bits): [string, PerMessageDeflateOptions][] => [
    [`its server's window of ${bits} bits`, { threshold: 0, serverMaxWindowBits: bits }],
    [`its client's window of ${bits} bits`, { threshold: 0, clientMaxWindowBits: bits }],
  ]),
];

function compressing(peer: WebSocketPeer): void {
  peer.compression_mode = WebSocketPeer.COMPRESSION_MODE_MESSAGE;
  peer.compression_threshold = 0;
  peer.inbound_buffer_size = 1 << 21;
  peer.outbound_buffer_size = 1 << 22;
}

const PACKETS = [
  ...[0, 1, 125, 126, 300, 65535, 65536, 1 << 20].flatMap((size) => [textOf(size), binaryOf(size)]),
  ...[10, 1000, 30_000].map((count) => textPacket(JSON.stringify(Array.from({ length: count }, (_, id) => ({ id }))))),
];

describe.each(ROLES)('%s', (_roles, open) => {
  it.each(OPTIONS)('with %s: every message arrives as it was sent, both ways', async (_what, perMessageDeflate) => {
    const options = { perMessageDeflate };
    const { ours, ws } = await open(scope, { configure: compressing, wsClient: options, wsServer: options });
    expect(ours.peer.is_compression_active()).toBe(true);
    expect(ws.socket.extensions).toContain('permessage-deflate');
    for (const packet of PACKETS) {
      ours.send(packet);
      ws.send(packet);
      expect((await ws.received(1)).map(summary)).toEqual([summary(packet)]);
      expect((await ours.received(1)).map(summary)).toEqual([summary(packet)]);
    }
  });

  it.each([
    ['ws does not compress', compressing, false],
    ['this side does not compress', () => {}, true],
  ] as const)('where %s, nothing is compressed', async (_what, configure, perMessageDeflate) => {
    const options = { perMessageDeflate };
    const { ours, ws } = await open(scope, { configure, wsClient: options, wsServer: options });
    expect([ours.peer.is_compression_active(), ws.socket.extensions]).toEqual([false, '']);
    const packet = textOf(5000);
    ours.send(packet);
    ws.send(packet);
    expect((await ws.received(1)).map(summary)).toEqual([summary(packet)]);
    expect((await ours.received(1)).map(summary)).toEqual([summary(packet)]);
  });
});

it('a ws server that wants to keep its context answers 400, and the message names compression_mode', async () => {
  const wsServer = { perMessageDeflate: { serverNoContextTakeover: false } };
  const port = await serveWs(scope, { wsServer }, () => {});
  const ours = connectOurs(scope, port, { configure: compressing });
  expect(await ours.closed()).toEqual({ code: -1, reason: '' });
  expect(reports.take()).toEqual([expect.stringContaining('it may not take the offer of compression_mode 1')]);
});

it('undici takes compressed messages, and sends its own plain', async () => {
  const server = new LiveServer(scope, { configure: compressing, echoes: true });
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/`);
  scope.defer(() => socket.close());
  const text = JSON.stringify(Array.from({ length: 500 }, (_, id) => ({ id })));
  const echoed = await new Promise((resolve, reject) => {
    socket.onmessage = ({ data }) => resolve(data);
    socket.onerror = reject;
    socket.onopen = () => socket.send(text);
  });
  expect([echoed === text, socket.extensions]).toEqual([true, expect.stringContaining('permessage-deflate')]);
  expect((await server.peer()).peer.is_compression_active()).toBe(true);
});

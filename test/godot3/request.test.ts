// What Godot 3's client asks a server for, and how large the answer may be: as in 3.6.2, or as the table of differences
// says.
import { afterEach, expect, it } from 'vitest';
import { WebSocketClient } from '../../host/godot3/index.js';
import { StreamPeerBuffer, WebSocketPeer } from '../../host/index.js';
import { until } from '../helpers/game.js';
import { type RawPeer, RawServer } from '../helpers/raw-peer.js';
import { answerTo, headerOf } from '../helpers/raw-peer-handshake.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
const endings: (() => void)[] = [];
afterEach(() => {
  for (const ending of endings.splice(0).reverse()) ending();
});

/** The request that `connect` leads to, and who has sent it. */
async function asked(
  connect: (url: string) => void,
  poll: () => void,
  url: string,
): Promise<{ raw: RawPeer; head: string; port: number }> {
  const server = await RawServer.listen();
  endings.push(() => server.close());
  connect(url.replace('HOST', `127.0.0.1:${server.port}`));
  let raw: RawPeer | null = null;
  let head: Uint8Array | null = null;
  await until(() => {
    poll();
    raw ??= server.take();
    head ??= raw?.takeHead() ?? null;
    return head !== null;
  }, 'the request');
  const text = Buffer.from(head as unknown as Uint8Array).toString('latin1');
  return { raw: raw as unknown as RawPeer, head: text, port: server.port };
}

function client(): WebSocketClient {
  const one = new WebSocketClient();
  endings.push(() => one.free());
  return one;
}

it.each([
  ['ws://HOST/p?q=1', '/p?q=1'],
  ['ws://HOST', '/'],
  ['ws://HOST#fragment', '/'],
  ['ws://HOST?x=1', '/?x=1'],
  ['ws://HOST/p#fragment', '/p'],
  ['ws://HOST/p?q=1#fragment', '/p?q=1'],
  ['ws://user:pass@HOST/c', '/c'],
  ['HTTP://HOST/h', '/h'],
])('%s asks for %s', async (url, target) => {
  const one = client();
  const connect = (given: string): void => expect(one.connect_to_url(given)).toBe(0);
  const { head, port } = await asked(connect, () => one.poll(), url);
  expect(head.split('\r\n')[0]).toBe(`GET ${target} HTTP/1.1`);
  expect([headerOf(head, 'host'), head.includes('pass')]).toEqual([`127.0.0.1:${port}`, false]);
});

it('refuses a host with an "@"', () => {
  expect(client().connect_to_url('ws://a@b@127.0.0.1/')).toBe(31);
  expect(reports.take()).toHaveLength(1);
});

it('asks for subprotocols without the white space around them, each once', async () => {
  const one = client();
  const connect = (given: string): void => expect(one.connect_to_url(given, [' a', 'b ', 'a'])).toBe(0);
  const { head } = await asked(connect, () => one.poll(), 'ws://HOST/');
  expect(headerOf(head, 'sec-websocket-protocol')).toBe('a,b');
});

it.each([
  [4096, true],
  [4097, false],
])(
  'an answer with a head of %d bytes: accepted %s by Godot 3, and up to max_handshake_size by Godot 4',
  async (size, isOpen) => {
    const one = client();
    const newer = new WebSocketPeer();
    endings.push(() => newer.free());
    const players: [(url: string) => void, () => void][] = [
      [(url) => void one.connect_to_url(url), () => one.poll()],
      [(url) => void newer.connect_to_url(url), () => newer.poll()],
    ];
    for (const [connect, poll] of players) {
      const { raw, head } = await asked(connect, poll, 'ws://HOST/');
      const bare = answerTo(head, ['X-Pad: ']).length;
      raw.send(answerTo(head, [`X-Pad: ${'y'.repeat(size - bare)}`]));
      await until(() => {
        poll();
        return connect === players[0][0] ? one.get_connection_status() !== 1 : newer.get_ready_state() !== 0;
      }, 'the verdict');
    }
    expect([one.get_connection_status(), newer.get_ready_state()]).toEqual([isOpen ? 2 : 0, WebSocketPeer.STATE_OPEN]);
  },
);

it('a stream that accept_stream refuses leaves get_requested_url as it was', () => {
  const peer = new WebSocketPeer();
  peer.connect_to_url('ws://127.0.0.1:1/first');
  peer.close(-1);
  expect(peer.accept_stream(new StreamPeerBuffer())).toBe(31);
  expect(peer.get_requested_url()).toBe('ws://127.0.0.1:1/first');
  reports.take();
});

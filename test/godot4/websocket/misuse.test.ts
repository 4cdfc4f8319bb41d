// Mistakes that would leave a game waiting in silence: each is said, and said once.
import { beforeEach, expect, test, vi } from 'vitest';
import { MessageDecoder } from '../../../host/codec/index.js';
import { FAILED, WebSocketPeer } from '../../../host/index.js';
import { MemoryPeer, openPeer } from '../../helpers/memory-stream-peer.js';
import { world } from '../../helpers/memory-stream-platform.js';
import { OP } from '../../helpers/raw-peer-frames.js';
import { useReports } from '../../helpers/reports.js';

vi.mock('#platform', () => import('../../helpers/memory-stream-platform.js'));

const reports = useReports();
beforeEach(() => world.reset());

// The first of this file: later ones have polled, which shows that their programmer knows of poll.
test('a connection that nobody polls is told of', () => {
  const { stream } = new MemoryPeer('client');
  stream.open();
  world.loop.advance(5000);
  expect(reports.warnings).toEqual([]);
  world.loop.advance(1000);
  expect([reports.errors, reports.warnings]).toEqual([
    [],
    [expect.stringMatching(/^poll: a connection was begun 5 s ago and nobody has polled it; call it once per frame/)],
  ]);
});

test('packets that nobody takes are told of, once in a process', () => {
  const slow = (): MemoryPeer =>
    openPeer('server', (peer) => {
      peer.max_queued_packets = 4;
    });
  for (const here of [slow(), slow()]) {
    for (let packet = 0; packet < 8; packet += 1) here.receive(OP.BINARY, 'x');
    for (let frame = 0; frame < 400; frame += 1) {
      here.peer.poll();
      world.loop.advance(16);
    }
  }
  expect(reports.take()).toEqual([expect.stringMatching(/^get_packet: \d packets wait, and none was taken for 5 s/)]);
});

test('send says that the connection is not open yet', () => {
  const { peer } = new MemoryPeer('client');
  expect([peer.send_text('hi'), reports.take()]).toEqual([
    FAILED,
    ['send: the connection is CONNECTING, wait for STATE_OPEN'],
  ]);
  peer.close(-1);
  expect([peer.send_text('hi'), reports.take()]).toEqual([FAILED, ['send: the connection is not open']]);
});

test.each(['onopen', 'onmessage', 'onclose', 'onerror', 'binaryType'])("a browser's %s is none of a peer", (name) => {
  const peers: unknown[] = [new WebSocketPeer(), new WebSocketPeer()];
  for (const peer of peers) (peer as Record<string, unknown>)[name] = () => {};
  expect([reports.warnings, reports.errors]).toEqual([[`${name}: use connect_to_url, poll and get_packet`], []]);
});

test('an argument of the constructor is none', () => {
  const Peer = WebSocketPeer as unknown as new (url: string) => WebSocketPeer;
  expect([new Peer('ws://a/'), new Peer('ws://a/')].length).toBe(2);
  expect(reports.take()).toEqual(['new WebSocketPeer(url): use connect_to_url, poll and get_packet']);
});

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  ['server', 'string'],
])('a MessageDecoder with %j for options says what it needs', (options, got) => {
  const Decoder = MessageDecoder as unknown as new (options: unknown) => unknown;
  const shape = "{ role: 'server' or 'client', maxMessageSize, maxFragments }";
  expect(() => new Decoder(options)).toThrow(new TypeError(`MessageDecoder needs options ${shape}, got ${got}`));
});

// What a page can say about a connection that failed: as data, and in one line.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Failure, type ReportDetail, set_error_handler } from '../../host/binding/error-handler.js';
import type { WebSocketPeer } from '../../host/godot4/websocket/web-socket-peer.js';
import { connecting, opened, type PlayedSocket, receive, usePlayedSockets } from '../helpers/played-socket.js';

usePlayedSockets();

let told: [message: string, kind: string, detail: ReportDetail][] = [];
beforeEach(() => {
  told = [];
  set_error_handler((...report) => told.push(report));
});
afterEach(() => set_error_handler(undefined));

interface Contact {
  readonly peer: WebSocketPeer;
  readonly socket: PlayedSocket;
}

const cut = ({ socket }: Contact): void => socket.onclose?.({ code: 1006, reason: '' });
const URL = 'wss://me:secret@game.example/path?token=secret';

const ROWS: readonly [title: string, begin: () => Contact, happens: (it: Contact) => void, Partial<Failure>][] = [
  [
    'not let in, for a reason that a page is not told',
    () => connecting(() => {}, URL),
    cut,
    {
      stage: 'connect',
      code: 'CONNECT_FAILED',
      message: "can't connect to wss://game.example/path: CONNECT_FAILED, a page is not told why",
    },
  ],
  [
    'broken while open',
    () => opened(),
    cut,
    { stage: 'open', code: 'PEER_GONE', message: expect.stringMatching(/^lost ws:.*: PEER_GONE, a page/) },
  ],
  [
    'broken while closing, which is not told',
    () => opened(),
    (it) => {
      it.peer.close();
      cut(it);
    },
    { stage: 'close', code: 'PEER_GONE' },
  ],
  [
    'not polled while too much came',
    () =>
      opened((peer) => {
        peer.max_unpolled_packets = 4096;
        peer.max_queued_packets = 1;
      }),
    ({ socket }) => {
      for (let count = 0; count <= 4096; count += 1) receive(socket, 'x');
    },
    { stage: 'open', code: 'UNPOLLED', message: expect.stringContaining('max_unpolled_packets') },
  ],
];

test.each(ROWS)('a connection that was %s', (_, begin, happens, expected) => {
  const contact = begin();
  const { peer } = contact;
  expect(peer.get_failure()).toBeNull();
  happens(contact);
  for (let polls = 0; polls < 5000 && peer.get_ready_state() !== 3; polls += 1) {
    peer.poll();
    if (peer.get_available_packet_count() > 0) peer.get_packet();
  }
  const failure = peer.get_failure() as Failure;
  expect(failure).toMatchObject({ http_status: 0, http_headers: new Map(), http_body: '', ...expected });
  expect(Object.isFrozen(failure)).toBe(true);
  const reports = expected.stage === 'close' ? [] : [[`WebSocketPeer: ${failure.message}`, 'error', failure, peer]];
  expect(told.map(([message, kind, detail]) => [message, kind, detail.failure, detail.source])).toEqual(reports);
});

test('a connection that is closed in order, or dropped, has not failed', () => {
  const { peer, socket } = opened();
  socket.onclose?.({ code: 4000, reason: '' });
  peer.poll();
  const dropped = opened().peer;
  dropped.close(-1);
  expect([peer.get_failure(), dropped.get_failure(), told]).toEqual([null, null, []]);
});

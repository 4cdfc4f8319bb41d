// Calls to the page's WebSocketPeer from its error handler and signals: random calls, over a simulated WebSocket of a
// browser.
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { set_error_handler } from '../../host/binding/error-handler.js';
import { WebSocketPeer } from '../../host/godot4/websocket/web-socket-peer.js';
import { opened, PlayedSocket, receive, usePlayedSockets } from '../helpers/played-socket.js';
import { type Call, failing, Interruptions } from '../helpers/reentrant.js';

usePlayedSockets();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => {
  set_error_handler(undefined);
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const { STATE_CLOSED, STATE_CLOSING, STATE_CONNECTING } = WebSocketPeer;
const OK = 0;
const URL = 'ws://localhost:9/';

const call: fc.Arbitrary<Call<WebSocketPeer>> = fc.oneof(
  fc.constantFrom<Call<WebSocketPeer>>(
    (peer) => peer.poll(),
    (peer) => peer.free(),
    (peer) => peer.get_packet(),
    (peer) => peer.send(Uint8Array.of(1)),
    (peer) => peer.send(Uint8Array.of(255), 0),
    (peer) => peer.connect_to_url(URL),
    (peer) => {
      peer.free();
      peer.connect_to_url(URL);
    },
    (peer) => peer.connect_to_url('http://x y/'),
    (peer) => peer.accept_stream(null),
    (peer) => peer.put_var([1]),
    failing,
  ),
  fc
    .tuple(fc.constantFrom(1000, 0, -1, 1001, 4000, 70_000), fc.constantFrom('', 'x'.repeat(200)))
    .map<Call<WebSocketPeer>>(
      ([code, reason]) =>
        (peer) =>
          peer.close(code, reason),
    ),
);

/** An event of the browser for the socket created last. */
const event: fc.Arbitrary<Call<PlayedSocket>> = fc.oneof(
  fc.constantFrom<Call<PlayedSocket>>(
    (socket) => socket.onopen?.(),
    (socket) => socket.onmessage?.({ data: 'text' }),
    (socket) => socket.onmessage?.({ data: new ArrayBuffer(100) }),
    (socket) => socket.onmessage?.({ data: new ArrayBuffer(60_000) }),
    (socket) => socket.onclose?.({ code: 1006, reason: '' }),
    (socket) => socket.onclose?.({ code: 1000, reason: 'bye' }),
  ),
  fc.nat(20_000).map<Call<PlayedSocket>>((ms) => () => vi.advanceTimersByTime(ms)),
);

/** Whether the sockets with listeners fit the state: one while there is a connection, none in CLOSED. */
function fits(peer: WebSocketPeer): boolean {
  const state = peer.get_ready_state();
  const heard = PlayedSocket.all.filter(({ onmessage }) => onmessage !== null).length;
  if (state === STATE_CLOSED) return heard === 0;
  const overflowed = PlayedSocket.all.at(-1)?.calls.some((call) => Array.isArray(call) && call[1] === 4009) === true;
  return heard === 1 || (state !== STATE_CONNECTING && overflowed);
}

test("the page's peer stands any calls from inside whatever it reports or emits", () => {
  let heard = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(event, fc.option(call)), { maxLength: 30 }),
      fc.array(call, { maxLength: 25 }),
      (all, inside) => {
        PlayedSocket.all = [];
        const peer = new WebSocketPeer();
        peer.connect_to_url(URL);
        const interruptions = new Interruptions(peer, inside);
        for (const [happens, then] of all) {
          happens(PlayedSocket.all.at(-1) as PlayedSocket);
          peer.poll();
          if (then !== null && then !== failing) then(peer);
          expect(fits(peer)).toBe(true);
        }
        heard += interruptions.heard;
        interruptions.stop();
        expect(interruptions.thrown).toEqual([]);
        peer.free();
        expect(peer.get_ready_state()).toBe(STATE_CLOSED);
        const alive = PlayedSocket.all.filter(({ onmessage }) => onmessage !== null);
        expect([alive.length, vi.getTimerCount()], 'sockets and timers left behind').toEqual([0, 0]);
      },
    ),
    { seed: 8, numRuns: 600 },
  );
  expect(heard, 'what was heard in all runs').toBeGreaterThan(600);
});

test('a handler that connects anew when too much waits keeps what it has begun', () => {
  const { peer, socket } = opened((one) => {
    one.max_queued_packets = 1;
  });
  set_error_handler(() => expect(peer.connect_to_url(URL)).toBe(OK));
  for (let i = 0; i < 200_000 && PlayedSocket.all.length === 1; i += 1) {
    receive(socket, new ArrayBuffer(1000));
    if (socket.onmessage === null) for (let polls = 0; polls < 4; polls += 1) peer.poll();
  }
  expect([PlayedSocket.all.length, peer.get_ready_state()]).toEqual([2, STATE_CONNECTING]);
});

test.each([
  ['free()', (peer: WebSocketPeer) => peer.free(), STATE_CLOSED],
  ['close(-1)', (peer: WebSocketPeer) => peer.close(-1), STATE_CLOSED],
  ['poll()', (peer: WebSocketPeer) => peer.poll(), STATE_CLOSING],
])('a handler that hears of a code which is not sent may call %s', (_call, act, state) => {
  const { peer } = opened();
  set_error_handler(() => act(peer));
  peer.close(1001, 'x'.repeat(200));
  expect(peer.get_ready_state()).toBe(state);
  vi.advanceTimersByTime(60_000);
  peer.poll();
  peer.free();
  expect([peer.get_ready_state(), vi.getTimerCount()]).toEqual([STATE_CLOSED, 0]);
});

// WebSocketPeer as a client of a real server, which answers as server.ts beside this folder says.
import { ERR_ALREADY_IN_USE, ERR_INVALID_PARAMETER, OK, WebSocketPeer } from 'websocketpeer';
import { bytesOf, equal, ok, pattern, textOf, until } from './harness.mjs';

const { STATE_CONNECTING, STATE_OPEN, STATE_CLOSING, STATE_CLOSED, WRITE_MODE_TEXT } = WebSocketPeer;

const LENGTHS = [1, 125, 126, 65_535, 65_536, 500_000];
const MANY = 500;

function started({ url, atEnd }, path = 'echo', prepare = () => {}) {
  const peer = new WebSocketPeer();
  atEnd(() => peer.close(-1));
  peer.inbound_buffer_size = 2 ** 20;
  peer.outbound_buffer_size = 2 ** 20;
  prepare(peer);
  equal(peer.connect_to_url(url + path), OK, 'connect_to_url');
  return peer;
}

const reached = (peer, state) =>
  until(() => {
    peer.poll();
    return peer.get_ready_state() === state;
  }, `state ${state}`);

async function opened(context, path, prepare) {
  const peer = started(context, path, prepare);
  await reached(peer, STATE_OPEN);
  return peer;
}

/** The next packet, and whether it was text. */
async function received(peer) {
  await until(() => {
    peer.poll();
    return peer.get_available_packet_count() > 0;
  }, 'a packet');
  return { packet: peer.get_packet(), isText: peer.was_string_packet() };
}

export const client = {
  name: 'client',
  tests: [
    [
      'opens in poll() and nowhere else',
      async (context) => {
        equal(new WebSocketPeer().get_ready_state(), STATE_CLOSED, 'a new peer');
        const peer = started(context);
        equal(peer.connect_to_url(context.url), ERR_ALREADY_IN_USE, 'a second connect_to_url');
        await new Promise((resolve) => setTimeout(resolve, 100));
        equal(peer.get_ready_state(), STATE_CONNECTING, 'without poll()');
        await reached(peer, STATE_OPEN);
        equal(peer.get_requested_url(), `${context.url}echo`, 'requested URL');
      },
    ],
    [
      'exchanges text and bytes of every width',
      async (context) => {
        const peer = await opened(context);
        equal(peer.send_text('κόσμε 🎮'), OK, 'send_text');
        const text = await received(peer);
        equal([textOf(text.packet), text.isText], ['κόσμε 🎮', true], 'text');
        for (const length of LENGTHS) {
          equal(peer.send(pattern(length)), OK, `send of ${length} bytes`);
          const { packet, isText } = await received(peer);
          equal(isText, false, 'kind');
          equal(packet, pattern(length), `${length} bytes`);
        }
        equal(peer.send(bytesOf('words'), WRITE_MODE_TEXT), OK, 'send as text');
        equal((await received(peer)).isText, true, 'bytes sent as text');
      },
    ],
    [
      `keeps the order of ${MANY} messages`,
      async (context) => {
        const peer = await opened(context);
        for (let index = 0; index < MANY; index += 1) equal(peer.send_text(`message ${index}`), OK, 'send_text');
        for (let index = 0; index < MANY; index += 1) equal(textOf((await received(peer)).packet), `message ${index}`);
      },
    ],
    [
      'raises activity when poll() would find something',
      async (context) => {
        const peer = started(context);
        let greeted = false;
        peer.connect('activity', () => {
          peer.poll();
          if (greeted || peer.get_ready_state() !== STATE_OPEN) return;
          greeted = true;
          peer.send_text('hello');
        });
        await until(() => peer.get_available_packet_count() > 0, 'the answer, by activity alone');
        equal(textOf(peer.get_packet()), 'hello', 'answer');
      },
    ],
    [
      'agrees on a subprotocol',
      async (context) => {
        const peer = await opened(context, 'protocols', (it) => {
          it.supported_protocols = ['unknown', 'game-2', 'game-1'];
        });
        equal(peer.get_selected_protocol(), 'game-2', 'selected protocol');
      },
    ],
    [
      'exchanges variables',
      async (context) => {
        const peer = await opened(context);
        equal(peer.put_var(['move', new Map([['x', 1.5]])]), OK, 'put_var');
        await until(() => {
          peer.poll();
          return peer.get_available_packet_count() > 0;
        }, 'the variable');
        equal(peer.get_var(), ['move', new Map([['x', 1.5]])], 'get_var');
      },
    ],
    [
      'closes with a code and a reason',
      async (context) => {
        const peer = await opened(context);
        peer.close(4001, 'enough');
        equal(peer.get_ready_state(), STATE_CLOSING, 'after close()');
        await reached(peer, STATE_CLOSED);
        equal([peer.get_close_code(), peer.get_close_reason()], [4001, 'enough'], 'close');
      },
    ],
    [
      'hears why the server closes, after everything that it said before',
      async (context) => {
        const peer = started(context, 'farewell');
        const heard = [];
        await until(() => {
          peer.poll();
          while (peer.get_available_packet_count() > 0) heard.push(textOf(peer.get_packet()));
          return peer.get_ready_state() === STATE_CLOSED;
        }, 'the end');
        equal(heard, ['one', 'two', 'three'], 'packets');
        equal([peer.get_close_code(), peer.get_close_reason()], [4002, 'that is all'], 'close');
      },
    ],
    [
      'reads everything while it is OPEN, however late it looks',
      async (context) => {
        const peer = started(context, 'farewell');
        const heard = [];
        for (let frame = 0; frame < 50 && peer.get_ready_state() !== STATE_CLOSED; frame += 1) {
          peer.poll();
          if (peer.get_ready_state() === STATE_OPEN)
            while (peer.get_available_packet_count() > 0) heard.push(textOf(peer.get_packet()));
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
        equal(heard, ['one', 'two', 'three'], 'packets');
      },
    ],
    [
      'ends CLOSED with the code of an abnormal end when the server breaks off, or is not there',
      async (context) => {
        for (const path of ['cut', 'refuse']) {
          const peer = started(context, path);
          await reached(peer, STATE_CLOSED);
          equal(peer.get_close_code(), context.abnormal, `close code after ${path}`);
        }
        const peer = new WebSocketPeer();
        equal(peer.connect_to_url(context.deaf), OK, 'connect_to_url');
        await reached(peer, STATE_CLOSED);
        equal(peer.get_close_code(), context.abnormal, 'close code without a server');
      },
    ],
    [
      'connects again after it was closed',
      async (context) => {
        const peer = await opened(context);
        peer.close();
        await reached(peer, STATE_CLOSED);
        equal(peer.connect_to_url(`${context.url}echo`), OK, 'second connect_to_url');
        await reached(peer, STATE_OPEN);
        peer.send_text('again');
        equal(textOf((await received(peer)).packet), 'again', 'answer');
      },
    ],
    [
      'refuses what is no WebSocket URL',
      () => {
        for (const url of ['', 'http://localhost/', 'ws://'])
          equal(new WebSocketPeer().connect_to_url(url), ERR_INVALID_PARAMETER, JSON.stringify(url));
        ok(new WebSocketPeer().get_packet().length === 0, 'a closed peer has no packet');
      },
    ],
  ],
};

// websocketpeer/godot3: WebSocketClient and its peer 1, against the same real server.
import { OK, set_error_handler, WebSocketClient, WebSocketPeer } from 'websocketpeer/godot3';
import { bytesOf, equal, ok, textOf, until } from './harness.mjs';

set_error_handler(null); // refusals are wanted here

function started({ url, atEnd }, path) {
  const client = new WebSocketClient();
  const heard = [];
  for (const signal of ['connection_established', 'connection_error', 'server_close_request', 'connection_closed'])
    client.connect(signal, (...values) => heard.push([signal, ...values]));
  client.connect('data_received', () => heard.push(['data', textOf(client.get_peer(1).get_packet())]));
  atEnd(() => client.free());
  equal(client.connect_to_url(url + path), OK, 'connect_to_url');
  return { client, heard };
}

const polled = (client, condition, what) =>
  until(() => {
    client.poll();
    return condition();
  }, what);

const isPast = (heard, signal) => () => heard.some(([name]) => name === signal);

export const godot3 = {
  name: 'godot3',
  tests: [
    [
      'tells by signals that it is connected and what has come',
      async (context) => {
        const { client, heard } = started(context, 'echo');
        await polled(client, isPast(heard, 'connection_established'), 'the connection');
        const peer = client.get_peer(1);
        ok(peer.is_connected_to_host(), 'peer 1 is connected');
        peer.set_write_mode(WebSocketPeer.WRITE_MODE_TEXT);
        equal(peer.put_packet(bytesOf('hello')), OK, 'put_packet');
        await polled(client, isPast(heard, 'data'), 'the answer');
        equal(heard.at(-1), ['data', 'hello'], 'answer');
        client.disconnect_from_host(4001, 'enough');
        await polled(client, isPast(heard, 'connection_closed'), 'the end');
      },
    ],
    [
      'hears everything that the server says before it closes',
      async (context) => {
        const { client, heard } = started(context, 'farewell');
        await polled(client, isPast(heard, 'connection_closed'), 'the end');
        const words = heard.filter(([name]) => name === 'data').map(([, word]) => word);
        equal(words, ['one', 'two', 'three'], 'packets');
        equal(heard.find(([name]) => name === 'server_close_request')?.[1], 4002, 'code of the server');
      },
    ],
    [
      'says when there is no connection',
      async (context) => {
        const { client, heard } = started(context, 'refuse');
        await polled(client, isPast(heard, 'connection_error'), 'the refusal');
      },
    ],
  ],
};

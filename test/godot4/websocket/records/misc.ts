// Records of addresses, of what a closed peer remembers, and of peers that are used again.
import { lookup } from 'node:dns/promises';
import { WebSocketPeer } from '../../../../host/godot4/websocket/web-socket-peer.js';
import { until } from '../../../helpers/game.js';
import { type Scenario, Unjudged } from '../../../helpers/game-records.js';
import { closeBody, frame, OP } from '../../../helpers/raw-peer-frames.js';

const { STATE_CLOSED, STATE_CONNECTING, STATE_OPEN } = WebSocketPeer;

const hostBeforeDns: Scenario = {
  records: ['misc.host_before_dns'],
  play: (stage) => {
    const peer = stage.peer();
    peer.connect_to_url('ws://localhost:9/');
    stage.call('misc.host_before_dns', peer, () => peer.get_connected_host());
    if (peer.get_connected_port() !== 0) throw new Error('a port is shown before the address is known');
  },
};

const localhost4: Scenario = {
  records: ['misc.localhost_v4_only'],
  play: async (stage) => {
    const server = await stage.rawServer('127.0.0.1');
    const peer = stage.peer();
    peer.connect_to_url(`ws://localhost:${server.port}/`);
    await stage.poll(() => server.take() !== null, 'the connection', peer);
    await stage.poll(() => peer.get_connected_host() === '127.0.0.1', 'the address', peer);
    stage.note('misc.localhost_v4_only', peer, peer.get_connected_host());
  },
};

async function localhostHas6(): Promise<boolean> {
  const found = await lookup('localhost', { all: true });
  return found.some(({ family }) => family === 6);
}

const localhost6: Scenario = {
  records: ['misc.localhost_v6_only'],
  play: async (stage) => {
    const server = await stage.rawServer('::1');
    const peer = stage.peer();
    peer.connect_to_url(`ws://localhost:${server.port}/`);
    // Which addresses a name has is the machine's business; the recorded one knew 127.0.0.1 only.
    if (await localhostHas6()) {
      await stage.poll(() => peer.get_connected_host() === '0:0:0:0:0:0:0:1', 'the connection', peer);
      if (peer.get_ready_state() !== STATE_CONNECTING) throw new Error('the connection was not made');
      peer.close();
    } else {
      await stage.pollTo(STATE_CLOSED, peer);
    }
    stage.note('misc.localhost_v6_only', peer, new Unjudged('depends on the hosts file'));
  },
};

const ipv6: Scenario = {
  records: ['misc.ipv6_pair'],
  play: async (stage) => {
    const listener = stage.tcpServer('::1');
    const port = listener.get_local_port();
    const client = stage.peer();
    const server = stage.peer();
    client.connect_to_url(`ws://[::1]:${port}/`);
    await until(() => listener.is_connection_available(), 'the connection');
    server.accept_stream(listener.take_connection());
    await stage.pollTo(STATE_OPEN, client, server);
    const url = server.get_requested_url().replace(String(port), 'PORT');
    stage.note('misc.ipv6_pair', client, [server.get_connected_host(), client.get_connected_host(), url]);
  },
};

const dualStack: Scenario = {
  records: ['misc.dualstack_host'],
  play: async (stage) => {
    const listener = stage.tcpServer('*');
    await stage.rawClient(listener.get_local_port());
    await until(() => listener.is_connection_available(), 'the connection');
    const stream = listener.take_connection();
    stage.note('misc.dualstack_host', stage.peer(), stream?.get_connected_host());
    stream?.disconnect_from_host();
  },
};

const persists: Scenario = {
  records: ['misc.after_close_persist', 'misc.bad_url_clears', 'misc.empty_url_keeps'],
  play: async (stage) => {
    const protocol = (peer: WebSocketPeer): void => {
      peer.supported_protocols = ['p'];
    };
    const { peer, raw } = await stage.client(protocol, ['Sec-WebSocket-Protocol: p']);
    const url = peer.get_requested_url();
    raw.send(frame(OP.TEXT, 'text'));
    await stage.poll(() => peer.get_available_packet_count() === 1, 'a packet', peer);
    peer.get_packet();
    raw.send(frame(OP.CLOSE, closeBody(1000)));
    await stage.pollTo(STATE_CLOSED, peer);
    const remembered = (): unknown => [peer.was_string_packet(), peer.get_selected_protocol()];
    stage.note('misc.after_close_persist', peer, [
      ...(remembered() as unknown[]),
      peer.get_requested_url() === url,
      peer.get_current_outbound_buffered_amount(),
    ]);
    peer.connect_to_url('bad://x');
    stage.note('misc.bad_url_clears', peer, [...(remembered() as unknown[]), peer.get_requested_url()]);

    const other = await stage.client();
    other.raw.send(frame(OP.CLOSE, closeBody(4000, 'k')));
    await stage.pollTo(STATE_CLOSED, other.peer);
    stage.quiet();
    other.peer.connect_to_url('');
    stage.note('misc.empty_url_keeps', other.peer, null);
  },
};

const reuse: Scenario = {
  records: ['misc.reuse_as_server', 'misc.reuse_as_server.open'],
  play: async (stage) => {
    const { peer, raw } = await stage.client();
    raw.send(frame(OP.CLOSE, closeBody(1000)));
    await stage.pollTo(STATE_CLOSED, peer);
    const listener = stage.tcpServer();
    const next = await stage.rawClient(listener.get_local_port());
    await until(() => listener.is_connection_available(), 'the connection');
    stage.call('misc.reuse_as_server', peer, () => peer.accept_stream(listener.take_connection()));
    next.sendRequest('/path?q=1', [], 'example.test:99');
    await stage.pollTo(STATE_OPEN, peer);
    stage.note('misc.reuse_as_server.open', peer, peer.get_requested_url());
  },
};

const serverSide: Scenario = {
  records: ['misc.server_connecting.close', 'misc.server_trickle'],
  play: async (stage) => {
    const one = await stage.accepting();
    one.peer.poll();
    one.peer.close(1000, 'x');
    await until(() => one.raw.hasEnded, 'the end of TCP');
    stage.note('misc.server_connecting.close', one.peer, one.raw.take().length);
    const two = await stage.accepting();
    const request = Buffer.from('GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n');
    const rest = Buffer.from('Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n');
    for (const byte of Buffer.concat([request, rest])) {
      two.raw.send(Uint8Array.of(byte));
      two.peer.poll();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await stage.pollTo(STATE_OPEN, two.peer);
    stage.note('misc.server_trickle', two.peer, null);
  },
};

const noDelay: Scenario = {
  records: ['misc.open.nodelay'],
  play: async (stage) => {
    const { peer } = await stage.client();
    stage.call('misc.open.nodelay', peer, () => {
      peer.set_no_delay(false);
      return peer.set_no_delay(true);
    });
  },
};

export const MISC_SCENARIOS: readonly Scenario[] = [
  hostBeforeDns,
  localhost4,
  localhost6,
  ipv6,
  dualStack,
  persists,
  reuse,
  serverSide,
  noDelay,
];

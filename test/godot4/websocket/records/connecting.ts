// Records of connect_to_url, accept_stream and the time before OPEN.

import { TLSOptions } from '../../../../host/godot4/crypto/tls-options.js';
import { StreamPeerBuffer } from '../../../../host/godot4/io/stream-peer-buffer.js';
import { StreamPeerTCP } from '../../../../host/godot4/io/stream-peer-tcp.js';
import { StreamPeerTLS } from '../../../../host/godot4/io/stream-peer-tls.js';
import { WebSocketPeer } from '../../../../host/godot4/websocket/web-socket-peer.js';
import { until } from '../../../helpers/game.js';
import type { Scenario } from '../../../helpers/game-records.js';

const argumentsRefused: Scenario = {
  records: [
    'connect.server_tls_options',
    'accept.null',
    'accept.buffer',
    'accept.unconnected_tcp',
    'accept.tls_without_base',
  ],
  play: (stage) => {
    const server = TLSOptions.server(null, null);
    const one = stage.peer();
    stage.call('connect.server_tls_options', one, () => one.connect_to_url('ws://127.0.0.1:9/', server));
    stage.call('accept.null', one, () => one.accept_stream(null));
    stage.call('accept.buffer', one, () => one.accept_stream(new StreamPeerBuffer()));
    stage.call('accept.unconnected_tcp', one, () => one.accept_stream(new StreamPeerTCP()));
    const two = stage.peer();
    stage.call('accept.tls_without_base', two, () => two.accept_stream(new StreamPeerTLS()));
  },
};

const connecting: Scenario = {
  records: [
    'connecting.connect',
    'connecting.host',
    'connecting.port',
    'connecting.badurl',
    'connecting.accept',
    'connecting.send',
    'connecting.put_packet_empty',
    'connecting.get_packet',
    'connecting.err',
    'connecting.nodelay',
    'connecting.close',
    'connecting.close.url',
  ],
  play: async (stage) => {
    const server = await stage.rawServer();
    const peer = stage.peer();
    const call = (name: string, what: () => unknown): void => stage.call(`connecting.${name}`, peer, what);
    call('connect', () => peer.connect_to_url(`ws://127.0.0.1:${server.port}/`));
    call('host', () => peer.get_connected_host());
    call('port', () => peer.get_connected_port() === server.port);
    call('badurl', () => peer.connect_to_url(''));
    call('accept', () => peer.accept_stream(new StreamPeerTCP()));
    call('send', () => peer.send(Uint8Array.of(1)));
    call('put_packet_empty', () => peer.put_packet(new Uint8Array(0)));
    call('get_packet', () => peer.get_packet());
    call('err', () => peer.get_packet_error());
    call('nodelay', () => peer.set_no_delay(false));
    call('close', () => peer.close(4001, 'bye'));
    call('close.url', () => peer.get_requested_url() !== '');
  },
};

const serverFin: Scenario = {
  records: ['connecting.server_fin'],
  play: async (stage) => {
    const { peer, raw } = await stage.connecting();
    stage.quiet();
    raw.end();
    await stage.pollTo(WebSocketPeer.STATE_CLOSED, peer);
    stage.note('connecting.server_fin', peer, true);
  },
};

const twoWords: Scenario = {
  records: ['crash.request_line_two_words'],
  play: async (stage) => {
    const { peer, raw } = await stage.accepting();
    raw.send(Uint8Array.from(globalThis.Buffer.from('GET /chat\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n')));
    await stage.pollTo(WebSocketPeer.STATE_CLOSED, peer);
    await until(() => raw.hasEnded, 'the end');
    stage.note('crash.request_line_two_words', peer, globalThis.Buffer.from(raw.take()).toString().split('\r\n')[0]);
  },
};

export const CONNECTING_SCENARIOS: readonly Scenario[] = [argumentsRefused, connecting, serverFin, twoWords];

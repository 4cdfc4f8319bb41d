// Records of abnormal ends, and of two peers of the package that talk to each other.
import { WebSocketPeer } from '../../../../host/godot4/websocket/web-socket-peer.js';
import { pause, until } from '../../../helpers/game.js';
import type { Scenario } from '../../../helpers/game-records.js';
import { frame, OP } from '../../../helpers/raw-peer-frames.js';

const { STATE_CLOSED, STATE_OPEN } = WebSocketPeer;
const BYTE = Uint8Array.of(1);

const fin: Scenario = {
  records: ['abnormal.fin'],
  play: async (stage) => {
    const { peer, raw } = await stage.client();
    raw.send(frame(OP.TEXT, 'unread'));
    await stage.poll(() => peer.get_available_packet_count() === 1, 'a packet', peer);
    raw.end();
    await stage.pollTo(STATE_CLOSED, peer);
    stage.note('abnormal.fin', peer, null);
  },
};

const dataThenFin: Scenario = {
  records: ['abnormal.data_fin_one_poll'],
  play: async (stage) => {
    const { peer, raw } = await stage.client();
    await stage.told(peer, () => raw.socket.end(frame(OP.TEXT, 'last')));
    await pause(5); // for the FIN behind the data; the outcome is the same without it
    peer.poll();
    stage.note('abnormal.data_fin_one_poll', peer, null);
  },
};

const reset: Scenario = {
  records: ['abnormal.rst.poll', 'abnormal.rst.send2', 'abnormal.rst.poll_only'],
  play: async (stage) => {
    const { peer, raw } = await stage.client();
    await stage.told(peer, () => raw.reset());
    stage.quiet();
    peer.send(BYTE);
    peer.poll();
    stage.note('abnormal.rst.poll', peer, null);
    stage.call('abnormal.rst.send2', peer, () => peer.send(BYTE));
    const other = await stage.client();
    await stage.told(other.peer, () => other.raw.reset());
    stage.call('abnormal.rst.poll_only', other.peer, () => other.peer.poll());
  },
};

const serverFin: Scenario = {
  records: ['abnormal.server.fin', 'abnormal.server.fin.send_before_poll', 'abnormal.server.fin.send_again'],
  play: async (stage) => {
    const one = await stage.server();
    await stage.told(one.peer, () => one.raw.destroy());
    stage.call('abnormal.server.fin', one.peer, () => one.peer.poll());
    const two = await stage.server();
    await stage.told(two.peer, () => two.raw.destroy());
    stage.call('abnormal.server.fin.send_before_poll', two.peer, () => two.peer.send(BYTE));
    stage.call('abnormal.server.fin.send_again', two.peer, () => two.peer.send(BYTE));
  },
};

const midFrame: Scenario = {
  records: ['abnormal.midframe'],
  play: async (stage) => {
    const { peer, raw } = await stage.client();
    await stage.told(peer, () => raw.send(frame(OP.TEXT, 'half of this').subarray(0, 6)));
    peer.poll();
    const before = peer.get_ready_state() === STATE_OPEN ? 'OPEN' : 'not OPEN';
    raw.end();
    await stage.pollTo(STATE_CLOSED, peer);
    stage.note('abnormal.midframe', peer, before);
  },
};

const addresses: Scenario = {
  records: ['pair.server.host', 'pair.server.url'],
  play: async (stage) => {
    const { server, url } = await stage.pair();
    stage.call('pair.server.host', server, () => server.get_connected_host());
    stage.call('pair.server.url', server, () => server.get_requested_url() === url);
  },
};

const clientCloses: Scenario = {
  records: ['pair.client_closes.server', 'pair.client_closes.client'],
  play: async (stage) => {
    const { client, server } = await stage.pair();
    await stage.told(server, () => {
      client.send_text('one');
      client.send_text('two');
      client.close(4010, 'done');
    });
    await pause(5);
    server.poll();
    stage.note('pair.client_closes.server', server, server.get_available_packet_count());
    while (server.get_available_packet_count() > 0) server.get_packet();
    await stage.pollTo(STATE_CLOSED, server, client);
    stage.note('pair.client_closes.client', client, null);
  },
};

const onePoll: Scenario = {
  records: ['pair.close.one_poll'],
  play: async (stage) => {
    const { client, server } = await stage.pair();
    await stage.told(server, () => client.close(4010, 'done'));
    stage.call('pair.close.one_poll', server, () => server.poll());
  },
};

const simultaneous: Scenario = {
  records: ['pair.simultaneous.client'],
  play: async (stage) => {
    const { client, server } = await stage.pair();
    client.close(4000, 'a');
    server.close(4001, 'b');
    await stage.pollTo(STATE_CLOSED, client, server);
    stage.note('pair.simultaneous.client', client, null);
    if (server.get_close_code() !== 4000) throw new Error(`the server saw ${server.get_close_code()}`);
  },
};

const unusualCodes: Scenario = {
  records: ['pair.invalid_code.client', 'pair.invalid_code.server', 'pair.close0.client'],
  play: async (stage) => {
    const one = await stage.pair();
    one.client.close(1012);
    await stage.pollTo(STATE_CLOSED, one.client, one.server);
    stage.note('pair.invalid_code.client', one.client, null);
    stage.note('pair.invalid_code.server', one.server, null);
    const two = await stage.pair();
    two.client.close(0, 'x');
    await stage.pollTo(STATE_CLOSED, two.client, two.server);
    stage.note('pair.close0.client', two.client, null);
  },
};

const badUtf8: Scenario = {
  records: ['pair.bad_utf8.client', 'pair.bad_utf8.server'],
  play: async (stage) => {
    const { client, server } = await stage.pair();
    client.send(Uint8Array.of(0x61, 0xff), WebSocketPeer.WRITE_MODE_TEXT);
    stage.note('pair.bad_utf8.client', client, null);
    client.send_text('good');
    await stage.poll(() => server.get_available_packet_count() === 1, 'the good text', client, server);
    server.get_packet();
    stage.note('pair.bad_utf8.server', server, null);
  },
};

const sizes: Scenario = {
  records: ['pair.toobig.client', 'pair.toobig.server', 'pair.max.server'],
  play: async (stage) => {
    const unlimited = (peer: WebSocketPeer): void => {
      peer.outbound_buffer_size = 0;
    };
    const one = await stage.pair(unlimited);
    one.client.send(new Uint8Array(65536));
    await stage.pollTo(STATE_CLOSED, one.client, one.server);
    stage.note('pair.toobig.client', one.client, null);
    stage.note('pair.toobig.server', one.server, null);
    const two = await stage.pair(unlimited);
    two.client.send(new Uint8Array(65535));
    await stage.poll(() => two.server.get_available_packet_count() === 1, 'the packet', two.client, two.server);
    stage.call('pair.max.server', two.server, () => two.server.get_packet().length);
  },
};

const pollsToOpen: Scenario = {
  records: ['misc.polls_to_open'],
  play: async (stage) => {
    const listener = stage.tcpServer();
    const client = stage.peer();
    const server = stage.peer();
    const names = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'];
    const seen: string[] = [];
    const look = (name: string, peer: WebSocketPeer): void => {
      peer.poll();
      seen.push(`${name}:${names[peer.get_ready_state()]}`);
    };
    await stage.told(client, () => client.connect_to_url(`ws://127.0.0.1:${listener.get_local_port()}/`));
    look('c1', client);
    await until(() => listener.is_connection_available(), 'the connection');
    await stage.told(server, () => server.accept_stream(listener.take_connection()));
    look('s1', server);
    await stage.told(client);
    look('c2', client);
    look('c3', client);
    stage.note('misc.polls_to_open', client, seen);
  },
};

export const PAIR_SCENARIOS: readonly Scenario[] = [
  fin,
  dataThenFin,
  reset,
  serverFin,
  midFrame,
  addresses,
  clientCloses,
  onePoll,
  simultaneous,
  unusualCodes,
  badUtf8,
  sizes,
  pollsToOpen,
];

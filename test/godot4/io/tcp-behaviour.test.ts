// Godot's StreamPeerTCP and TCPServer: every recorded situation.
import { describe, expect } from 'vitest';
import { ERR_INVALID_PARAMETER } from '../../../host/binding/errors.js';
import { StreamPeerTCP } from '../../../host/godot4/io/stream-peer-tcp.js';
import { ascii, until } from '../../helpers/net.js';
import { ended, keep, listening, newPeer, newServer, pair, read, refusedPeer } from '../../helpers/net-peers.js';
import { runRecords, type Situation, type Situations } from '../../helpers/net-records.js';
import { useReports } from '../../helpers/reports.js';

const reports = useReports();

/** A read that returns the bytes of the engine's record, where that has rubbish behind the received ones. */
function unfilled(run: () => unknown, error: number, hex: string): Situation {
  const returned = [error, { bytes: hex.length / 2, hex }];
  return { run, returned, because: 'the engine returns uninitialised memory behind what came; here it is zeros' };
}

const listenSituation = (port: number, address: string) => (): number => {
  const server = newServer();
  const error = server.listen(port, address);
  expect(server.is_listening()).toBe(error === 0);
  if (error === 0 && port === 0) expect(server.get_local_port()).toBeGreaterThan(1023);
  return error;
};

/** The engine cuts `port` to 16 bits. */
const noPortSituation = (port: number): Situation => ({
  because: 'a port that there is not is refused, not cut',
  returned: ERR_INVALID_PARAMETER,
  reports: 1,
  run: () => {
    const server = newServer();
    const error = server.listen(port, '127.0.0.1');
    expect(reports.errors).toEqual([`listen: port must be 0 to 65535, got ${port}`]);
    expect(server.is_listening()).toBe(false);
    return error;
  },
});

const connectSituation = (host: string, port: number, status: number) => (): number => {
  const peer = newPeer();
  const error = peer.connect_to_host(host, port);
  expect(peer.get_status()).toBe(status);
  return error;
};

const serverSituations: Situations = {
  'tcpserver.fresh.port': () => newServer().get_local_port(),
  'tcpserver.listen(0,*)': listenSituation(0, '*'),
  'tcpserver.listen(0,::1)': listenSituation(0, '::1'),
  'tcpserver.listen(0,::)': listenSituation(0, '::'),
  'tcpserver.listen(0,0.0.0.0)': listenSituation(0, '0.0.0.0'),
  'tcpserver.listen(0,localhost)': listenSituation(0, 'localhost'),
  'tcpserver.listen(0,)': listenSituation(0, ''),
  'tcpserver.listen(0,300.1.1.1)': listenSituation(0, '300.1.1.1'),
  'tcpserver.listen(104136,127.0.0.1)': noPortSituation(104_136),
  'tcpserver.listen(-1,127.0.0.1)': noPortSituation(-1),
  'tcpserver.listen_twice': () => listening().listen(0, '127.0.0.1'),
  'tcpserver.in_use': {
    because: 'a server that does not listen says why',
    reports: 1,
    run: () => {
      const server = newServer();
      const error = server.listen(listening().get_local_port(), '127.0.0.1');
      expect(server.is_listening()).toBe(false);
      return error;
    },
  },
  'tcpserver.take_none': () => listening().take_connection() === null,
  'tcpserver.avail': async () => {
    const server = listening();
    newPeer().connect_to_host('127.0.0.1', server.get_local_port());
    await until(() => server.is_connection_available());
    return server.is_connection_available();
  },
  'tcpserver.take': async () => {
    const server = listening();
    newPeer().connect_to_host('127.0.0.1', server.get_local_port());
    await until(() => server.is_connection_available());
    const taken = keep(server.take_socket_connection() as StreamPeerTCP);
    const port = taken.get_connected_port();
    return [taken.constructor.name, taken.get_status(), taken.get_connected_host(), port > 0];
  },
  'tcpserver.stop': () => {
    const server = listening();
    server.stop();
    return [server.is_listening(), server.is_connection_available()];
  },
  'tcpserver.stop.conn': async () => (await pair()).other.put_data(ascii('x')),
  'tcpserver.relisten': () => {
    const server = listening();
    server.stop();
    return server.listen(0, '127.0.0.1');
  },
};

const freshSituations: Situations = {
  'tcp.fresh.status': () => newPeer().get_status(),
  'tcp.fresh.poll': () => newPeer().poll(),
  'tcp.fresh.put_data': () => newPeer().put_data(Uint8Array.of(1)),
  'tcp.fresh.put_data_empty': () => newPeer().put_data(new Uint8Array(0)),
  'tcp.fresh.put_partial': () => newPeer().put_partial_data(Uint8Array.of(1)),
  'tcp.fresh.put_partial_empty': () => newPeer().put_partial_data(new Uint8Array(0)),
  'tcp.fresh.get_data': unfilled(() => read(newPeer().get_data(3)), 1, '000000'),
  'tcp.fresh.get_data0': () => read(newPeer().get_data(0)),
  'tcp.fresh.get_data-1': () => read(newPeer().get_data(-1)),
  'tcp.fresh.get_partial': () => read(newPeer().get_partial_data(3)),
  'tcp.fresh.avail': () => newPeer().get_available_bytes(),
  'tcp.fresh.port': () => newPeer().get_connected_port(),
  'tcp.fresh.lport': () => newPeer().get_local_port(),
  'tcp.fresh.nodelay': () => newPeer().set_no_delay(true) ?? null,
  'tcp.fresh.disconnect': () => newPeer().disconnect_from_host() ?? null,
};

const connectionSituations: Situations = {
  'tcp.connect(127.0.0.1,-1)': connectSituation('127.0.0.1', -1, StreamPeerTCP.STATUS_NONE),
  'tcp.connect(,80)': connectSituation('', 80, StreamPeerTCP.STATUS_NONE),
  'tcp.connect(no such host,80)': connectSituation('no such host', 80, StreamPeerTCP.STATUS_NONE),
  'tcp.connect(*,80)': connectSituation('*', 80, StreamPeerTCP.STATUS_NONE),
  'tcp.connect(::1,9)': connectSituation('::1', 9, StreamPeerTCP.STATUS_CONNECTING),
  'tcp.connect_dead.again': async () => (await refusedPeer()).connect_to_host('127.0.0.1', 9),
  'tcp.connect_dead.reset': async () => {
    const peer = await refusedPeer();
    peer.disconnect_from_host();
    return peer.get_status();
  },
  'tcp.connecting.put': () => {
    const peer = newPeer();
    peer.connect_to_host('127.0.0.1', listening().get_local_port());
    const error = peer.put_data(Uint8Array.of(1));
    expect(peer.get_status()).toBe(StreamPeerTCP.STATUS_CONNECTING);
    return error;
  },
  'tcp.connected.avail': async () => (await pair()).client.get_available_bytes(),
  'tcp.connected.partial': async () => read((await pair()).client.get_partial_data(5)),
  'tcp.connected.partial3': async () => {
    const { client, other } = await pair();
    other.put_data(ascii('aaa'));
    await until(() => client.get_available_bytes() === 3);
    return read(client.get_partial_data(5));
  },
  'tcp.fin_unread.poll': async () => {
    const client = await ended(ascii('aa'));
    const error = client.poll();
    expect(client.get_status()).toBe(StreamPeerTCP.STATUS_CONNECTED);
    return error;
  },
  'tcp.fin.poll': async () => {
    const client = await ended(ascii('aa'));
    client.get_data(2);
    const error = client.poll();
    expect(client.get_status()).toBe(StreamPeerTCP.STATUS_NONE);
    return error;
  },
  'tcp.fin.partial': async () => {
    const client = await ended(new Uint8Array(0));
    const result = read(client.get_partial_data(5));
    expect(client.get_status()).toBe(StreamPeerTCP.STATUS_NONE);
    return result;
  },
  'tcp.fin.get_data_short': async () => {
    const client = await ended(ascii('aa'));
    const result = read(client.get_data(5));
    expect(client.get_status()).toBe(StreamPeerTCP.STATUS_NONE);
    return result;
  },
  'tcp.bind': () => {
    const peer = newPeer();
    const error = peer.bind(0, '127.0.0.1');
    expect(peer.get_local_port()).toBeGreaterThan(0);
    return error;
  },
  'tcp.bind_twice': () => {
    const peer = newPeer();
    peer.bind(0, '127.0.0.1');
    return peer.bind(0, '127.0.0.1');
  },
};

describe('recorded: TCPServer', () => runRecords(['tcpserver'], serverSituations, reports));
describe('recorded: StreamPeerTCP', () => {
  runRecords(['tcp'], { ...freshSituations, ...connectionSituations }, reports);
});

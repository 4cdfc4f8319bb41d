// Godot's StreamPeerTCP and TCPServer: every recorded situation, and what only this package has.
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { SocketServer } from '../host/godot4/socket-server.js';
import { StreamPeer } from '../host/godot4/stream-peer.js';
import { StreamPeerSocket } from '../host/godot4/stream-peer-socket.js';
import { StreamPeerTCP } from '../host/godot4/stream-peer-tcp.js';
import { TCPServer } from '../host/godot4/tcp-server.js';
import { BYTE_STREAM } from '../host/transport/byte-stream.js';
import { ascii, Recorder, turns, until } from './helpers/net.js';
import { runRecords, type Situation, type Situations, shown } from './helpers/net-records.js';
import { useReports } from './helpers/reports.js';

const opened: { free(): void }[] = [];

afterEach(() => {
  for (const object of opened.splice(0)) object.free();
});

function keep<T extends { free(): void }>(object: T): T {
  opened.push(object);
  return object;
}

const newPeer = (): StreamPeerTCP => keep(new StreamPeerTCP());
const newServer = (): TCPServer => keep(new TCPServer());

function listening(): TCPServer {
  const server = newServer();
  expect(server.listen(0, '127.0.0.1')).toBe(0);
  return server;
}

async function pollUntil(peer: StreamPeerTCP, status: number): Promise<void> {
  await until(() => {
    peer.poll();
    return peer.get_status() === status;
  });
}

/** A client that has polled itself to CONNECTED, and the server's end. */
async function pair(): Promise<{ client: StreamPeerTCP; other: StreamPeerTCP }> {
  const server = listening();
  const client = newPeer();
  expect(client.connect_to_host('127.0.0.1', server.get_local_port())).toBe(0);
  await until(() => server.is_connection_available());
  const other = keep(server.take_connection() as StreamPeerTCP);
  await pollUntil(client, StreamPeerTCP.STATUS_CONNECTED);
  return { client, other };
}

/** A client whose other side has sent `bytes` and then FIN, both of which have arrived. */
async function ended(bytes: Uint8Array): Promise<StreamPeerTCP> {
  const { client, other } = await pair();
  other.put_data(bytes);
  other.disconnect_from_host();
  await until(() => client.get_available_bytes() === bytes.length);
  let news = 0;
  client.connect('activity', () => {
    news += 1;
  });
  await until(() => news > 0);
  await turns();
  return client;
}

async function refusedPeer(): Promise<StreamPeerTCP> {
  const server = listening();
  const port = server.get_local_port();
  server.stop();
  const peer = newPeer();
  peer.connect_to_host('127.0.0.1', port);
  await pollUntil(peer, StreamPeerTCP.STATUS_ERROR);
  return peer;
}

function read([error, bytes]: [number, Uint8Array]): unknown {
  return [error, shown(bytes)];
}

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
  'tcpserver.listen(104136,127.0.0.1)': () => {
    const server = newServer();
    const error = server.listen(104_136, '127.0.0.1');
    expect(server.get_local_port()).toBe(38_600);
    return error;
  },
  'tcpserver.listen(-1,127.0.0.1)': () => {
    const server = newServer();
    const error = server.listen(-1, '127.0.0.1');
    expect(server.get_local_port()).toBe(65_535);
    return error;
  },
  'tcpserver.listen_twice': () => listening().listen(0, '127.0.0.1'),
  'tcpserver.in_use': () => {
    const server = newServer();
    const error = server.listen(listening().get_local_port(), '127.0.0.1');
    expect(server.is_listening()).toBe(false);
    return error;
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

const reports = useReports();

describe('recorded: TCPServer', () => runRecords(['tcpserver'], serverSituations, reports));
describe('recorded: StreamPeerTCP', () => {
  runRecords(['tcp'], { ...freshSituations, ...connectionSituations }, reports);
});

describe('StreamPeerTCP', () => {
  it('has the status values of Godot on the class and as a group', () => {
    expect(StreamPeerTCP.Status).toEqual({
      STATUS_NONE: 0,
      STATUS_CONNECTING: 1,
      STATUS_CONNECTED: 2,
      STATUS_ERROR: 3,
    });
    expect(StreamPeerTCP.STATUS_CONNECTED).toBe(2);
    const peer = newPeer();
    expect(peer).toBeInstanceOf(StreamPeerSocket);
    expect(peer).toBeInstanceOf(StreamPeer);
    expect(peer.big_endian).toBe(false);
    peer.big_endian = true;
    expect(peer.is_big_endian_enabled()).toBe(true);
  });

  it('leaves too early get_data for later, without losing a byte', async () => {
    const { client, other } = await pair();
    other.put_data(ascii('abc'));
    await until(() => client.get_available_bytes() === 3);
    expect(client.get_data(5)).toEqual([2, new Uint8Array(0)]);
    other.put_data(ascii('de'));
    await until(() => client.get_available_bytes() === 5);
    expect(read(client.get_data(5))).toEqual([0, shown(ascii('abcde'))]);
  });

  it('reads ahead 64 KiB, and as much as get_data was asked for', async () => {
    const { client, other } = await pair();
    const size = 3 << 20;
    other.put_data(new Uint8Array(size).fill(7));
    await until(() => client.get_available_bytes() >= 65_536);
    await turns();
    expect(client.get_available_bytes()).toBeLessThanOrEqual(2 * 65_536);
    await until(() => client.get_data(size)[0] !== 2);
  });

  it('takes everything by put_data, and nothing by put_partial_data while bytes wait', async () => {
    const { client, other } = await pair();
    const size = 12 << 20;
    expect(client.put_partial_data(new Uint8Array(size))).toEqual([0, size]);
    expect(client.put_partial_data(ascii('no'))).toEqual([0, 0]);
    expect(client.put_data(ascii('tail'))).toBe(0);
    let received = 0;
    await until(() => {
      received += other.get_partial_data(1 << 20)[1].length;
      return received === size + 4;
    });
    await until(() => client.put_partial_data(ascii('yes'))[1] === 3);
  });

  it('refuses put_data beyond 16 MiB that wait', async () => {
    const { client } = await pair();
    expect(client.put_data(new Uint8Array(24 << 20))).toBe(0);
    expect(client.put_data(ascii('x'))).toBe(6);
    expect(reports.errors.join()).toContain('16777216');
    client[BYTE_STREAM]().destroy();
  });

  it('delivers what was put right before disconnect_from_host', async () => {
    const { client, other } = await pair();
    client.put_data(new Uint8Array(5 << 20));
    client.disconnect_from_host();
    expect(client.get_status()).toBe(StreamPeerTCP.STATUS_NONE);
    let received = 0;
    await until(() => {
      const [error, bytes] = other.get_partial_data(1 << 20);
      received += bytes.length;
      return error === 18;
    });
    expect(received).toBe(5 << 20);
  });

  it('shows a reset as FAILED and STATUS_ERROR, after the bytes before it', async () => {
    const server = listening();
    const raw = connect(server.get_local_port(), '127.0.0.1');
    await until(() => server.is_connection_available());
    const peer = keep(server.take_connection() as StreamPeerTCP);
    raw.write('hey');
    await until(() => peer.get_available_bytes() === 3);
    raw.resetAndDestroy();
    await turns();
    expect(peer.poll()).toBe(0);
    expect(read(peer.get_data(3))).toEqual([0, shown(ascii('hey'))]);
    await until(() => peer.poll() === 1);
    expect(peer.get_status()).toBe(StreamPeerTCP.STATUS_ERROR);
    expect(peer.poll()).toBe(0);
  });

  it('returns ERR_CONNECTION_ERROR once from poll when the connection is refused', async () => {
    const server = listening();
    const port = server.get_local_port();
    server.stop();
    const peer = newPeer();
    peer.connect_to_host('127.0.0.1', port);
    let error = 0;
    await until(() => {
      error = peer.poll();
      return error !== 0;
    });
    expect(error).toBe(27);
    expect([peer.get_status(), peer.poll(), peer.get_connected_host()]).toEqual([3, 0, '']);
  });

  it('connects from the port and address that it was bound to', async () => {
    const server = listening();
    const peer = newPeer();
    expect(peer.bind(0, '127.0.0.1')).toBe(0);
    const port = peer.get_local_port();
    peer.connect_to_host('127.0.0.1', server.get_local_port());
    await until(() => server.is_connection_available());
    const other = keep(server.take_connection() as StreamPeerTCP);
    expect(other.get_connected_port()).toBe(port);
    await pollUntil(peer, StreamPeerTCP.STATUS_CONNECTED);
    expect(peer.get_local_port()).toBe(port);
  });

  it('shows IPv6 addresses in eight groups', async () => {
    const server = newServer();
    server.listen(0, '::1');
    const peer = newPeer();
    peer.connect_to_host('::1', server.get_local_port());
    expect(peer.get_connected_host()).toBe('0:0:0:0:0:0:0:1');
    await until(() => server.is_connection_available());
    expect(keep(server.take_connection() as StreamPeerTCP).get_connected_host()).toBe('0:0:0:0:0:0:0:1');
  });

  it('shows IPv4 clients of a dual-stack server as IPv4', async () => {
    const server = newServer();
    server.listen(0);
    const peer = newPeer();
    peer.connect_to_host('127.0.0.1', server.get_local_port());
    await until(() => server.is_connection_available());
    expect(keep(server.take_connection() as StreamPeerTCP).get_connected_host()).toBe('127.0.0.1');
  });

  it('raises activity when it is connected, when bytes come, and at the end; once until the next poll', async () => {
    const server = listening();
    const client = newPeer();
    let news = 0;
    client.connect('activity', () => {
      news += 1;
    });
    client.connect_to_host('127.0.0.1', server.get_local_port());
    await until(() => news === 1);
    await until(() => server.is_connection_available());
    const other = keep(server.take_connection() as StreamPeerTCP);
    other.put_data(ascii('a'));
    await turns();
    expect([news, client.get_status()]).toEqual([1, 1]);
    client.poll();
    expect(client.get_status()).toBe(2);
    other.put_data(ascii('b'));
    await until(() => news === 2);
    client.poll();
    client.get_data(client.get_available_bytes());
    other.disconnect_from_host();
    await until(() => news === 3);
    client.poll();
    expect(client.get_status()).toBe(0);
    await turns();
    expect(news).toBe(3);
  });

  it('raises activity for what had come before somebody listened', async () => {
    const { client, other } = await pair();
    client.put_data(ascii('early'));
    let news = 0;
    other.connect('activity', () => {
      news += 1;
    });
    await until(() => news === 1);
    expect(other.get_available_bytes()).toBe(5);
  });

  it('hands its stream over with the bytes that nobody took, and keeps telling the truth', async () => {
    const { client, other } = await pair();
    client.put_data(ascii('unread'));
    await until(() => other.get_available_bytes() === 6);
    other.get_data(2);
    const stream = other[BYTE_STREAM]();
    const adopter = new Recorder(stream);
    expect(adopter.text).toBe('read');
    expect([other.get_status(), other.get_connected_host()]).toEqual([2, '127.0.0.1']);
    expect(other.get_partial_data(5)).toEqual([1, new Uint8Array(0)]);
    expect(other.put_data(ascii('x'))).toBe(1);
    expect([other.poll(), other.get_available_bytes()]).toEqual([0, 0]);
    other.free(); // the stream is the adopter's: freeing the old owner does not end it
    expect(other.get_status()).toBe(2);
    stream.write([ascii('mine')]);
    await until(() => client.get_available_bytes() === 4);
    stream.destroy();
    expect(other.get_status()).toBe(0);
  });

  it('gives a closed stream away when it is not connected', () => {
    expect(newPeer()[BYTE_STREAM]().phase).toBe(3);
  });

  it.each<[string, (peer: StreamPeerTCP) => unknown]>([
    ['host', (peer) => peer.connect_to_host(1 as unknown as string, 80)],
    ['port', (peer) => peer.connect_to_host('127.0.0.1', '80' as unknown as number)],
    ['data', (peer) => peer.put_data('text' as unknown as Uint8Array)],
    ['bytes', (peer) => peer.get_data(1.5)],
    ['enabled', (peer) => peer.set_no_delay(1 as unknown as boolean)],
    ['enable', (peer) => peer.set_big_endian(0 as unknown as boolean)],
  ])('throws a TypeError that names %s when it is of a type that Godot could not have received', (name, call) => {
    expect(() => call(newPeer())).toThrow(new RegExp(`^${name} must be`));
    expect(() => call(newPeer())).toThrow(TypeError);
  });
});

describe('TCPServer', () => {
  it('is a SocketServer and throws a TypeError for arguments of wrong types', () => {
    const server = newServer();
    expect(server).toBeInstanceOf(SocketServer);
    expect(() => server.listen('9080' as unknown as number)).toThrow(TypeError);
    expect(() => server.listen(0, null as unknown as string)).toThrow(TypeError);
  });

  it('raises activity once for many, and again while some wait after a take', async () => {
    const server = listening();
    let news = 0;
    server.connect('activity', () => {
      news += 1;
    });
    const clients = [newPeer(), newPeer(), newPeer()];
    for (const client of clients) client.connect_to_host('127.0.0.1', server.get_local_port());
    for (const client of clients) await pollUntil(client, StreamPeerTCP.STATUS_CONNECTED);
    await turns();
    expect(news).toBe(1);
    keep(server.take_connection() as StreamPeerTCP);
    await until(() => news === 2);
    keep(server.take_connection() as StreamPeerTCP);
    keep(server.take_connection() as StreamPeerTCP);
    expect(server.take_connection()).toBeNull();
    await turns();
    expect(news).toBe(2);
  });

  it('raises activity for connections that waited before somebody listened', async () => {
    const server = listening();
    newPeer().connect_to_host('127.0.0.1', server.get_local_port());
    await until(() => server.is_connection_available());
    let news = 0;
    server.connect('activity', () => {
      news += 1;
    });
    await until(() => news === 1);
  });

  it('drops those that wait, and none that were taken, when it stops', async () => {
    const server = listening();
    const [first, second] = [newPeer(), newPeer()];
    first.connect_to_host('127.0.0.1', server.get_local_port());
    await until(() => server.is_connection_available());
    const taken = keep(server.take_connection() as StreamPeerTCP);
    second.connect_to_host('127.0.0.1', server.get_local_port());
    await until(() => server.is_connection_available());
    server.stop();
    await until(() => {
      second.poll();
      return second.get_status() !== StreamPeerTCP.STATUS_CONNECTING;
    });
    await until(() => {
      second.poll();
      return second.get_status() !== StreamPeerTCP.STATUS_CONNECTED;
    });
    await pollUntil(first, StreamPeerTCP.STATUS_CONNECTED);
    taken.put_data(ascii('alive'));
    await until(() => first.get_available_bytes() === 5);
  });
});

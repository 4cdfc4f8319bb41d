// Godot's StreamPeerTCP: what the records do not say.
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { StreamPeer } from '../../../host/godot4/io/stream-peer.js';
import { StreamPeerSocket } from '../../../host/godot4/io/stream-peer-socket.js';
import { StreamPeerTCP } from '../../../host/godot4/io/stream-peer-tcp.js';
import { BYTE_STREAM } from '../../../host/transport/byte-stream.js';
import { ascii, Recorder, turns, until } from '../../helpers/net.js';
import { keep, listening, newPeer, newServer, pair, pollUntil, read } from '../../helpers/net-peers.js';
import { shown } from '../../helpers/net-records.js';
import { useReports } from '../../helpers/reports.js';

const reports = useReports();

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

  it('raises activity when the last bytes before the end are read', async () => {
    const { client, other } = await pair();
    client.put_data(ascii('last'));
    client.disconnect_from_host();
    await until(() => other.get_available_bytes() === 4);
    let news = 0;
    other.connect('activity', () => {
      news += 1;
    });
    await turns(); // the end comes, too
    expect([other.poll(), other.get_status()]).toEqual([0, 2]);
    const before = news;
    expect(read(other.get_data(4))).toEqual([0, shown(ascii('last'))]);
    await until(() => news > before);
    expect([other.poll(), other.get_status()]).toEqual([0, 0]);
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

// Godot's TCPServer: what the records do not say.
import { describe, expect, it } from 'vitest';
import { SocketServer } from '../../../host/godot4/io/socket-server.js';
import { StreamPeerTCP } from '../../../host/godot4/io/stream-peer-tcp.js';
import { ascii, turns, until } from '../../helpers/net.js';
import { keep, listening, newPeer, newServer, pollUntil } from '../../helpers/net-peers.js';
import { useReports } from '../../helpers/reports.js';

describe('TCPServer', () => {
  const reports = useReports();

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

  it('drops connections beyond max_pending_connections and max_pending_per_address, and says so once', async () => {
    const server = listening();
    server.max_pending_connections = 3;
    server.max_pending_per_address = 2;
    expect([server.get_max_pending_connections(), server.get_max_pending_per_address()]).toEqual([3, 2]);
    const connect = (local: string): StreamPeerTCP => {
      const client = newPeer();
      client.bind(0, local);
      client.connect_to_host('127.0.0.1', server.get_local_port());
      return client;
    };
    const clients = ['127.0.0.1', '127.0.0.1', '127.0.0.1', '127.0.0.2', '127.0.0.3'].map(connect);
    await until(() => {
      for (const client of clients) client.poll();
      return clients.filter((client) => client.get_status() !== StreamPeerTCP.STATUS_CONNECTED).length === 2;
    });
    let taken = 0;
    for (let peer = server.take_connection(); peer !== null; peer = server.take_connection()) {
      keep(peer);
      taken += 1;
    }
    expect(taken).toBe(3);
    expect(reports.warnings).toHaveLength(1);
    expect(reports.warnings[0]).toContain('max_pending_per_address 2');
  });

  it('drops the newest waiting connection of the address that has most, not the newcomer of another', async () => {
    const server = listening();
    server.max_pending_connections = 3;
    const connect = async (local: string): Promise<StreamPeerTCP> => {
      const client = newPeer();
      client.bind(0, local);
      client.connect_to_host('127.0.0.1', server.get_local_port());
      await pollUntil(client, StreamPeerTCP.STATUS_CONNECTED);
      return client;
    };
    const clients: StreamPeerTCP[] = [];
    for (const local of ['127.0.0.3', '127.0.0.3', '127.0.0.3', '127.0.0.2', '127.0.0.4']) {
      clients.push(await connect(local));
    }
    await until(() => {
      for (const client of clients) client.poll();
      return clients.filter((client) => client.get_status() === StreamPeerTCP.STATUS_CONNECTED).length === 3;
    });
    const taken: string[] = [];
    for (let peer = server.take_connection(); peer !== null; peer = server.take_connection()) {
      taken.push(keep(peer).get_connected_host());
    }
    expect(taken).toEqual(['127.0.0.3', '127.0.0.2', '127.0.0.4']);
    expect(reports.warnings).toHaveLength(1);
    expect(reports.warnings[0]).toContain('a connection from 127.0.0.3 was dropped');
  });

  it.each(['max_pending_connections', 'max_pending_per_address'] as const)('keeps %s at 1 or more', (property) => {
    const server = newServer();
    server[property] = 0;
    expect(server[property]).toBe(512);
    expect(reports.errors).toEqual([`${property} must be at least 1, got 0; it stays 512`]);
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

  it('resets those that wait, and none that were taken, when it stops', async () => {
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
    await pollUntil(second, StreamPeerTCP.STATUS_ERROR);
    await pollUntil(first, StreamPeerTCP.STATUS_CONNECTED);
    taken.put_data(ascii('alive'));
    await until(() => first.get_available_bytes() === 5);
  });
});

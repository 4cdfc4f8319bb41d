// Where Godot 3's classes are better than the engine on purpose, and what no record tells.
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketClient, type WebSocketPeer, WebSocketServer } from '../../host/godot3/index.js';
import { pause, until } from '../helpers/game.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
const players: (WebSocketClient | WebSocketServer)[] = [];
afterEach(() => {
  for (const player of players.splice(0)) player.free();
});

const BYTES = Uint8Array.of(1, 2, 3);
const polled = (condition: () => boolean, what: string): Promise<void> =>
  until(() => {
    for (const player of players) player.poll();
    return condition();
  }, what);

function serving(multiplayer = false, prepare: (server: WebSocketServer) => void = () => {}): WebSocketServer {
  const server = new WebSocketServer();
  players.push(server);
  server.bind_ip = '127.0.0.1';
  prepare(server);
  expect(server.listen(0, [], multiplayer)).toBe(0);
  return server;
}

async function joined(server: WebSocketServer, multiplayer = false, client = new WebSocketClient()) {
  players.push(client);
  let id = 0;
  const signal = multiplayer ? 'peer_connected' : 'client_connected';
  server.connect(signal, (...args: unknown[]) => {
    id = Number(args[0]);
  });
  expect(client.connect_to_url(`ws://127.0.0.1:${server.get_local_port()}`, [], multiplayer)).toBe(0);
  await polled(() => id > 0 && client.get_connection_status() === 2, 'a client');
  return { client, id, near: client.get_peer(1) as WebSocketPeer, far: server.get_peer(id) as WebSocketPeer };
}

describe('a client and a server', () => {
  it('keep packets that nobody has read when the connection ends', async () => {
    const server = serving();
    const { client, near, far } = await joined(server);
    far.put_packet(BYTES);
    far.close();
    let closed = 0;
    client.connect('connection_closed', () => {
      closed = near.get_available_packet_count();
    });
    await polled(() => closed > 0, 'the end');
    expect([client.get_connection_status(), near.get_packet(), near.get_packet_error()]).toEqual([0, BYTES, 0]);
    expect([near.get_packet().length, near.get_packet_error()]).toEqual([0, 1]);
  });

  it('raise activity when a poll would find something, once until then', async () => {
    const server = serving();
    const { client, far } = await joined(server);
    client.poll();
    let raised = 0;
    client.connect('activity', () => {
      raised += 1;
    });
    far.put_packet(BYTES);
    far.put_packet(BYTES);
    await until(() => raised > 0, 'activity');
    await pause(5);
    expect(raised).toBe(1);
    client.poll();
    expect(client.get_peer(1)?.get_available_packet_count()).toBe(2);
  });

  it('run by activity alone', async () => {
    const server = serving();
    server.connect('activity', () => server.poll());
    server.connect('data_received', (id) => {
      const peer = server.get_peer(id) as WebSocketPeer;
      peer.put_packet(peer.get_packet());
    });
    const client = new WebSocketClient();
    client.connect('activity', () => client.poll());
    client.connect('connection_established', () => client.get_peer(1)?.put_packet(BYTES));
    let echo: Uint8Array = new Uint8Array(0);
    client.connect('data_received', () => {
      echo = (client.get_peer(1) as WebSocketPeer).get_packet();
    });
    client.connect_to_url(`ws://127.0.0.1:${server.get_local_port()}`);
    await until(() => echo.length > 0, 'the echo');
    expect(echo).toEqual(BYTES);
    client.free();
    server.free();
  });

  it('may be left, and begun again, from within a signal', async () => {
    const server = serving();
    const { client, far } = await joined(server);
    const url = `ws://127.0.0.1:${server.get_local_port()}`;
    const heard: string[] = [];
    client.connect('connection_established', () => heard.push('open'));
    client.connect('connection_closed', () => heard.push(`closed, ${client.connect_to_url(url)}`));
    client.connect('data_received', () => {
      heard.push('data');
      client.disconnect_from_host();
    });
    far.put_packet(BYTES);
    far.put_packet(BYTES);
    await polled(() => heard.includes('open'), 'the second connection');
    expect(heard).toEqual(['data', 'closed, 0', 'open']);
  });

  it('forget a connection without a signal when another one is begun while it closes', async () => {
    const server = serving();
    const { client } = await joined(server);
    let closed = 0;
    client.connect('connection_closed', () => {
      closed += 1;
    });
    const old = client.get_peer(1) as WebSocketPeer;
    client.disconnect_from_host();
    expect(client.connect_to_url(`ws://127.0.0.1:${server.get_local_port()}`)).toBe(0);
    expect([old.is_connected_to_host(), client.get_peer(1) === old]).toEqual([false, false]);
    await polled(() => client.get_connection_status() === 2, 'the second connection');
    expect(closed).toBe(0);
  });

  it('send no more than set_buffers lets wait', async () => {
    const server = serving(false, (one) => expect(one.set_buffers(1, 1, 2, 4)).toBe(0));
    const { far } = await joined(server);
    expect(far.put_packet(new Uint8Array(2047))).toBe(0);
    expect(far.put_packet(new Uint8Array(2048))).toBe(6);
    expect(reports.take().at(-1)).toContain('outbound_buffer_size 2047');
  });
});

describe('a server', () => {
  it('refuses lines that would break its answer, and protocols that are none', () => {
    const server = new WebSocketServer();
    players.push(server);
    server.set_extra_headers(['Good: 1']);
    server.set_extra_headers(['Bad: 1\r\nEvil: 1']);
    server.set_extra_headers(['Upgrade: other']);
    expect(server.listen(0, ['no token'])).toBe(31);
    expect(reports.take()).toHaveLength(3);
    expect([server.is_listening(), server.get_local_port(), server.get_connection_status()]).toEqual([false, 0, 0]);
  });

  it('turns everybody away while it refuses new connections', async () => {
    const server = serving();
    server.refuse_new_connections = true;
    const client = new WebSocketClient();
    players.push(client);
    let failed = false;
    client.connect('connection_error', () => {
      failed = true;
    });
    client.connect_to_url(`ws://127.0.0.1:${server.get_local_port()}`);
    await polled(() => failed, 'the refusal');
    expect(client.get_connection_status()).toBe(0);
  });

  it('tells unknown ids by a message each', () => {
    const server = serving();
    expect([server.get_peer(7), server.get_peer_address(7), server.get_peer_port(7), server.has_peer(7)]).toEqual([
      null,
      '',
      0,
      false,
    ]);
    server.disconnect_peer(7);
    expect(reports.take()).toHaveLength(4);
  });
});

describe('the multiplayer mode', () => {
  it('lets packets wait in the connections when the game takes none', async () => {
    const server = serving(true, (one) => one.set_buffers(64, 4, 64, 64));
    const { client } = await joined(server, true);
    await polled(() => client.get_unique_id() > 0, 'the id');
    client.set_target_peer(1);
    for (let sent = 0; sent < 20; sent += 1) expect(client.put_packet(Uint8Array.of(sent))).toBe(0);
    await polled(() => server.get_available_packet_count() === 4, 'four packets');
    for (let polls = 0; polls < 5; polls += 1) server.poll();
    expect(server.get_available_packet_count()).toBe(4);
    const taken: number[] = [];
    await polled(() => {
      while (server.get_available_packet_count() > 0) taken.push(server.get_packet()[0]);
      return taken.length === 20;
    }, 'all of them');
    expect(taken).toEqual([...Array(20).keys()]);
  });

  it('reports a peer that lies about itself once, and keeps it', async () => {
    const server = serving(true);
    const { client, near } = await joined(server, true);
    await polled(() => client.get_unique_id() > 0, 'the id');
    for (let sent = 0; sent < 5; sent += 1) near.put_packet(Uint8Array.of(0, 5, 0, 0, 0, 0, 0, 0, 0, 9));
    client.set_target_peer(1);
    client.put_packet(BYTES);
    await polled(() => server.get_available_packet_count() === 1, 'the honest packet');
    expect(server.get_packet()).toEqual(BYTES);
    expect(reports.take().filter((line) => line.includes('in the name of 5'))).toHaveLength(1);
  });

  it('begins anew without anything of the former game', async () => {
    const server = serving(true);
    const { client, id } = await joined(server, true);
    await polled(() => client.get_unique_id() > 0, 'the id');
    client.set_target_peer(1);
    server.set_target_peer(id);
    expect([client.put_packet(BYTES), server.put_packet(BYTES), server.put_packet(BYTES)]).toEqual([0, 0, 0]);
    await polled(() => server.get_available_packet_count() + client.get_available_packet_count() === 3, 'packets');
    server.stop();
    await polled(() => client.get_connection_status() === 0, 'the end');
    const kept = [server.get_available_packet_count(), client.get_available_packet_count(), client.get_unique_id()];
    expect(kept).toEqual([1, 2, id]); // they can still be read
    expect(server.listen(0, [], true)).toBe(0);
    expect(client.connect_to_url(`ws://127.0.0.1:${server.get_local_port()}`, [], true)).toBe(0);
    const fresh = [server.get_available_packet_count(), client.get_available_packet_count(), client.get_unique_id()];
    expect([fresh, server.has_peer(id)]).toEqual([[0, 0, 0], false]);
  });

  it('hands over and passes on nothing more of a peer that is parted with, and nothing to it', async () => {
    const server = serving(true);
    const bad = await joined(server, true);
    const good = await joined(server, true);
    await polled(() => good.client.get_unique_id() > 0, 'the ids');
    const heard: number[] = [];
    server.connect('peer_packet', (from) => {
      heard.push(server.get_packet()[0]);
      server.disconnect_peer(from);
      server.set_target_peer(0);
      expect(server.put_packet(Uint8Array.of(77))).toBe(0);
    });
    for (const value of [1, 2, 3]) bad.client.put_packet(Uint8Array.of(value));
    await polled(() => !server.has_peer(bad.id), 'leaving');
    const relayed: number[] = [];
    await polled(() => {
      while (good.client.get_available_packet_count() > 0) relayed.push(good.client.get_packet()[0]);
      return relayed.includes(77);
    }, 'the packet for all');
    expect([heard, relayed]).toEqual([[1], [1, 77]]);
    expect(bad.client.get_available_packet_count()).toBe(0);
    expect(reports.take()).toEqual([]);
  });

  it('survives servers that talk nonsense', async () => {
    const server = serving();
    const client = new WebSocketClient();
    players.push(client);
    let id = 0;
    server.connect('client_connected', (one) => {
      id = one;
    });
    client.connect_to_url(`ws://127.0.0.1:${server.get_local_port()}`, [], true);
    await polled(() => id > 0 && client.get_connection_status() === 2, 'a client');
    const far = server.get_peer(id) as WebSocketPeer;
    const nonsense = [[0], [1, 1, 0, 0, 0, 0, 0, 0, 0], [9, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]];
    for (const bytes of nonsense) far.put_packet(Uint8Array.from(bytes));
    far.put_packet(Uint8Array.of(0, 7, 0, 0, 0, 0, 0, 0, 0, 42));
    await polled(() => client.get_available_packet_count() === 1, 'a packet');
    expect([client.get_packet_peer(), client.get_packet()]).toEqual([7, Uint8Array.of(42)]);
    expect(reports.take()).toEqual(['gd_mp_api: peer 1 has sent 1 bytes, a message has at least 9; dropped']);
  });
});

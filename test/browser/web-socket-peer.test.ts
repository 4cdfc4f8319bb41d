// The page's classes in a real browser, against real servers of this package.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocketServer } from '../../host/godot3/index.js';
import { TCPServer, WebSocketMultiplayerPeer, WebSocketPeer } from '../../host/index.js';
import { inPage } from './lib/in-page.js';

let echo: TCPServer;
let origin = '';
beforeAll(() => {
  echo = new TCPServer();
  echo.listen(0, '127.0.0.1');
  origin = `ws://127.0.0.1:${echo.get_local_port()}`;
  echo.connect('activity', () => {
    while (echo.is_connection_available()) serve();
  });
});
afterAll(() => echo.stop());

/** Echoes; `close 4000 why` closes, `drop` drops the connection, `flood` sends a megabyte. */
function serve(): void {
  const peer = new WebSocketPeer();
  peer.supported_protocols = [];
  peer.outbound_buffer_size = 0;
  peer.accept_stream(echo.take_connection());
  peer.connect('activity', () => {
    peer.poll();
    while (peer.get_available_packet_count() > 0) {
      const packet = peer.get_packet();
      const words = new TextDecoder().decode(packet).split(' ');
      if (words[0] === 'close') peer.close(Number(words[1]), words[2]);
      else if (words[0] === 'drop') peer.close(-1);
      else if (words[0] === 'flood') for (let sent = 0; sent < 32; sent += 1) peer.send(new Uint8Array(32768));
      else peer.send(packet, peer.was_string_packet() ? 0 : 1);
    }
  });
  peer.poll();
}

const ECHO = `
  const peer = await open();
  peer.send_text('grüße');
  peer.send(Uint8Array.of(0, 255));
  peer.put_packet(new Uint8Array(60000).fill(7));
  await until(peer, () => peer.get_available_packet_count() === 3);
  const got = [text(peer.get_packet()), peer.was_string_packet(), [...peer.get_packet()], peer.was_string_packet()];
  const large = peer.get_packet();
  peer.send_text('close 4001 bye');
  await until(peer, () => peer.get_ready_state() === WebSocketPeer.STATE_CLOSED);
  return [...got, large.length, peer.get_close_code(), peer.get_close_reason(), messages];`;
const ECHOED = ['grüße', true, [0, 255], false, 60000, 4001, 'bye', []];

it('echoes text and bytes, and hears the close code', async () => {
  expect(await inPage(ECHO, { origin })).toEqual(ECHOED);
});

it('does so in a worker', async () => {
  expect(await inPage(ECHO, { origin, inWorker: true })).toEqual(ECHOED);
});

it('tells ends apart: dropped, not there, and closed by itself', async () => {
  const script = `
    const dropped = await open();
    dropped.send_text('drop');
    await until(dropped, () => dropped.get_ready_state() === WebSocketPeer.STATE_CLOSED);
    const nobody = new WebSocketPeer();
    nobody.connect_to_url('ws://127.0.0.1:9');
    await until(nobody, () => nobody.get_ready_state() === WebSocketPeer.STATE_CLOSED);
    const own = await open();
    own.close(4321, 'mine');
    await until(own, () => own.get_ready_state() === WebSocketPeer.STATE_CLOSED);
    const empty = await open();
    empty.close(0);
    await until(empty, () => empty.get_ready_state() === WebSocketPeer.STATE_CLOSED);
    return [dropped, nobody, own, empty].map((peer) => peer.get_close_code());`;
  expect(await inPage(script, { origin })).toEqual([1006, 1006, 4321, 1005]);
});

it('closes with 1009 when more than max_unpolled_bytes wait', async () => {
  const script = `
    const peer = await open((one) => one.set_max_unpolled_bytes(100_000));
    peer.send_text('flood');
    await new Promise((go) => setTimeout(go, 100));
    await until(peer, () => {
      while (peer.get_ready_state() === WebSocketPeer.STATE_CLOSED && peer.get_available_packet_count()) peer.get_packet();
      return peer.get_ready_state() === WebSocketPeer.STATE_CLOSED;
    });
    return [peer.get_close_code(), messages];`;
  expect(await inPage(script, { origin })).toEqual([1009, [expect.stringContaining('max_unpolled_bytes 100000')]]);
});

it('sends and receives variables once the format is imported', async () => {
  const script = `
    const peer = await open();
    const without = [peer.put_var([1, 'a']), messages.length];
    const { Vector2 } = await variant();
    const error = peer.put_var([1, 'a', new Vector2(1, 2)]);
    await until(peer, () => peer.get_available_packet_count() === 1);
    const [one, letter, vector] = peer.get_var();
    return [without, error, one, letter, vector.x, vector.y];`;
  expect(await inPage(script, { origin })).toEqual([[2, 1], 0, 1, 'a', 1, 2]);
});

it('joins a multiplayer server, and has no servers of its own', async () => {
  const server = new WebSocketMultiplayerPeer();
  expect(server.create_server(0, '127.0.0.1')).toBe(0);
  server.connect('activity', () => {
    server.poll();
    while (server.get_available_packet_count() > 0) {
      const from = server.get_packet_peer();
      const packet = server.get_packet();
      server.set_target_peer(from);
      server.put_packet(packet);
    }
  });
  const script = `
    const peer = new api.WebSocketMultiplayerPeer();
    const refused = peer.create_server(9080) !== 0;
    peer.create_client('ws://127.0.0.1:${server.get_local_port()}');
    await until(peer, () => peer.get_connection_status() === 2);
    peer.set_target_peer(1);
    peer.put_packet(Uint8Array.of(1, 2, 3));
    await until(peer, () => peer.get_available_packet_count() === 1);
    return [refused, peer.get_unique_id() > 1, peer.get_packet_peer(), [...peer.get_packet()]];`;
  expect(await inPage(script, { origin })).toEqual([true, true, 1, [1, 2, 3]]);
  server.close();
});

it.each([false, true])('speaks Godot 3, gd_mp_api %s', async (multiplayer) => {
  const server = new WebSocketServer();
  server.bind_ip = '127.0.0.1';
  expect(server.listen(0, [], multiplayer)).toBe(0);
  server.connect('activity', () => server.poll());
  server.connect('data_received', (id) => {
    const peer = server.get_peer(id);
    peer?.put_packet(peer.get_packet());
  });
  server.connect('peer_packet', () => server.put_packet(server.get_packet()));
  const script = `
    const client = new godot3.WebSocketClient();
    const heard = [];
    for (const signal of ['connection_established', 'connection_succeeded']) client.connect(signal, () => heard.push(signal));
    client.connect_to_url('ws://127.0.0.1:${server.get_local_port()}', [], ${multiplayer});
    await until(client, () => heard.length > 0);
    const peer = ${multiplayer} ? client : client.get_peer(1);
    peer.put_packet(Uint8Array.of(7, 8));
    await until(client, () => peer.get_available_packet_count() === 1);
    return [heard, [...peer.get_packet()]];`;
  expect(await inPage(script, { origin })).toEqual([
    [multiplayer ? 'connection_succeeded' : 'connection_established'],
    [7, 8],
  ]);
  server.stop();
});

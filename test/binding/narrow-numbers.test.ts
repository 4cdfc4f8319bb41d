// Numbers that the engine keeps with 32 bits, and reads back so. Asked of 4.6.3 and 3.6.2.
import { describe, expect, it } from 'vitest';
import * as godot3 from '../../host/godot3/index.js';
import { type MultiplayerPeer, WebSocketMultiplayerPeer } from '../../host/index.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();

describe('an int of 32 bits is cut', () => {
  it.each([
    [0, 0, 0],
    [255, 255, 255],
    [256, 256, 256],
    [-1, -1, 4294967295],
    [2147483647, 2147483647, 2147483647],
    [2147483648, -2147483648, 2147483648],
    [4294967295, -1, 4294967295],
    [4294967296, 0, 0],
    [4294967297, 1, 1],
    [1099511627776, 0, 0],
    [-4294967295, 1, 1],
    [-2147483649, 2147483647, 2147483647],
  ])('%d is transfer_channel %d and transfer_mode %d', (given, channel, mode) => {
    const peer = new WebSocketMultiplayerPeer();
    peer.transfer_channel = given;
    peer.transfer_mode = given as MultiplayerPeer.TransferMode;
    expect([peer.transfer_channel, peer.transfer_mode]).toEqual([channel, mode]);
  });

  it.each([
    [4294967297, 1],
    [-4294967295, 1],
    [4294967301, 5],
  ])('%d names the peer %d', (given, id) => {
    const [client, server] = [new godot3.WebSocketClient(), new WebSocketMultiplayerPeer()];
    server.create_server(0, '127.0.0.1');
    server.set_target_peer(given);
    expect(server.put_packet(Uint8Array.of(1))).toBe(31);
    expect(reports.take().at(-1)).toMatch(new RegExp(`peer ${id}\\b`));
    expect(server.get_peer(given)).toBeNull();
    expect(client.get_peer(given) === null).toBe(id !== 1);
    server.close();
    reports.take();
  });

  it('a write mode of Godot 3, too', () => {
    const peer = new godot3.WebSocketPeer();
    peer.set_write_mode(4294967296);
    expect(peer.get_write_mode()).toBe(0);
  });

  it('and the largest size of a variable', () => {
    const peer = new WebSocketMultiplayerPeer();
    peer.encode_buffer_max_size = 4294967296 + 2048;
    expect(peer.encode_buffer_max_size).toBe(2048);
  });
});

const kinds = [
  ['WebSocketMultiplayerPeer', () => new WebSocketMultiplayerPeer()],
  ['WebSocketServer', () => new godot3.WebSocketServer()],
] as const;

describe.each(kinds)('handshake_timeout of %s', (_name, make) => {
  it.each([
    [0.1, 0.10000000149011612],
    [0.29, 0.28999999165534973],
    [0.57, 0.5699999928474426],
    [0.001, 0.0010000000474974513],
    [1.001, 1.0010000467300415],
    [1.5, 1.5],
    [2.01, 2.009999990463257],
    [4.35, 4.349999904632568],
    [16777.217, 16777.216796875],
    [123456.789, 123456.7890625],
    [2147483.647, 2147483.75],
    [10000000000, 10000000000],
  ])('%d reads back as %d', (given, read) => {
    const one = make();
    one.handshake_timeout = given;
    expect([one.handshake_timeout, one.get_handshake_timeout()]).toEqual([read, read]);
  });

  it.each([0, -1, -0.0001, 1e-46])('%d is refused', (given) => {
    const one = make();
    one.handshake_timeout = given;
    expect(one.handshake_timeout).toBe(3);
    expect(reports.take()).toEqual([expect.stringContaining(`got ${given}; it stays 3`)]);
  });
});

// What WebSocketPeer offers beyond Godot's: packets into memory of the caller's, one encoding for many peers.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ERR_UNAVAILABLE, FAILED, OK } from '../../../host/binding/errors.js';
import { WebSocketPeer } from '../../../host/godot4/websocket/web-socket-peer.js';
import { Game, type Pair } from '../../helpers/game.js';

let game: Game;

beforeEach(() => {
  game = new Game();
});

afterEach(() => game.end());

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index * 7);
}

async function arrived(count: number, receiver: WebSocketPeer, sender: WebSocketPeer): Promise<void> {
  await game.poll(() => receiver.get_available_packet_count() === count, `${count} packets`, receiver, sender);
}

describe('get_packet_into', () => {
  test.each([0, 1, 16, 256, 257, 65535])('takes a packet of %i bytes into memory of the caller', async (length) => {
    const { client, server } = await game.pair();
    expect(client.send(bytes(length), WebSocketPeer.WRITE_MODE_BINARY)).toBe(OK);
    await arrived(1, server, client);
    const target = new Uint8Array(length + 3).fill(255);
    expect(server.get_packet_into(target)).toBe(length);
    expect(server.get_packet_error()).toBe(OK);
    expect(target.subarray(0, length)).toEqual(bytes(length));
    expect(target.subarray(length)).toEqual(new Uint8Array(3).fill(255));
    expect(server.get_available_packet_count()).toBe(0);
  });

  test('asks for more room without losing the packet', async () => {
    const { client, server } = await game.pair();
    client.send_text('hello');
    client.send_text('you');
    await arrived(2, server, client);
    const small = new Uint8Array(4);
    expect(server.get_packet_into(small)).toBe(5);
    expect(server.get_available_packet_count()).toBe(2);
    expect(small).toEqual(new Uint8Array(4));
    expect(server.get_packet_into(new Uint8Array(5))).toBe(5);
    expect(server.was_string_packet()).toBe(true);
    expect(server.get_packet_into(small)).toBe(3);
  });

  test('says -1 and why when there is no packet', async () => {
    const target = new Uint8Array(4);
    const fresh = game.peer();
    expect(fresh.get_packet_into(target)).toBe(-1);
    expect(fresh.get_packet_error()).toBe(FAILED);
    const { server } = await game.pair();
    expect(server.get_packet_into(target)).toBe(-1);
    expect(server.get_packet_error()).toBe(ERR_UNAVAILABLE);
  });

  test('wants a Uint8Array', () => {
    const take = (target: unknown) => () => game.peer().get_packet_into(target as Uint8Array);
    for (const target of [null, 5, new ArrayBuffer(4), new Int32Array(4)]) expect(take(target)).toThrow(/target/);
  });
});

describe('broadcast', () => {
  async function pairs(count: number): Promise<Pair[]> {
    const all: Pair[] = [];
    while (all.length < count) all.push(await game.pair());
    return all;
  }

  test.each([0, 5, 65_000])('sends %i bytes to every open peer, in either role', async (length) => {
    const all = await pairs(3);
    const wide = (peer: WebSocketPeer): void => {
      peer.outbound_buffer_size = 0;
    };
    for (const { client, server } of all) [client, server].forEach(wide);
    const senders = [all[0].server, all[1].server, all[2].client, game.peer()];
    const message = bytes(length);
    expect(WebSocketPeer.broadcast(senders, message)).toBe(3);
    message.fill(0); // the bytes were taken by the call
    const receivers = [all[0].client, all[1].client, all[2].server];
    for (const [index, receiver] of receivers.entries()) {
      await arrived(1, receiver, senders[index]);
      expect(receiver.get_packet()).toEqual(bytes(length));
      expect(receiver.was_string_packet()).toBe(false);
    }
  });

  test('keeps its place among what else is sent', async () => {
    const { client, server } = await game.pair();
    server.send_text('before');
    expect(WebSocketPeer.broadcast([server], new TextEncoder().encode('to all'), WebSocketPeer.WRITE_MODE_TEXT)).toBe(
      1,
    );
    server.send_text('after');
    await arrived(3, client, server);
    const texts = [1, 2, 3].map(() => new TextDecoder().decode(client.get_packet()));
    expect(texts).toEqual(['before', 'to all', 'after']);
    expect(client.was_string_packet()).toBe(true);
  });

  test('passes over peers that are not open, and reports those without room', async () => {
    const { server } = await game.pair();
    server.outbound_buffer_size = 3;
    expect(WebSocketPeer.broadcast([game.peer(), server], bytes(4))).toBe(0);
    expect(game.reports.errors).toHaveLength(1);
    expect(game.reports.errors[0]).toContain('outbound_buffer_size 3');
  });

  test('refuses text that is not UTF-8', async () => {
    const { server } = await game.pair();
    expect(WebSocketPeer.broadcast([server], Uint8Array.of(0xff), WebSocketPeer.WRITE_MODE_TEXT)).toBe(-1);
    expect(game.reports.errors).toHaveLength(1);
  });
});

// Connected StreamPeerTCPs for tests, in common initial states; all are freed after each test.
import { afterEach, expect } from 'vitest';
import { StreamPeerTCP } from '../../host/godot4/io/stream-peer-tcp.js';
import { TCPServer } from '../../host/godot4/io/tcp-server.js';
import { turns, until } from './net.js';
import { shown } from './net-records.js';
import { deafPort } from './ports.js';

const opened: { free(): void }[] = [];

afterEach(() => {
  for (const object of opened.splice(0)) object.free();
});

export function keep<T extends { free(): void }>(object: T): T {
  opened.push(object);
  return object;
}

export const newPeer = (): StreamPeerTCP => keep(new StreamPeerTCP());
export const newServer = (): TCPServer => keep(new TCPServer());

export function listening(): TCPServer {
  const server = newServer();
  expect(server.listen(0, '127.0.0.1')).toBe(0);
  return server;
}

export async function pollUntil(peer: StreamPeerTCP, status: number): Promise<void> {
  await until(() => {
    peer.poll();
    return peer.get_status() === status;
  });
}

/** A client that has polled itself to CONNECTED, and the server's end. */
export async function pair(): Promise<{ client: StreamPeerTCP; other: StreamPeerTCP }> {
  const server = listening();
  const client = newPeer();
  expect(client.connect_to_host('127.0.0.1', server.get_local_port())).toBe(0);
  await until(() => server.is_connection_available());
  const other = keep(server.take_connection() as StreamPeerTCP);
  await pollUntil(client, StreamPeerTCP.STATUS_CONNECTED);
  return { client, other };
}

/** A client whose other side has sent `bytes` and then FIN, both of which have arrived. */
export async function ended(bytes: Uint8Array): Promise<StreamPeerTCP> {
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

export async function refusedPeer(): Promise<StreamPeerTCP> {
  const peer = newPeer();
  peer.connect_to_host('127.0.0.1', await deafPort());
  await pollUntil(peer, StreamPeerTCP.STATUS_ERROR);
  return peer;
}

/** What a read returned, as the records write it. */
export function read([error, bytes]: [number, Uint8Array]): unknown {
  return [error, shown(bytes)];
}

// The first look at a stream that a server has given: what has arrived by then is there, as in the engine.
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type StreamPeer, StreamPeerTCP, TCPServer, UDSServer } from '../../host/index.js';
import { until } from '../helpers/game.js';
import { useReports } from '../helpers/reports.js';

useReports();
const endings: (() => unknown)[] = [];
afterEach(() => {
  for (const end of endings.splice(0).reverse()) end();
});

type Taken = StreamPeer & { poll(): unknown; get_status(): number };

/** A stream that was just taken, to whose socket `bytes` have come. */
async function taken(server: TCPServer | UDSServer, socket: Socket, bytes: Uint8Array, ends: boolean): Promise<Taken> {
  endings.push(() => server.stop());
  endings.push(() => socket.destroy());
  await until(() => server.is_connection_available(), 'a connection');
  if (ends) socket.end(bytes);
  else socket.write(bytes);
  await until(() => socket.writableLength === 0, 'the kernel');
  return server.take_connection() as Taken;
}

async function tcp(bytes: Uint8Array, ends = false): Promise<Taken> {
  const server = new TCPServer();
  expect(server.listen(0, '127.0.0.1')).toBe(0);
  return taken(server, connect(server.get_local_port(), '127.0.0.1'), bytes, ends);
}

async function uds(bytes: Uint8Array, ends = false): Promise<Taken> {
  const directory = mkdtempSync(join(tmpdir(), 'websocketpeer-'));
  endings.push(() => rmSync(directory, { recursive: true, force: true }));
  const server = new UDSServer();
  expect(server.listen(join(directory, 'game.sock'))).toBe(0);
  return taken(server, connect(join(directory, 'game.sock')), bytes, ends);
}

async function adopted(bytes: Uint8Array, ends = false): Promise<Taken> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  const arrived = new Promise<Socket>((resolve) => server.once('connection', resolve));
  server.listen(0, '127.0.0.1');
  await until(() => server.listening, 'a server');
  endings.push(() => server.close());
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  endings.push(() => socket.destroy());
  const other = await arrived;
  if (ends) socket.end(bytes);
  else socket.write(bytes);
  await until(() => socket.writableLength === 0, 'the kernel');
  return StreamPeerTCP.from_socket(other) as StreamPeerTCP;
}

const BYTES = Uint8Array.of(1, 2, 3);

describe.runIf(process.platform !== 'win32').each([
  ['TCPServer', tcp],
  ['UDSServer', uds],
  ['from_socket', adopted],
])('a stream of %s', (_name, take) => {
  it.each<[string, (stream: Taken) => unknown, unknown]>([
    ['get_available_bytes()', (stream) => stream.get_available_bytes(), 3],
    ['get_u8()', (stream) => stream.get_u8(), 1],
    ['get_data(3)', (stream) => stream.get_data(3), [0, BYTES]],
    ['get_partial_data(9)', (stream) => stream.get_partial_data(9), [0, BYTES]],
    ['poll()', (stream) => [stream.poll(), stream.get_available_bytes()], [0, 3]],
  ])('gives %s what has arrived', async (_call, look, expected) => {
    const stream = await take(BYTES);
    expect(look(stream)).toEqual(expected);
    (stream as StreamPeerTCP).disconnect_from_host();
  });

  it('gives everything once and in order, however much it is', async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at % 251);
    const stream = await take(bytes, true);
    const parts = [Buffer.from(stream.get_partial_data(100)[1])];
    expect(parts[0].length).toBe(100);
    let length = 100;
    await until(() => {
      const [, part] = stream.get_partial_data(1 << 20);
      parts.push(Buffer.from(part));
      length += part.length;
      stream.poll();
      return length >= bytes.length || stream.get_status() !== StreamPeerTCP.STATUS_CONNECTED;
    }, 'all bytes');
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  });

  it('gives what came before its end, and then the end', async () => {
    const stream = await take(BYTES, true);
    expect(stream.get_available_bytes()).toBe(3);
    expect(stream.get_data(3)).toEqual([0, BYTES]);
    await until(() => {
      stream.poll();
      return stream.get_status() === StreamPeerTCP.STATUS_NONE;
    }, 'the end');
  });
});

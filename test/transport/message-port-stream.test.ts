// WebSockets between two threads: the two ends of a MessageChannel, here and with a server in a worker.
import { MessageChannel, Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { ERR_UNAVAILABLE, MessagePortStream, OK, WebSocketPeer } from '../../host/streams/index.js';
import { takeTexts, until } from '../helpers/game.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

const { STATE_OPEN, STATE_CLOSED } = WebSocketPeer;

function streams(): [MessagePortStream, MessagePortStream] {
  const { port1, port2 } = new MessageChannel();
  endings.push(() => port1.close());
  return [new MessagePortStream(port1), new MessagePortStream(port2)];
}

async function pollUntil(peers: WebSocketPeer[], condition: () => boolean, what: string): Promise<void> {
  await until(() => {
    for (const peer of peers) peer.poll();
    return condition();
  }, what);
}

async function pair(configure: (peer: WebSocketPeer) => void = () => {}): Promise<[WebSocketPeer, WebSocketPeer]> {
  const [near, far] = streams();
  const peers: [WebSocketPeer, WebSocketPeer] = [new WebSocketPeer(), new WebSocketPeer()];
  const [client, server] = peers;
  for (const peer of peers) configure(peer);
  expect(client.connect_to_stream(near, 'ws://worker/lobby')).toBe(OK);
  expect(server.accept_stream(far)).toBe(OK);
  await pollUntil(peers, () => peers.every((peer) => peer.get_ready_state() === STATE_OPEN), 'both open');
  return peers;
}

describe('a stream over a MessagePort', () => {
  it('gives numbers and bytes whole, however they were cut on their way', async () => {
    const [a, b] = streams();
    for (const byte of [1, 2, 3, 4, 5]) a.put_u8(byte);
    expect(a.put_data(new Uint8Array(0))).toBe(OK);
    await until(() => b.get_available_bytes() === 5, 'five bytes');
    expect([b.get_u32(), b.get_available_bytes(), b.get_data(2)[0], b.get_u8()]).toEqual([
      0x04030201,
      1,
      ERR_UNAVAILABLE,
      5,
    ]);
  });

  it('leaves the memory of the game to the game', async () => {
    const [a, b] = streams();
    const bytes = Uint8Array.of(1, 2, 3);
    a.put_data(bytes);
    bytes.fill(9);
    await until(() => b.get_available_bytes() === 3, 'three bytes');
    expect([...b.get_data(3)[1]]).toEqual([1, 2, 3]);
  });

  it('takes no more than 1 MiB that the other end has not taken', async () => {
    const [a, b] = streams();
    expect(a.put_partial_data(new Uint8Array(1_500_000))).toEqual([OK, 1 << 20]);
    expect(a.put_partial_data(new Uint8Array(10))).toEqual([ERR_UNAVAILABLE, 0]);
    await until(() => b.get_available_bytes() === 1 << 20, 'what was taken');
    let heard = false;
    a.connect('activity', () => {
      heard = true;
    });
    b.get_data(4);
    await until(() => heard, 'room');
    expect(a.put_partial_data(new Uint8Array(10))).toEqual([OK, 4]);
  });

  it('ends behind its last byte', async () => {
    const [a, b] = streams();
    a.put_data(Uint8Array.of(7));
    a.free();
    await until(() => b._has_ended(), 'the end');
    expect(b.get_available_bytes()).toBe(1);
    expect(b.get_u8()).toBe(7);
    expect(a.put_data(Uint8Array.of(7))).not.toBe(OK);
  });

  it.each([
    ['an object', { some: 'thing' }],
    ['text', 'hello'],
    ['more room than was used', 17],
    ['less than no room', -1],
    ['a part of a byte', 0.5],
    ['no number', Number.NaN],
    ['bytes of another width', new Uint16Array(3)],
    ['no bytes', new Uint8Array(0)],
    ['memory without a view', new ArrayBuffer(3)],
  ])('ends with a message when the port gives %s', async (_name, message) => {
    const { port1, port2 } = new MessageChannel();
    const peer = new WebSocketPeer();
    peer.accept_stream(new MessagePortStream(port1));
    port2.postMessage(message);
    await pollUntil([peer], () => peer.get_ready_state() === STATE_CLOSED, 'the end');
    expect(reports.take()).toEqual([expect.stringContaining('MessagePortStream: the port gave')]);
    port2.close();
  });
});

it('cuts off an end that sends more than 1 MiB without an acknowledgement, and keeps no more than that', async () => {
  const { port1, port2 } = new MessageChannel();
  const stream = new MessagePortStream(port1);
  let ended = false;
  port2.on('close', () => {
    ended = true;
  });
  for (let i = 0; i < 20; i += 1) port2.postMessage(new Uint8Array(1 << 18));
  await until(() => stream._has_ended() && ended, 'the end of the stream and the port');
  expect(stream.get_available_bytes()).toBe(1 << 20);
  expect(reports.take()).toEqual([
    'MessagePortStream: the port gave 1310720 bytes that are not acknowledged (at most 1048576); the stream ends',
  ]);
});

describe('a WebSocket over a MessagePort', () => {
  it('opens, sends text and bytes both ways, and closes with code and reason', async () => {
    const [client, server] = await pair();
    expect(server.get_requested_url()).toBe('ws://worker/lobby');
    client.send_text('grüße');
    server.send(Uint8Array.of(0, 255));
    await pollUntil([client, server], () => server.get_available_packet_count() === 1, 'the text');
    await pollUntil([client, server], () => client.get_available_packet_count() === 1, 'the bytes');
    expect(takeTexts(server)).toEqual(['grüße']);
    expect([...client.get_packet()]).toEqual([0, 255]);
    client.close(4001, 'bye');
    await pollUntil([client, server], () => client.get_ready_state() === STATE_CLOSED, 'the close');
    await pollUntil([client, server], () => server.get_ready_state() === STATE_CLOSED, 'the close');
    expect([server.get_close_code(), server.get_close_reason(), client.get_close_code()]).toEqual([4001, 'bye', 4001]);
    expect(reports.take()).toEqual([]);
  });

  it('makes a fast writer wait for a slow reader, and loses nothing', async () => {
    const [client, server] = await pair((peer) => {
      peer.outbound_buffer_size = 1 << 18;
    });
    let sent = 0;
    let refused = false;
    reports.listen();
    while (!refused && sent < 1000) {
      refused = client.send(new Uint8Array(16384).fill(sent)) !== OK;
      if (!refused) sent += 1;
      client.poll();
    }
    expect(refused).toBe(true);
    const got: number[] = [];
    await pollUntil(
      [client, server],
      () => {
        while (server.get_available_packet_count() > 0) got.push(server.get_packet()[16383]);
        return got.length === sent;
      },
      'every packet',
    );
    expect(got).toEqual(Array.from({ length: sent }, (_, at) => at % 256));
    reports.take();
  });

  it('is closed with -1 when the other end goes without a word', async () => {
    const { port1, port2 } = new MessageChannel();
    const peer = new WebSocketPeer();
    peer.connect_to_stream(new MessagePortStream(port1));
    port2.close();
    await pollUntil([peer], () => peer.get_ready_state() === STATE_CLOSED, 'the end');
    expect(peer.get_close_code()).toBe(-1);
  });
});

it('reaches a server in a worker, and hears when that is ended', async () => {
  const { port1, port2 } = new MessageChannel();
  const module = new URL('../../dist/esm/streams.js', import.meta.url).href;
  const worker = new Worker(
    `const { workerData } = require('node:worker_threads');
    import(workerData.module).then(({ MessagePortStream, WebSocketPeer }) => {
      const peer = new WebSocketPeer();
      peer.accept_stream(new MessagePortStream(workerData.port));
      peer.connect('activity', () => {
        peer.poll();
        while (peer.get_available_packet_count() > 0) peer.send(peer.get_packet().reverse());
      });
      peer.poll();
    });`,
    { eval: true, workerData: { port: port2, module }, transferList: [port2] },
  );
  const client = new WebSocketPeer();
  client.connect_to_stream(new MessagePortStream(port1));
  await pollUntil([client], () => client.get_ready_state() === STATE_OPEN, 'the server');
  client.send(Uint8Array.of(1, 2, 3));
  await pollUntil([client], () => client.get_available_packet_count() === 1, 'the answer');
  expect([...client.get_packet()]).toEqual([3, 2, 1]);
  await worker.terminate();
  await pollUntil([client], () => client.get_ready_state() === STATE_CLOSED, 'the end');
  expect(client.get_close_code()).toBe(-1);
});

// A WebSocketPeer over a stream that is a script: two ends in memory with as much room as a test gives them.
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { OK, StreamPeerExtension, WebSocketPeer } from '../../host/index.js';
import { BYTE_STREAM, type ByteStream } from '../../host/transport/byte-stream.js';
import { until } from '../helpers/game.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** One end of a pipe with room for `room` bytes. */
class Pipe extends StreamPeerExtension {
  other: Pipe | null = null;
  room: number;
  isCut = false;
  /** What the script does wrong, if anything. */
  fails: 'read' | 'write' | null = null;
  #bytes = new Uint8Array(0);

  constructor(room: number) {
    super();
    this.room = room;
  }

  static pair(room = 1 << 20): [Pipe, Pipe] {
    const [a, b] = [new Pipe(room), new Pipe(room)];
    a.other = b;
    b.other = a;
    return [a, b];
  }

  override _get_available_bytes(): number {
    return this.#bytes.length;
  }

  override _get_partial_data(count: number): [number, Uint8Array] {
    if (this.fails === 'read') throw new Error('the pipe leaks');
    const taken = this.#bytes.slice(0, count);
    this.#bytes = this.#bytes.slice(count);
    this.other?.notify_activity(); // there is room again
    return [OK, taken];
  }

  override _put_partial_data(data: Uint8Array): [number, number] {
    if (this.fails === 'write') throw new Error('the pipe is stuck');
    return [OK, this.other?.take(data) ?? 0];
  }

  override _has_ended(): boolean {
    return this.other === null || this.other.isCut;
  }

  override _disconnect_from_stream(): void {
    this.isCut = true;
    this.other?.notify_activity();
  }

  take(data: Uint8Array): number {
    const count = Math.min(data.length, this.room - this.#bytes.length);
    const joined = new Uint8Array(this.#bytes.length + count);
    joined.set(this.#bytes);
    joined.set(data.subarray(0, count), this.#bytes.length);
    this.#bytes = joined;
    setImmediate(() => this.notify_activity());
    return count;
  }
}

/** As in the class's description. */
class PortStream extends StreamPeerExtension {
  readonly #port: MessagePort;
  readonly #chunks: Uint8Array[] = [];
  #isClosed = false;

  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.on('message', (chunk: Uint8Array) => {
      this.#chunks.push(chunk);
      this.notify_activity();
    });
    port.on('close', () => {
      this.#isClosed = true;
      this.notify_activity();
    });
  }

  override _get_available_bytes(): number {
    return this.#chunks[0]?.length ?? 0;
  }

  override _get_partial_data(bytes: number): [number, Uint8Array] {
    const chunk = this.#chunks.shift() as Uint8Array;
    if (chunk.length > bytes) this.#chunks.unshift(chunk.subarray(bytes));
    return [OK, chunk.subarray(0, bytes)];
  }

  override _put_partial_data(data: Uint8Array): [number, number] {
    this.#port.postMessage(data);
    return [OK, data.length];
  }

  override _has_ended(): boolean {
    return this.#isClosed;
  }

  override _disconnect_from_stream(): void {
    this.#port.close();
  }
}

function ports(): [PortStream, PortStream] {
  const { port1, port2 } = new MessageChannel();
  return [new PortStream(port1), new PortStream(port2)];
}

/** Has 64 KiB as often as it is asked, `chunks` times. */
class Fountain extends StreamPeerExtension {
  chunks: number;
  reads = 0;

  constructor(chunks: number) {
    super();
    this.chunks = chunks;
  }

  override _get_available_bytes(): number {
    return this.reads < this.chunks ? 1 << 20 : 0;
  }

  override _get_partial_data(count: number): [number, Uint8Array] {
    this.reads += 1;
    return [OK, new Uint8Array(count)];
  }

  override _put_partial_data(data: Uint8Array): [number, number] {
    return [OK, data.length];
  }

  override _has_ended(): boolean {
    return false;
  }

  override _disconnect_from_stream(): void {}
}

it('a source that always has more is read in turns, between which others run', async () => {
  const fountain = new Fountain(100);
  const stream = fountain[BYTE_STREAM]() as ByteStream;
  let bytes = 0;
  let others = 0;
  const count = (): void => {
    others += 1;
    if (fountain.reads < fountain.chunks) setImmediate(count);
  };
  setImmediate(count);
  stream.attach({
    receive: (_chunk, length) => {
      bytes += length;
      return true;
    },
    phaseChanged: () => {},
    drained: () => {},
  });
  expect(fountain.reads).toBeLessThanOrEqual(16);
  const first = fountain.reads;
  stream.poll?.();
  expect(fountain.reads).toBeLessThanOrEqual(first + 16);
  await until(() => fountain.reads === 100, 'all of it');
  expect(bytes).toBe(100 * 65_536);
  expect(others).toBeGreaterThan(3);
  stream.destroy();
});

function open(near: StreamPeerExtension, far: StreamPeerExtension): { client: WebSocketPeer; server: WebSocketPeer } {
  const server = new WebSocketPeer();
  const client = new WebSocketPeer();
  for (const peer of [server, client]) peer.inbound_buffer_size = peer.outbound_buffer_size = 1 << 22;
  expect(server.accept_stream(far)).toBe(OK);
  expect(client.connect_to_stream(near)).toBe(OK);
  endings.push(
    () => client.free(),
    () => server.free(),
  );
  return { client, server };
}

async function poll(done: () => boolean, what: string, ...peers: WebSocketPeer[]): Promise<void> {
  await until(() => {
    for (const peer of peers) peer.poll();
    return done();
  }, what);
}

const STREAMS: [string, () => [StreamPeerExtension, StreamPeerExtension]][] = [
  ['a pipe', () => Pipe.pair()],
  ['a pipe with room for one byte', () => Pipe.pair(1)],
  ['a pipe with room for 1000 bytes', () => Pipe.pair(1000)],
  ['a MessagePort', ports],
];

describe.each(STREAMS)('over %s', (name, make) => {
  const largest = name.includes('one byte') ? 2000 : 1 << 20;

  it('packets of all sizes go both ways, and the connection closes with code and reason', async () => {
    const { client, server } = open(...make());
    await poll(() => client.get_ready_state() === WebSocketPeer.STATE_OPEN, 'OPEN', client, server);
    for (const size of [0, 1, 125, 126, 65535, 65536, 1 << 20].filter((one) => one <= largest)) {
      for (const [from, to] of [
        [client, server],
        [server, client],
      ]) {
        expect(from.send(new Uint8Array(size).fill(7))).toBe(OK);
        await poll(() => to.get_available_packet_count() === 1, `${size} bytes`, from, to);
        const packet = to.get_packet();
        expect([packet.length, packet.every((byte) => byte === 7)]).toEqual([size, true]);
      }
    }
    client.send_text('last');
    client.close(4000, 'bye');
    await poll(() => server.get_available_packet_count() === 1, 'the last words', client, server);
    expect(Buffer.from(server.get_packet()).toString()).toBe('last');
    const closed = (): boolean => [client, server].every((one) => one.get_ready_state() === WebSocketPeer.STATE_CLOSED);
    await poll(closed, 'CLOSED', client, server);
    expect([client, server].map((one) => [one.get_close_code(), one.get_close_reason()])).toEqual([
      [4000, 'bye'],
      [4000, 'bye'],
    ]);
    expect(reports.errors).toEqual([]);
  });

  it('goes on by news alone', async () => {
    const [near, far] = make();
    const { client, server } = open(near, far);
    const heard: string[] = [];
    for (const [peer, answers] of [
      [server, true],
      [client, false],
    ] as const) {
      const look = (): void => {
        peer.poll();
        while (peer.get_available_packet_count() > 0) {
          const text = Buffer.from(peer.get_packet()).toString();
          if (answers) peer.send_text(text.toUpperCase());
          else heard.push(text);
        }
      };
      peer.connect('activity', look);
      look();
    }
    await until(() => client.get_ready_state() === WebSocketPeer.STATE_OPEN, 'OPEN');
    client.send_text('one');
    client.send_text('two');
    await until(() => heard.length === 2, 'the answers');
    expect(heard).toEqual(['ONE', 'TWO']);
  });
});

describe('a script', () => {
  it('that pushes back is not read from, and nothing is lost', async () => {
    const [near, far] = Pipe.pair(5000);
    const { client, server } = open(near, far);
    server.inbound_buffer_size = 4096;
    server.max_queued_packets = 4;
    await poll(() => client.get_ready_state() === WebSocketPeer.STATE_OPEN, 'OPEN', client, server);
    for (let i = 0; i < 200; i += 1) expect(client.send(new Uint8Array(1000).fill(i))).toBe(OK);
    for (let i = 0; i < 20; i += 1) server.poll();
    expect(server.get_available_packet_count()).toBeLessThanOrEqual(4);
    const got: number[] = [];
    await poll(
      () => {
        while (server.get_available_packet_count() > 0) got.push(server.get_packet()[0]);
        return got.length === 200;
      },
      'all packets',
      client,
      server,
    );
    expect(got).toEqual(Array.from({ length: 200 }, (_, index) => index & 255));
  });

  it.each(['read', 'write'] as const)('that throws in a %s ends its connection and nothing else', async (where) => {
    const [near, far] = Pipe.pair();
    const { client, server } = open(near, far);
    await poll(() => client.get_ready_state() === WebSocketPeer.STATE_OPEN, 'OPEN', client, server);
    near.fails = where;
    server.send_text('x');
    client.send_text('y');
    await poll(() => client.get_ready_state() === WebSocketPeer.STATE_CLOSED, 'CLOSED', client, server);
    expect(client.get_close_code()).toBe(-1);
    expect(near.isCut).toBe(true);
  });

  it('whose other end goes is an ended connection', async () => {
    const [near, far] = Pipe.pair();
    const { client, server } = open(near, far);
    await poll(() => client.get_ready_state() === WebSocketPeer.STATE_OPEN, 'OPEN', client, server);
    server.free();
    await poll(() => client.get_ready_state() === WebSocketPeer.STATE_CLOSED, 'CLOSED', client);
    expect(client.get_close_code()).toBe(-1);
  });

  it('is a stream of numbers, too, until a peer takes it', () => {
    const [near, far] = Pipe.pair();
    near.put_u32(7);
    near.put_utf8_string('hi');
    near.put_u8(9);
    expect([far.get_u32(), far.get_utf8_string(), far.get_available_bytes(), far.get_u16()]).toEqual([7, 'hi', 1, 0]);
    expect(far.get_u8()).toBe(9);
    reports.clear();
    const peer = new WebSocketPeer();
    expect(peer.accept_stream(far)).toBe(OK);
    expect(far.put_data(new Uint8Array(1))).toBe(1);
    expect(far.get_partial_data(1)[0]).toBe(1);
    peer.free();
  });

  it('without any methods has nothing and takes nothing', () => {
    const stream = new StreamPeerExtension();
    expect([stream.get_available_bytes(), stream.put_data(new Uint8Array(1))]).toEqual([0, 2]);
    expect(stream.get_partial_data(1)).toEqual([2, new Uint8Array(0)]);
    expect(stream.get_data(1)).toEqual([2, new Uint8Array(0)]);
  });
});

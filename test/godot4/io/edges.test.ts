// Streams at their edges: what is cut short, what is no text, what a stranger announces, and who is asked meanwhile.
import { describe, expect, it } from 'vitest';
import { PacketPeerStream } from '../../../host/godot4/io/packet-peer-stream.js';
import type { StreamPeer } from '../../../host/godot4/io/stream-peer.js';
import { StreamPeerBuffer } from '../../../host/godot4/io/stream-peer-buffer.js';
import { StreamPeerExtension } from '../../../host/godot4/io/stream-peer-extension.js';
import { StreamPeerTCP } from '../../../host/godot4/io/stream-peer-tcp.js';
import { TCPServer } from '../../../host/godot4/io/tcp-server.js';
import { until } from '../../helpers/game.js';
import { toHex } from '../../helpers/raw-peer-frames.js';
import { useReports } from '../../helpers/reports.js';

const reports = useReports();

function bufferOf(...bytes: number[]): StreamPeerBuffer {
  const stream = new StreamPeerBuffer();
  stream.data_array = Uint8Array.from(bytes);
  return stream;
}

/** Bytes of `content` behind their number. */
function prefixed(...content: number[]): StreamPeerBuffer {
  return bufferOf(content.length, 0, 0, 0, ...content);
}

interface Text {
  readonly title: string;
  readonly bytes: number[];
  readonly oneByte: string;
  readonly utf8: string;
  readonly isUtf8: boolean;
}

// Both columns are what the engine makes of the bytes.
const TEXTS: readonly Text[] = [
  { title: 'ends before a NUL', bytes: [65, 0, 66, 200], oneByte: 'A', utf8: 'A', isUtf8: true },
  { title: 'byte-order mark', bytes: [0xef, 0xbb, 0xbf, 65], oneByte: 'ï»¿A', utf8: 'A', isUtf8: true },
  { title: 'C1 controls', bytes: [0xc2, 0x85], oneByte: 'Â\x85', utf8: '\x85', isUtf8: true },
  { title: 'broken sequence', bytes: [0xc3, 0x28], oneByte: 'Ã(', utf8: '\ufffd(', isUtf8: false },
  {
    title: 'broken behind a start',
    bytes: [0xf0, 0x9f, 0x98, 65],
    oneByte: 'ð\x9f\x98A',
    utf8: '\ufffdA',
    isUtf8: false,
  },
  { title: 'surrogate', bytes: [0xed, 0xa0, 0x80], oneByte: 'í\xa0\x80', utf8: '\ufffd\ufffd\ufffd', isUtf8: false },
  { title: 'overlong form', bytes: [0xc1, 0x81, 65], oneByte: 'Á\x81A', utf8: '\ufffd\ufffdA', isUtf8: false },
];

describe('texts', () => {
  it.each(TEXTS)('$title: as in the engine', ({ bytes, oneByte, utf8, isUtf8 }) => {
    expect(prefixed(...bytes).get_string()).toBe(oneByte);
    expect(reports.errors).toEqual([]);
    expect(prefixed(...bytes).get_utf8_string()).toBe(utf8);
    expect(reports.errors.length).toBe(isUtf8 ? 0 : 1);
  });

  it('put_string writes one space for each character that is not ASCII', () => {
    const stream = new StreamPeerBuffer();
    stream.put_string('aé😀b');
    expect(toHex(stream.data_array)).toBe('0400000061202062');
  });

  it('long ones of one byte a character come whole', () => {
    const stream = new StreamPeerBuffer();
    const long = 'abc'.repeat(100_000);
    stream.put_string(long);
    stream.seek(0);
    expect(stream.get_string()).toBe(long);
  });
});

describe('a StreamPeerBuffer that holds too little', () => {
  it.each<[string, StreamPeerBuffer, (stream: StreamPeer) => unknown, result: unknown, position: number]>([
    ['a number', bufferOf(1, 2), (stream) => stream.get_u32(), 0, 2],
    ['a 64-bit number', bufferOf(1), (stream) => stream.get_u64(), 0, 1],
    ['a length', bufferOf(5, 0), (stream) => stream.get_string(), '', 2],
    ['a string', bufferOf(5, 0, 0, 0, 65, 66), (stream) => stream.get_utf8_string(), '', 6],
    ['a string of given size', bufferOf(65), (stream) => stream.get_string(3), '', 1],
    ['a variable', bufferOf(9, 0, 0, 0, 2, 0, 0, 0), (stream) => stream.get_var(), null, 8],
    ['nothing but a negative length', bufferOf(255, 255, 255, 255, 1), (stream) => stream.get_string(), '', 4],
    ['a variable of no bytes', bufferOf(0, 0, 0, 0, 2), (stream) => stream.get_var(), null, 4],
  ])('%s: is where the engine is afterwards', (_, stream, call, result, position) => {
    expect(call(stream)).toBe(result);
    expect(stream.get_position()).toBe(position);
  });

  it('makes no room for what is only announced', () => {
    const before = process.memoryUsage().arrayBuffers;
    const streams = Array.from({ length: 8 }, () => bufferOf(0xff, 0xff, 0xff, 0x0f));
    for (const stream of streams) expect(stream.get_utf8_string()).toBe('');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 26);
  });

  it('refuses sizes beyond 31 bits with a message', () => {
    expect(bufferOf(65).get_string(2 ** 40)).toBe('');
    expect(reports.take().join()).toContain('at most 2147483647');
  });
});

/** Writes what it is given as records of its own: a 16-bit length, then the bytes. */
class Framed extends StreamPeerExtension {
  readonly inner = new StreamPeerBuffer();

  override _put_data(data: Uint8Array): [error: number, sent: number] {
    this.inner.put_u16(data.length);
    this.inner.put_data(data);
    return [0, data.length];
  }
}

/** Waits for its bytes inside of `_get_data`, and never knows how many there are. */
class Waiting extends StreamPeerExtension {
  readonly source: StreamPeerBuffer;

  constructor(source: StreamPeerBuffer) {
    super();
    this.source = source;
  }

  override _get_data(bytes: number): [error: number, bytes: Uint8Array] {
    const [error, data] = this.source.get_data(bytes);
    return [error, data];
  }
}

describe('a script’s stream', () => {
  it('may put numbers of its own while it is given one', () => {
    const stream = new Framed();
    stream.put_u32(0x01020304);
    expect(toHex(stream.inner.data_array)).toBe('040004030201');
  });

  it('need not tell how many bytes wait', () => {
    const source = new StreamPeerBuffer();
    source.put_u16(7);
    source.put_utf8_string('wörd');
    source.put_var([1, 'x']);
    source.seek(0);
    const stream = new Waiting(source);
    expect([stream.get_u16(), stream.get_utf8_string(), stream.get_var()]).toEqual([7, 'wörd', [1, 'x']]);
    expect(reports.errors).toEqual([]);
  });
});

describe('a stream that ends', () => {
  async function connected(): Promise<{ client: StreamPeerTCP; peer: StreamPeerTCP; server: TCPServer }> {
    const server = new TCPServer();
    expect(server.listen(0, '127.0.0.1')).toBe(0);
    const client = new StreamPeerTCP();
    client.connect_to_host('127.0.0.1', server.get_local_port());
    await until(() => {
      client.poll();
      return server.is_connection_available() && client.get_status() === StreamPeerTCP.STATUS_CONNECTED;
    }, 'a connection');
    return { client, peer: server.take_connection() as StreamPeerTCP, server };
  }

  it('gives the packets before its end, and says nothing of the end', async () => {
    const { client, peer, server } = await connected();
    const [sender, receiver] = [peer, client].map((stream) => {
      const packets = new PacketPeerStream();
      packets.stream_peer = stream;
      return packets;
    });
    for (const content of [1, 2, 3]) sender.put_packet(Uint8Array.of(content));
    peer.put_u16(7);
    await until(() => client.get_available_bytes() === 17, 'three packets and a half');
    expect(receiver.get_available_packet_count()).toBe(3);
    peer.disconnect_from_host();
    await until(() => {
      client.poll();
      return client.get_status() === StreamPeerTCP.STATUS_NONE;
    }, 'the end');
    reports.clear();
    const taken: number[] = [];
    while (receiver.get_available_packet_count() > 0) taken.push(receiver.get_packet()[0]);
    expect(taken).toEqual([1, 2, 3]);
    expect(receiver.get_packet_error()).toBe(0);
    expect(reports.errors).toEqual([]);
    server.stop();
  });

  it('is over when only a part of a length was left', async () => {
    const { client, peer, server } = await connected();
    peer.put_u16(7);
    peer.disconnect_from_host();
    await until(() => client.get_available_bytes() === 2, 'two bytes');
    await until(() => {
      client.get_string();
      return client.get_status() === StreamPeerTCP.STATUS_NONE;
    }, 'the end');
    server.stop();
  });
});

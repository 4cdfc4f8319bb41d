// What is put into a stream is what comes out of it: numbers of every width, strings, variables, packets cut anywhere.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHalf, toHalf } from '../../../host/godot4/io/half-float.js';
import { PacketPeerStream } from '../../../host/godot4/io/packet-peer-stream.js';
import { StreamPeerBuffer } from '../../../host/godot4/io/stream-peer-buffer.js';
import { TCPServer } from '../../../host/godot4/io/tcp-server.js';
import { StreamPeerTCP } from '../../../host/index.js';
import { until } from '../../helpers/game.js';
import { useReports } from '../../helpers/reports.js';

const reports = useReports();

describe('half floats', () => {
  it('every one of the 65536 survives, NaNs as NaN', () => {
    for (let bits = 0; bits < 65536; bits += 1) {
      const value = fromHalf(bits);
      if (Number.isNaN(value)) expect((toHalf(value) & 0x7c00) === 0x7c00 && (toHalf(value) & 0x3ff) !== 0).toBe(true);
      else if (toHalf(value) !== bits) expect(toHalf(value)).toBe(bits);
    }
  });

  it.each([
    [65504, 0x7bff],
    [65519.996, 0x7bff],
    [65520, 0x7c00],
    [1e9, 0x7c00],
    [2 ** -24, 1],
    [2 ** -25, 0],
    [2 ** -25 * 1.001, 1],
    [1.5 * 2 ** -24, 2],
    [2 ** -14, 0x400],
    [2 ** -14 - 2 ** -26, 0x400],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [-0, 0x8000],
    [-1.5, 0xbe00],
  ])('%d rounds to the bits %i', (value, bits) => {
    expect(toHalf(value)).toBe(bits);
  });
});

type Entry = [put: keyof StreamPeerBuffer, get: keyof StreamPeerBuffer, values: fc.Arbitrary<unknown>];
const ENTRIES: Entry[] = [
  ['put_8', 'get_8', fc.integer({ min: -128, max: 127 })],
  ['put_u8', 'get_u8', fc.integer({ min: 0, max: 255 })],
  ['put_16', 'get_16', fc.integer({ min: -32768, max: 32767 })],
  ['put_u16', 'get_u16', fc.integer({ min: 0, max: 65535 })],
  ['put_32', 'get_32', fc.integer()],
  ['put_u32', 'get_u32', fc.integer({ min: 0, max: 0xffffffff })],
  ['put_64', 'get_64', fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: 2n ** 60n, max: 2n ** 63n - 1n }))],
  ['put_u64', 'get_u64', fc.bigInt({ min: 2n ** 60n, max: 2n ** 64n - 1n })],
  ['put_float', 'get_float', fc.float()],
  ['put_double', 'get_double', fc.double()],
  ['put_half', 'get_half', fc.integer({ min: 0, max: 0x7bff }).map(fromHalf)],
  ['put_string', 'get_string', fc.string({ unit: 'binary-ascii' }).map((text) => text.replaceAll('\0', ' '))],
  ['put_utf8_string', 'get_utf8_string', fc.string({ unit: 'grapheme' })],
  ['put_var', 'get_var', fc.array(fc.oneof(fc.string({ unit: 'grapheme-ascii' }), fc.integer(), fc.boolean()))],
];

type Call = (value?: unknown) => unknown;
const methodOf = (stream: StreamPeerBuffer, name: PropertyKey): Call =>
  (stream[name as keyof StreamPeerBuffer] as Call).bind(stream);

describe('a StreamPeerBuffer', () => {
  const entry = fc.constantFrom(...ENTRIES).chain(([put, get, values]) => values.map((value) => ({ put, get, value })));

  it.each([false, true])('gives back what was put into it (big_endian %s)', (bigEndian) => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const stream = new StreamPeerBuffer();
        stream.big_endian = bigEndian;
        for (const { put, value } of entries) methodOf(stream, put)(value);
        stream.seek(0);
        for (const { get, value } of entries) expect(methodOf(stream, get)()).toEqual(value);
        expect(stream.get_available_bytes()).toBe(0);
      }),
    );
    expect(reports.errors).toEqual([]);
  });

  it('cuts integers to their width', () => {
    const stream = new StreamPeerBuffer();
    stream.put_u16(0x12345);
    stream.put_8(-129);
    stream.put_u64(-1);
    stream.put_64(2n ** 64n + 5n);
    stream.seek(0);
    expect([stream.get_u16(), stream.get_8(), stream.get_u64(), stream.get_64()]).toEqual([
      0x2345,
      127,
      2n ** 64n - 1n,
      5,
    ]);
  });

  it('writes over what is there, and fills a gap with zeros', () => {
    const stream = new StreamPeerBuffer();
    stream.put_data(new Uint8Array([1, 2, 3, 4]));
    stream.seek(1);
    stream.put_u8(9);
    expect([...stream.data_array]).toEqual([1, 9, 3, 4]);
    stream.resize(2);
    stream.resize(4);
    expect([...stream.data_array]).toEqual([1, 9, 0, 0]);
    stream.seek(4);
    stream.resize(1);
    expect([stream.get_position(), stream.get_available_bytes()]).toEqual([4, -3]);
    stream.put_u8(7);
    expect([...stream.data_array]).toEqual([1, 0, 0, 0, 7]);
    expect([...stream.duplicate().data_array]).toEqual([1, 0, 0, 0, 7]);
    stream.clear();
    expect([stream.get_size(), stream.get_position()]).toEqual([0, 0]);
  });

  it('keeps what it gave and was given apart', () => {
    const given = new Uint8Array([1, 2]);
    const stream = new StreamPeerBuffer();
    stream.data_array = given;
    given[0] = 9;
    const taken = stream.data_array;
    taken[1] = 9;
    expect([...stream.data_array]).toEqual([1, 2]);
  });

  it.each<[string, Call]>([
    ['put_u8 of a string', () => new StreamPeerBuffer().put_u8('1' as never)],
    ['put_32 of a half', () => new StreamPeerBuffer().put_32(0.5)],
    ['put_float of a string', () => new StreamPeerBuffer().put_float('1' as never)],
    ['put_string of a number', () => new StreamPeerBuffer().put_string(1 as never)],
  ])('throws a TypeError for %s', (_, call) => {
    expect(call).toThrow(TypeError);
  });
});

describe('a StreamPeerTCP', () => {
  it('takes no part of a number, string or variable that has not all come', async () => {
    const server = new TCPServer();
    expect(server.listen(0, '127.0.0.1')).toBe(0);
    const client = new StreamPeerTCP();
    client.connect_to_host('127.0.0.1', server.get_local_port());
    await until(() => {
      client.poll();
      return server.is_connection_available() && client.get_status() === StreamPeerTCP.STATUS_CONNECTED;
    }, 'a connection');
    const peer = server.take_connection() as StreamPeerTCP;
    const has = (count: number): Promise<void> => until(() => client.get_available_bytes() >= count, `${count} bytes`);
    peer.put_data(new Uint8Array([1, 2]));
    await has(2);
    expect(client.get_u32()).toBe(0);
    expect(reports.take().join()).toContain('a part of 4 bytes');
    peer.put_data(new Uint8Array([3, 4]));
    await has(4);
    expect(client.get_u32()).toBe(0x04030201);
    const whole = new StreamPeerBuffer();
    whole.put_utf8_string('häppy');
    whole.put_var({ a: 1 });
    const sent = whole.data_array;
    peer.put_data(sent.subarray(0, 7));
    await has(7);
    expect(client.get_utf8_string()).toBe('');
    expect(reports.errors).not.toEqual([]);
    peer.put_data(sent.subarray(7));
    await has(sent.length);
    expect(client.get_utf8_string()).toBe('häppy');
    expect([...(client.get_var() as Map<string, number>)]).toEqual([['a', 1]]);
    for (const one of [client, peer]) one.disconnect_from_host();
    server.stop();
  });
});

describe('a PacketPeerStream', () => {
  it('gives packets that were cut anywhere', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 })),
        fc.integer({ min: 1, max: 50 }),
        (sent, cut) => {
          const source = new StreamPeerBuffer();
          const sender = new PacketPeerStream();
          sender.stream_peer = source;
          for (const packet of sent) expect(sender.put_packet(packet)).toBe(0);
          const wire = source.data_array;
          const pipe = new StreamPeerBuffer();
          const receiver = new PacketPeerStream();
          receiver.stream_peer = pipe;
          receiver.input_buffer_max_size = 60;
          const got: Uint8Array[] = [];
          for (let at = 0; at < wire.length; at += cut) {
            pipe.data_array = wire.subarray(at, at + cut);
            while (pipe.get_available_bytes() > 0) {
              const count = receiver.get_available_packet_count();
              for (let i = 0; i < count; i += 1) got.push(receiver.get_packet());
            }
          }
          expect(got.map((packet) => [...packet])).toEqual(sent.map((packet) => [...packet]));
        },
      ),
    );
  });

  it('carries variables', () => {
    const pipe = new StreamPeerBuffer();
    const peer = new PacketPeerStream();
    peer.stream_peer = pipe;
    expect(peer.put_var(['a', 1, true])).toBe(0);
    pipe.seek(0);
    expect(peer.get_var()).toEqual(['a', 1, true]);
    expect(peer.get_var()).toBeNull();
    expect(peer.get_packet_error()).toBe(0);
  });

  it.each([5, 65_532, 65_533, 70_000, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_fffb, 0xffff_ffff])(
    'has no packet of %d announced bytes, and keeps what has come',
    (length) => {
      const pipe = new StreamPeerBuffer();
      pipe.put_u32(length);
      pipe.put_data(Uint8Array.of(97, 98, 99, 100));
      pipe.seek(0);
      const peer = new PacketPeerStream();
      peer.stream_peer = pipe;
      for (let look = 0; look < 2; look += 1) {
        expect(peer.get_available_packet_count()).toBe(0);
        expect([peer.get_packet().length, peer.get_packet_error(), peer.get_var()]).toEqual([0, 2, null]);
      }
      pipe.put_data(Uint8Array.of(101));
      pipe.seek(pipe.get_size() - 1);
      expect(peer.get_available_packet_count()).toBe(length === 5 ? 1 : 0);
    },
  );

  it.each([
    [4294967297, 4],
    [4294967396, 124],
    [65532, 65532],
  ])('keeps sizes in 32 bits: %d is %d', (given, kept) => {
    const peer = new PacketPeerStream();
    peer.input_buffer_max_size = given;
    peer.output_buffer_max_size = given;
    expect([peer.input_buffer_max_size, peer.output_buffer_max_size]).toEqual([kept, kept]);
  });

  it('says that a packet is announced which never fits, and takes nothing for it', () => {
    const pipe = new StreamPeerBuffer();
    pipe.data_array = new Uint8Array([0xff, 0xff, 0xff, 0x7f, 1, 2, 3]);
    const peer = new PacketPeerStream();
    peer.stream_peer = pipe;
    expect(peer.get_available_packet_count()).toBe(0);
    expect(peer.get_packet()).toHaveLength(0);
    expect(peer.get_packet_error()).toBe(2);
    expect(reports.errors.at(-1)).toContain('a packet of 2147483647 bytes is announced (input_buffer_max_size 65532)');
  });
});

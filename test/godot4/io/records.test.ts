// The engine's records of StreamPeer's numbers, StreamPeerBuffer, PacketPeerStream, and variables in packets.
import { describe, expect, it } from 'vitest';
import { PacketPeerStream } from '../../../host/godot4/io/packet-peer-stream.js';
import type { StreamPeer } from '../../../host/godot4/io/stream-peer.js';
import { StreamPeerBuffer } from '../../../host/godot4/io/stream-peer-buffer.js';
import { shown } from '../../helpers/game-records.js';
import { behaviourRecords } from '../../helpers/net.js';
import { toHex } from '../../helpers/raw-peer-frames.js';
import { useReports } from '../../helpers/reports.js';

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);
const buffer = (...values: number[]): StreamPeerBuffer => {
  const stream = new StreamPeerBuffer();
  stream.data_array = bytes(...values);
  return stream;
};
const atEnd = (): StreamPeerBuffer => {
  const stream = buffer(0xff, 0x30);
  stream.seek(2);
  return stream;
};
/** A PacketPeerStream over a buffer with `packets` in it. */
const packets = (...contents: string[]): PacketPeerStream => {
  const stream = new StreamPeerBuffer();
  const peer = new PacketPeerStream();
  peer.stream_peer = stream;
  for (const content of contents) peer.put_packet(Buffer.from(content));
  stream.seek(0);
  return peer;
};
const sized = (configure: (peer: PacketPeerStream) => void): PacketPeerStream => {
  const peer = packets();
  configure(peer);
  return peer;
};

/** What each record's call does here. */
const CALLS: Record<string, () => unknown> = {
  'buffer.set': () => {
    const stream = buffer(0xff, 1);
    return [stream.get_position(), stream.get_size(), stream.get_available_bytes()];
  },
  'buffer.get_8': () => buffer(0xff).get_8(),
  'buffer.get_u8_end': () => atEnd().get_u8(),
  'buffer.get_data_over': () => {
    const [error, data] = buffer(0x30).get_data(3);
    return [error, shown(data)];
  },
  'buffer.seek3': () => {
    const stream = atEnd();
    stream.seek(3);
    return stream.get_position();
  },
  'buffer.seek-1': () => {
    const stream = atEnd();
    stream.seek(-1);
    return stream.get_position();
  },
  'buffer.get_string_short': () => buffer(5, 0, 0, 0, 65, 66).get_string(),
  'buffer.get_string_neg': () => buffer(0xff, 0xff, 0xff, 0xff).get_utf8_string(),
  'buffer.get_var': () => {
    const stream = new StreamPeerBuffer();
    stream.put_var(new Map([['a', [1, 2.5, 'x']]]));
    stream.seek(0);
    const [[key, [one, half, text]]] = stream.get_var() as Map<string, unknown[]>;
    return `{ "${key}": [${one}, ${half}, "${text}"] }`;
  },
  'buffer.get_var_bad': () => buffer(4, 0, 0, 0, 200, 0, 0, 0).get_var(),
  'pps.fresh.put': () => new PacketPeerStream().put_packet(bytes(1)),
  'pps.fresh.err': () => new PacketPeerStream().get_packet_error(),
  'pps.fresh.count': () => new PacketPeerStream().get_available_packet_count(),
  'pps.count': () => packets('abc').get_available_packet_count(),
  'pps.get': () => shown(packets('abc').get_packet()),
  'pps.get_none': () => shown(packets().get_packet()),
  'pps.get_none_err': () => {
    const peer = packets();
    peer.get_packet();
    return peer.get_packet_error();
  },
  'pps.too_big': () => packets().put_packet(new Uint8Array(65533)),
  'pps.outsize': () =>
    sized((peer) => {
      peer.output_buffer_max_size = 1000;
    }).output_buffer_max_size,
  'pps.insize-1': () =>
    sized((peer) => {
      peer.input_buffer_max_size = -1;
    }).input_buffer_max_size,
  'pps.insize': () =>
    sized((peer) => {
      peer.input_buffer_max_size = 1000;
    }).input_buffer_max_size,
};
/** Where a record says more than this package: the call prints, too, that there was nothing. */
const PRINTS_ELSEWHERE = new Set(['pps.get_none_err']);

describe('records', () => {
  const reports = useReports();

  it.each(behaviourRecords('buffer', 'pps'))('$id: $call', ({ id, returned, errors_printed: errors }) => {
    const call = CALLS[id];
    expect(call, 'a call for this record').toBeDefined();
    const expected = id === 'buffer.get_data_over' ? [31, { bytes: 3, hex: '300000' }] : returned;
    expect(call()).toEqual(expected);
    if (!PRINTS_ELSEWHERE.has(id)) expect(reports.errors.length > 0, reports.errors.join()).toBe(errors > 0);
  });

  it.each(behaviourRecords('streampeer'))('$id', ({ call, returned }) => {
    const [, method, argument] = /^(\w+)\((.*)\)$/.exec(call) as unknown as [string, keyof StreamPeer, string];
    const value = argument.startsWith("'") ? argument.slice(1, -1) : JSON.parse(argument);
    const whole = /^\d{16,}$/.test(argument) ? BigInt(argument) : value;
    const given = Array.isArray(value) ? bytes(...value) : whole;
    const written = [false, true].map((bigEndian) => {
      const stream = new StreamPeerBuffer();
      stream.big_endian = bigEndian;
      (stream[method] as (given: unknown) => unknown).call(stream, given);
      return toHex(stream.data_array);
    });
    expect(written).toEqual(returned);
    expect(reports.errors).toEqual([]);
  });
});

// Streams with a running Godot 4 at the other end: numbers, strings and variables in both byte orders, packets, and every
// half float. Each comes from the engine, is read and written again here, and is compared there.
import { expect, it } from 'vitest';
import { PacketPeerStream, type StreamPeerTCP, TCPServer } from '../../host/index.js';
import { useReports } from '../helpers/reports.js';
import { EngineProcess, GODOT4 } from './lib/engine-process.js';
import { describeEngine } from './lib/engine-sides.js';
import { useScope, Watch } from './lib/watch.js';

/** As in ../godot/streams4.gd. */
const KINDS =
  '8 u8 16 u16 32 u32 64 u64 half half half float double double string utf8_string utf8_string var var var var var var';
const PACKETS = 4;
const HALVES = 65536;

class Comparisons extends Watch {
  readonly lines: { event: string; what: string; same: boolean; text: string; count: number }[] = [];

  readonly hear = (line: string): void => {
    if (line.startsWith('{')) this.lines.push(JSON.parse(line));
    this.noted();
  };

  get isFinished(): boolean {
    return this.lines.at(-1)?.event === 'finished';
  }
}

/** Bytes that the next value of `kind` has at the least. */
function leastBytes(kind: string): number {
  if (kind.endsWith('8')) return 1;
  if (kind.endsWith('16') || kind === 'half') return 2;
  return kind.endsWith('64') || kind === 'double' ? 8 : 4;
}

class News extends Watch {
  readonly tell = (): void => this.noted();
}

describeEngine('streams with Godot 4', GODOT4, () => {
  const scope = useScope();
  const reports = useReports();

  it('numbers, strings, variables, packets and all half floats come back as they went', async () => {
    const server = new TCPServer();
    server.listen(0, '127.0.0.1');
    scope.defer(() => server.stop());
    const news = new News();
    server.connect('activity', news.tell);
    const comparisons = new Comparisons();
    const args = GODOT4.args.map((argument) => argument.replace('remote4', 'streams4'));
    const engine = new EngineProcess({ ...GODOT4, args }, server.get_local_port(), comparisons.hear, (error) => {
      if (!comparisons.isFinished) {
        comparisons.failed(error);
        news.failed(error);
      }
    });
    scope.defer(() => engine.kill());
    await news.until(() => server.is_connection_available());
    const stream = server.take_connection() as StreamPeerTCP;
    stream.connect('activity', () => {
      stream.poll();
      news.tell();
    });
    const methods = stream as unknown as Record<string, (...args: unknown[]) => unknown>;
    const returnValue = async (kind: string): Promise<void> => {
      let wanted = leastBytes(kind);
      for (;;) {
        await news.until(() => stream.get_available_bytes() >= wanted);
        wanted = stream.get_available_bytes() + 1;
        const value = methods[`get_${kind}`]();
        if (reports.take().length > 0) continue; // the length is here, and not all behind it
        methods[`put_${kind}`](value);
        return;
      }
    };
    for (const big of [false, true]) {
      stream.big_endian = big;
      for (const kind of KINDS.split(' ')) await returnValue(kind);
    }
    const packets = new PacketPeerStream();
    packets.stream_peer = stream;
    for (let i = 0; i < PACKETS; i += 1) {
      await news.until(() => packets.get_available_packet_count() > 0);
      packets.put_packet(packets.get_packet());
    }
    for (let i = 0; i < HALVES; i += 1) {
      if (stream.get_available_bytes() < 2) await news.until(() => stream.get_available_bytes() >= 2);
      const value = stream.get_half();
      stream.put_double(value);
      stream.put_half(value);
    }
    await comparisons.until(() => comparisons.isFinished);
    const compared = comparisons.lines.slice(0, -1);
    expect(compared.filter(({ same }) => !same)).toEqual([]);
    expect(compared).toHaveLength(2 * KINDS.split(' ').length + PACKETS + 1);
    expect(reports.errors).toEqual([]);
  });
});

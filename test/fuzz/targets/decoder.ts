// Target: the decoder of frames in both roles beside a slow twin and beside the receiver of `ws`.
import type { Writable } from 'node:stream';
import * as ws from 'ws';
import type { Core } from '../../../host/codec/core.js';
import { BUILDS } from '../../helpers/cores.js';
import { DeflatedReader } from '../../helpers/deflated-reader.js';
import { ascii, close, type Frame, feed, line, more, ping, pong, type Role, text, wire } from '../../helpers/feed.js';
import { slowUtf8 } from '../../helpers/slow-twins.js';
import { chunked, Random } from '../lib/random.js';
import { type Limits, type SlowEvent, slowDecode } from '../lib/slow-decoder.js';
import { demand, demandSame, type Target } from '../lib/target.js';

const SIZES = [100_000, 300, 70_000, 0];
const FRAGMENTS = [4096, 3, 1, 20];

/** Input: role and limits, a seed of the cuts, the stream. */
function inputOf(role: Role, bytes: Uint8Array, more = 0): Uint8Array {
  return Uint8Array.of((role === 'server' ? 1 : 0) | more, bytes.length, ...bytes);
}

const STREAMS: readonly (readonly Frame[])[] = [
  [text('hello'), ping('p'), pong('q'), { opcode: 2, payload: 'bin' }, close(1000, 'bye')],
  [text('hé', { fin: false }), ping(), more('llo €', { fin: false }), more('\u{1f600}')],
  [text(Uint8Array.of(0xe2, 0x82), { fin: false }), more(Uint8Array.of(0xac))],
  [text(Uint8Array.of(0xf0, 0x9f, 0x98, 0x41))],
  [{ opcode: 2, payload: 'x'.repeat(126) }, { opcode: 2, payload: 'x'.repeat(300) }, close(null)],
  [{ opcode: 2, payload: '', fin: false }, more('', { fin: false }), more('', { fin: false }), more('')],
  [{ opcode: 2, payload: 'a', form: 16 }],
  [{ opcode: 2, payload: 'a', form: 64 }],
  [{ opcode: 2, payload: '', announced: 70_000n }],
  [{ opcode: 2, payload: '', announced: 1n << 63n, form: 64 }],
  [text('a', { rsv: 4 }), text('b'), { opcode: 2, payload: 'c', rsv: 4 }, close(1000)],
  [text('a', { rsv: 4, fin: false }), ping(), more('b', { fin: false }), more('c'), more('', { rsv: 4 })],
  [close(1005)],
  [close(3000, Uint8Array.of(0xff))],
];

/** Exported by `ws`, but not in its types. */
const { Receiver } = ws as unknown as {
  Receiver: new (options: { isServer: boolean; maxPayload: number; allowSynchronousEvents: boolean }) => Writable;
};

/** What the receiver of `ws` tells of `chunks`. */
async function receivedByWs(chunks: readonly Uint8Array[], { role, maxMessageSize }: Limits): Promise<string[]> {
  const lines: string[] = [];
  const receiver = new Receiver({
    isServer: role === 'server',
    maxPayload: maxMessageSize,
    allowSynchronousEvents: true,
  });
  const add = (kind: 'text' | 'binary' | 'ping' | 'pong' | 'close' | 'fault', data: Uint8Array, code = 0): void =>
    void lines.push(line({ kind, data, code }));
  receiver.on('message', (data: Buffer, isBinary: boolean) => add(isBinary ? 'binary' : 'text', data));
  receiver.on('ping', (data: Buffer) => add('ping', data));
  receiver.on('pong', (data: Buffer) => add('pong', data));
  receiver.on('conclude', (code: number, reason: Buffer) => add('close', reason, code));
  receiver.on('error', (error: Error) => {
    const status = Object.getOwnPropertySymbols(error).map((key) => (error as unknown as Record<symbol, number>)[key]);
    add('fault', new Uint8Array(0), status[0]);
  });
  for (const chunk of chunks) if (!lines.at(-1)?.startsWith('close')) receiver.write(Buffer.from(chunk));
  await new Promise((resolve) => process.nextTick(resolve));
  await new Promise((resolve) => process.nextTick(resolve));
  receiver.destroy();
  return lines;
}

/** Whether `ws` is known to judge otherwise from here on, and where. */
function isKnownDifference(ours: string | undefined, theirs: string | undefined, stream: Uint8Array): boolean {
  // It finds a faulty header by its first bytes; here the header is read when it is whole.
  if (ours === undefined) return theirs === 'fault 1002' || theirs === 'fault 1009';
  // §8.1 says to fail at once; it judges a text when it is whole.
  if (ours === 'fault 1007') return theirs === undefined || theirs.startsWith('fault') || isControl(theirs);
  // §5.2 "the minimal number of bytes MUST be used": it accepts more. Its limit of fragments is another.
  // A set top bit is a length that is too big to it, and a size is judged before the order of frames.
  if (ours === 'fault 1002') return theirs === 'fault 1009' || hasLongLength(stream);
  return ours === 'fault 1008';
}

const isControl = (line: string): boolean => /^(ping|pong|close)/.test(line);

/** Whether a length could be written in more bytes than it needs, anywhere. */
function hasLongLength(stream: Uint8Array): boolean {
  return stream.some((byte, at) => {
    const [second, third] = [stream[at + 1] ?? 0, stream[at + 2] ?? 0];
    return ((byte & 127) === 126 && second === 0) || ((byte & 127) === 127 && second === 0 && third === 0);
  });
}

function compareWithWs(ours: readonly string[], theirs: readonly string[], stream: Uint8Array): void {
  for (let at = 0; at < Math.max(ours.length, theirs.length); at += 1) {
    if (ours[at] === theirs[at]) continue;
    if (isKnownDifference(ours[at], theirs[at], stream)) return;
    demandSame('decoder beside ws', ours, theirs);
  }
}

const slowLine = (event: SlowEvent): string => (event.isDeflated ? 'deflated ' : '') + line(event);

/** What a reader that allows deflated messages tells of `pieces`, beside the slow twin. */
function readDeflated(
  pieces: readonly Uint8Array[],
  stream: Uint8Array,
  limits: Limits,
  core: Core,
): readonly string[] {
  const lines = new DeflatedReader(core, limits).read(pieces);
  const slow = slowDecode(stream, { ...limits, allowsDeflated: true });
  demandSame('reader of deflated messages beside its slow twin', lines, slow.map(slowLine));
  return lines;
}

/** The words that say what an input led to: kinds of events, sizes by their magnitude. */
function outcome(lines: readonly string[]): string {
  const shorten = (one: string): string => {
    const [kind, code] = one.split(' ');
    return kind === 'fault' || kind === 'close' ? `${kind} ${code}` : `${kind}${Math.log2(one.length) | 0}`;
  };
  return lines.slice(0, 5).map(shorten).join();
}

export const decoder: Target = {
  name: 'decoder',
  description:
    'frames decode as a slow twin and ws decode them, deflated ones too, however they are cut and interrupted',
  seeds: STREAMS.flatMap((frames) => [
    inputOf('server', wire('server', frames)),
    inputOf('client', wire('client', frames), 8),
  ]),
  words: [
    ...['server', 'client'].flatMap((role) => STREAMS.map((frames) => wire(role as Role, frames))),
    ascii('\u{1f600}'),
    Uint8Array.of(0xf0, 0x9f),
    Uint8Array.of(0x81, 0xfe),
    Uint8Array.of(0x02, 0x7f),
  ],
  maxSize: 1500,
  weight: 3,
  async check(input) {
    const [first = 0, cuts = 0] = input;
    const stream = input.slice(2);
    const limits: Limits = {
      role: (first & 1) === 1 ? 'server' : 'client',
      maxMessageSize: SIZES[(first >> 1) & 3],
      maxFragments: FRAGMENTS[(first >> 3) & 3],
    };
    const build = BUILDS[(first >> 5) % BUILDS.length];
    const size = build.core.memory.length;
    const whole = feed(new build.codec.MessageDecoder(limits), [stream]);
    const pieces = chunked(stream, new Random(cuts), 1 + (cuts % 40));
    const other = new build.codec.MessageDecoder({ role: 'client' });
    const inTurns = function* (): Generator<Uint8Array> {
      for (const piece of pieces) {
        yield piece;
        other.push(Uint8Array.of(0x82, 0x01, 0x82)); // never comes to rest, so that the session is parked
      }
    };
    demandSame('decoder in pieces', feed(new build.codec.MessageDecoder(limits), inTurns()), whole);
    demandSame('decoder beside its slow twin', whole, slowDecode(stream, limits).map(line));
    demand(build.core.memory.length === size, 'the memory of the core has grown');
    // A limit of 0 is none to ws.
    if (limits.maxMessageSize > 0) compareWithWs(whole, await receivedByWs(pieces, limits), stream);
    for (const event of whole) if (event.startsWith('text')) demand(slowUtf8(ascii(event)) === 'valid', 'text');
    return `${outcome(whole)} ${outcome(readDeflated(pieces, stream, limits, build.core))}`;
  },
};

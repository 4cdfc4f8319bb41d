// The head reader by itself: what it lets pass, what it costs, and that no input and no split upsets it.
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ClientHandshake } from '../../host/protocol/handshake-client.js';
import { ServerHandshake } from '../../host/protocol/handshake-server.js';
import { HeadReader, MAX_HEADERS } from '../../host/protocol/http-head.js';
import { SERVER_DEFAULTS } from '../../host/protocol/server-settings.js';
import { type ParsedUrl, parseUrl } from '../../host/protocol/url.js';
import { Visitor } from '../../host/protocol/visitor.js';
import { growth } from '../helpers/attack.js';
import { acceptOf, bytesOf, counted, feed, golden, SAMPLE_KEY, sampleTools } from './handshake-vectors.js';

function read(text: string, maxSize = 4096): HeadReader {
  const reader = new HeadReader(maxSize);
  feed(reader, new Uint8Array(Buffer.from(text, 'latin1')), []);
  return reader;
}

describe('RFC 7230 §3 a head', () => {
  it('is a start line and headers by name, in lower case', () => {
    const reader = read('start line\r\nA-b: 1\r\na-B:\t 2 3 \t\r\nC: \r\n\r\n');
    expect(reader.outcome).toBe('complete');
    expect(reader.startLine).toBe('start line');
    expect(reader.values('a-b')).toEqual(['1', '2 3']);
    expect(reader.joined('a-b')).toBe('1,2 3');
    expect(reader.joined('c')).toBe('');
    expect(reader.joined('d')).toBeNull();
    expect(reader.values('d')).toEqual([]);
  });

  it('shows bytes beyond ASCII as U+FFFD, one each', () => {
    expect(read('GET /h\xc3\xa9 x\r\nA: \xff\r\n\r\n')).toMatchObject({ startLine: 'GET /h\ufffd\ufffd x' });
    expect(read('x\r\nA: \xff\r\n\r\n').joined('a')).toBe('\ufffd');
  });

  it.each(['A:', 'A: ', 'A:\t', 'A: \t '])('RFC 9110 §5.5 may hold an empty value: %j', (header) => {
    const reader = read(`x\r\n${header}\r\nB: 1\r\n\r\n`);
    expect([reader.outcome, reader.joined('a'), reader.joined('b')]).toEqual(['complete', '', '1']);
  });

  it('may hold names that every object has', () => {
    const reader = read('x\r\n__proto__: 1\r\nconstructor: 2\r\ntoString: 3\r\n\r\n');
    expect(['__proto__', 'constructor', 'tostring'].map((name) => reader.joined(name))).toEqual(['1', '2', '3']);
    expect(read('x\r\n\r\n').joined('constructor')).toBeNull();
    expect(read('x\r\n\r\n').joined('__proto__')).toBeNull();
  });

  it('ends where it ends: the rest is not touched', () => {
    const reader = new HeadReader(4096);
    expect(reader.push(bytesOf('x\r\n\r\n\0\n more'))).toBe(5);
    expect(reader.push(bytesOf('y'))).toBe(0);
    expect(reader.outcome).toBe('complete');
  });
});

const FAULTS: readonly [head: string, fault: string, used: number][] = [
  ['\r\n\r\n', 'the first line is empty', 1],
  ['x\n', 'LF without CR', 2],
  ['x\rA', 'CR without LF', 3],
  ['x\r\r\n', 'CR without LF', 3],
  ['x\0', 'byte 0x00 in the first line', 2],
  ['\x16\x03\x01', 'byte 0x16 in the first line', 1],
  ['x\ty', 'byte 0x09 in the first line', 2],
  ['x\r\n: 1', 'a header has no name', 4],
  ['x\r\nA\r\n', 'a header has no colon', 5],
  ['x\r\nA\n', 'LF without CR', 5],
  ['x\r\nA : 1', 'byte 0x20 in the name of a header', 5],
  ['x\r\n\xc3\xa9: 1', 'byte 0xc3 in the name of a header', 4],
  ['x\r\nA\0: 1', 'byte 0x00 in the name of a header', 5],
  ['x\r\nA: 1\n', 'LF without CR', 8],
  ['x\r\nA: 1\0', 'byte 0x00 in the value of a header', 8],
  ['x\r\nA: 1\x7f', 'byte 0x7f in the value of a header', 8],
  ['x\r\nA: 1\rB', 'CR without LF', 9],
  ['x\r\nA: 1\r\n b', 'a header is folded over two lines', 10],
  ['x\r\n\tb: 1', 'a header is folded over two lines', 4],
  ['x\r\n\r\r', 'CR without LF', 5],
];

describe('RFC 7230 §3 what is no head ends at the byte that shows it', () => {
  it.each(FAULTS)('%j: %s', (text, fault, used) => {
    const reader = new HeadReader(4096);
    expect(reader.push(new Uint8Array(Buffer.from(text, 'latin1')))).toBe(used);
    expect([reader.outcome, reader.fault, reader.isTooLarge]).toEqual(['faulty', fault, false]);
    expect(reader.push(bytesOf('more'))).toBe(0);
  });
});

describe('limits', () => {
  it('maxSize bytes pass, one more does not', () => {
    const head = 'start\r\nA: 1\r\n\r\n';
    expect(read(head, head.length).outcome).toBe('complete');
    const reader = read(head, head.length - 1);
    expect([reader.outcome, reader.isTooLarge]).toEqual(['faulty', true]);
    expect(reader.fault).toContain(`larger than ${head.length - 1} bytes (max_handshake_size)`);
  });

  it(`${MAX_HEADERS} headers pass, one more does not`, () => {
    const header = 'A: 1\r\n';
    expect(read(`x\r\n${header.repeat(MAX_HEADERS)}\r\n`).outcome).toBe('complete');
    const reader = read(`x\r\n${header.repeat(MAX_HEADERS + 1)}\r\n`);
    expect([reader.outcome, reader.isTooLarge, reader.fault]).toEqual(['faulty', true, 'more than 100 headers']);
  });
});

// --- the work for a head grows with its length alone ---------------------------------------------------------------

afterEach(() => {
  vi.restoreAllMocks();
});

const LONG: readonly [string, (size: number) => string][] = [
  ['one long value', (size) => `x\r\nA: ${'v'.repeat(size)}`],
  ['one long name', (size) => `x\r\n${'n'.repeat(size)}`],
  ['a long first line', (size) => 'x'.repeat(size)],
  ['blanks in front of a value', (size) => `x\r\nA:${' '.repeat(size)}`],
  ['blanks behind a value', (size) => `x\r\nA: 1${' '.repeat(size)}`],
  ['CR at the end of each chunk', (size) => `x\r\n${'A: 1\r\n'.repeat(Math.min(99, size))}`],
];

for (const [what, make] of LONG) {
  growth('long head', `${what} in chunks of one byte: each byte is read once and made text at most once`, () => {
    const head = bytesOf(`${make(100_000)}\r\n\r\n`);
    const made = vi.spyOn(String, 'fromCharCode');
    const copied = vi.spyOn(Uint16Array.prototype, 'set');
    const reader = new HeadReader(1_000_000);
    let reads = 0;
    let used = 0;
    for (let at = 0; at < head.length; at += 1) {
      const { view, reads: readsOfByte } = counted(head.subarray(at, at + 1));
      used += reader.push(view);
      reads += readsOfByte();
    }
    expect(reads).toBe(used);
    expect(made.mock.calls.reduce((sum, units) => sum + units.length, 0)).toBeLessThanOrEqual(head.length);
    // The line doubles when it is full: all copies together are shorter than the last one twice.
    expect(copied.mock.calls.reduce((sum, [from]) => sum + from.length, 0)).toBeLessThan(head.length * 2);
  });
}

// --- any bytes, any split ---------------------------------------------------------------------------------------

const MAX_SIZE = 2048;
const SEED = 20_240_607;

function makeServer(protocols: readonly string[]): ServerHandshake {
  return new ServerHandshake({
    protocols,
    headers: ['Server: x'],
    maxSize: MAX_SIZE,
    visitor: new Visitor({ remoteAddress: '' }, false, SERVER_DEFAULTS),
    hook: null,
    allowedOrigins: ['https://game.test'],
    allowedHosts: [],
    tools: sampleTools,
  });
}

function makeClient(protocols: readonly string[]): ClientHandshake {
  const url = parseUrl('ws://h/') as ParsedUrl;
  return new ClientHandshake({ url, protocols, headers: [], maxSize: MAX_SIZE, tools: sampleTools });
}

/** Everything that a handshake shows after `bytes` came in chunks that end at `cuts`. */
function outcomeOf(handshake: ServerHandshake | ClientHandshake, bytes: Uint8Array, cuts: readonly number[]): unknown {
  const used = feed(handshake, bytes, cuts);
  const { outcome, fault, isMismatch, selectedProtocol } = handshake;
  const shown = { used, outcome, fault, isMismatch, selectedProtocol };
  if (handshake instanceof ClientHandshake) return shown;
  const { requestedUrl, origin, response } = handshake;
  return { ...shown, requestedUrl, origin, response: Buffer.from(response).toString('latin1') };
}

function check(bytes: Uint8Array, at: readonly number[]): void {
  const cuts = at.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
  for (const make of [makeServer, makeClient]) {
    for (const protocols of [[], ['chat', 'superchat']]) {
      const whole = outcomeOf(make(protocols), bytes, []) as { used: number };
      expect(whole.used).toBeLessThanOrEqual(MAX_SIZE);
      expect(outcomeOf(make(protocols), bytes, cuts)).toEqual(whole);
    }
  }
}

const cuts = fc.array(fc.nat(4096), { maxLength: 12 });

const HEADS = [
  ...golden.server_requests.map(({ request }) => request ?? ''),
  ...golden.client_response_checks.map(({ server_response }) =>
    server_response.replace('<ACCEPT>', acceptOf(SAMPLE_KEY)),
  ),
].map(bytesOf);

/** A byte that means something in a head, or any. */
const byte = fc.oneof(fc.constantFrom(...Buffer.from('\r\n\t :,\0\x7f\xff/A=', 'latin1')), fc.nat(255));
const mutation = fc.record({
  at: fc.nat(4096),
  remove: fc.nat(4),
  insert: fc.array(byte, { maxLength: 4 }),
});

const mutated = fc.tuple(fc.constantFrom(...HEADS), fc.array(mutation, { maxLength: 3 })).map(([head, mutations]) => {
  const bytes = [...head];
  for (const { at, remove, insert } of mutations) bytes.splice(at % (bytes.length + 1), remove, ...insert);
  return Uint8Array.from(bytes);
});

describe('properties of both halves', () => {
  it('any bytes at any split: nothing throws, at most maxSize is consumed, the split does not matter', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 4096 }), cuts, check), { seed: SEED, numRuns: 300 });
  });

  it('heads with a few bytes changed, at any split: the same', () => {
    fc.assert(fc.property(mutated, cuts, check), { seed: SEED, numRuns: 2000 });
  });
});

// What is measured: each case is the same work done by the core and by what a page has without it, on the same bytes.
import { encodeFrame, isValidUtf8, MessageDecoder, mask } from 'websocketpeer/codec';
import * as plain from './plain.mjs';

const KEY = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);
const LARGEST = 1 << 20;
/** Small messages come many to a chunk, as a socket hands them over. */
const CHUNK = 16 * 1024;

const SIZES = [
  ['64 B', 64],
  ['1 KiB', 1024],
  ['16 KiB', 16 * 1024],
  ['256 KiB', 256 * 1024],
];

const MIXED = 'Arena, игра, παιχνίδι, 游戏, ゲーム, 🎮 ';
const PLAIN = 'All of this is plain ASCII, as most chat is. ';

/** Contestants by key, in the order of their bars. */
export const SIDES = { core: 'WebAssembly', loop: 'JavaScript loop', decoder: 'TextDecoder' };

export const GROUPS = [
  {
    name: 'Masks',
    what: 'Every byte that a client sends is XORed with a key, and again by who receives it. The loop takes 32 bits at a time.',
    cases: () => SIZES.map(([label, size]) => maskCase(label, size)),
  },
  {
    name: 'Validates many scripts',
    what: 'Every text must be checked for well-formed UTF-8. TextDecoder is told to be fatal; it makes a string, too.',
    cases: () => SIZES.map(([label, size]) => utf8Case(label, size, MIXED)),
  },
  {
    name: 'Validates ASCII',
    what: 'The same with plain letters, of which browsers make strings at their fastest.',
    cases: () => SIZES.map(([label, size]) => utf8Case(label, size, PLAIN)),
  },
  {
    name: 'Parses',
    what: 'Masked text frames of many scripts become messages: header, unmasking, validation, all in one.',
    cases: () => SIZES.map(([label, size]) => parseCase(label, size)),
  },
];

/** Well-formed text of exactly `size` bytes. */
function textOf(size, sample) {
  const bytes = new TextEncoder().encode(sample.repeat(Math.ceil(size / sample.length)));
  let end = size;
  while ((bytes[end] & 0xc0) === 0x80) end -= 1;
  const text = new Uint8Array(size).fill(0x20);
  text.set(bytes.subarray(0, end));
  return text;
}

function maskCase(label, size) {
  const ours = textOf(size, MIXED);
  const theirs = ours.slice();
  return {
    label,
    bytes: size,
    sides: { core: () => mask(ours, KEY), loop: () => plain.mask(theirs, KEY) },
    agree: () => {
      const before = ours.slice();
      mask(ours, KEY);
      plain.mask(theirs, KEY);
      return same(ours, theirs) && !same(ours, before);
    },
  };
}

function utf8Case(label, size, sample) {
  const text = textOf(size, sample);
  const broken = text.slice();
  broken[size - 1] = 0xff;
  const checks = { core: isValidUtf8, loop: plain.isValidUtf8, decoder: plain.isDecodable };
  const sides = Object.entries(checks).map(([side, check]) => [side, () => check(text)]);
  return {
    label,
    bytes: size,
    sides: Object.fromEntries(sides),
    agree: () => Object.values(checks).every((check) => check(text) && !check(broken)),
  };
}

function parseCase(label, size) {
  const frame = encodeFrame({ opcode: 1, payload: textOf(size, MIXED), maskKey: KEY });
  const count = Math.max(1, Math.floor(CHUNK / frame.length));
  const chunk = new Uint8Array(frame.length * count);
  for (let index = 0; index < count; index += 1) chunk.set(frame, index * frame.length);
  const decoder = new MessageDecoder({ role: 'server', maxMessageSize: LARGEST });
  return {
    label,
    bytes: size * count,
    sides: {
      core: () => decoder.push(chunk),
      loop: () => plain.parse(chunk, plain.isValidUtf8),
      decoder: () => plain.parse(chunk, plain.isDecodable),
    },
    agree() {
      const [ours, ...others] = Object.values(this.sides).map((parse) => parse());
      return ours.length === count && others.every((theirs) => sameMessages(ours, theirs));
    },
  };
}

function sameMessages(ours, theirs) {
  const isSame = ({ kind, data }, index) => kind === theirs[index].kind && same(data, theirs[index].data);
  return ours.length === theirs.length && ours.every(isSame);
}

function same(a, b) {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

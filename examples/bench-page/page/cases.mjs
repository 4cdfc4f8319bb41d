// What is measured: each case is the same work done by the core and by plain JavaScript, on the same bytes.
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

export const GROUPS = [
  {
    name: 'Masks',
    what: 'Every byte that a client sends is XORed with a key, and again by who receives it.',
    cases: () => SIZES.map(([label, size]) => maskCase(label, size)),
  },
  {
    name: 'Validations',
    what: 'Every text must be checked for well-formed UTF-8. These are letters of many scripts.',
    cases: () => SIZES.map(([label, size]) => utf8Case(label, size)),
  },
  {
    name: 'Parses',
    what: 'Masked text frames become messages: header, unmasking, validation, all in one.',
    cases: () => SIZES.map(([label, size]) => parseCase(label, size)),
  },
];

/** Well-formed text of exactly `size` bytes. */
function textOf(size) {
  const bytes = new TextEncoder().encode('Arena, игра, παιχνίδι, 游戏, ゲーム, 🎮 '.repeat(Math.ceil(size / 40)));
  let end = size;
  while ((bytes[end] & 0xc0) === 0x80) end -= 1;
  const text = new Uint8Array(size).fill(0x20);
  text.set(bytes.subarray(0, end));
  return text;
}

function maskCase(label, size) {
  const ours = textOf(size);
  const theirs = ours.slice();
  return {
    label,
    bytes: size,
    core: () => mask(ours, KEY),
    plain: () => plain.mask(theirs, KEY),
    agree: () => {
      const before = ours.slice();
      mask(ours, KEY);
      plain.mask(theirs, KEY);
      return same(ours, theirs) && !same(ours, before);
    },
  };
}

function utf8Case(label, size) {
  const text = textOf(size);
  const broken = text.slice();
  broken[size - 1] = 0xff;
  return {
    label,
    bytes: size,
    core: () => isValidUtf8(text),
    plain: () => plain.isValidUtf8(text),
    agree: () => isValidUtf8(text) && plain.isValidUtf8(text) && !isValidUtf8(broken) && !plain.isValidUtf8(broken),
  };
}

function parseCase(label, size) {
  const frame = encodeFrame({ opcode: 1, payload: textOf(size), maskKey: KEY });
  const count = Math.max(1, Math.floor(CHUNK / frame.length));
  const chunk = new Uint8Array(frame.length * count);
  for (let index = 0; index < count; index += 1) chunk.set(frame, index * frame.length);
  const decoder = new MessageDecoder({ role: 'server', maxMessageSize: LARGEST });
  return {
    label,
    bytes: size * count,
    core: () => decoder.push(chunk),
    plain: () => plain.parse(chunk),
    agree: () => {
      const [ours, theirs] = [decoder.push(chunk), plain.parse(chunk)];
      return (
        ours.length === count &&
        theirs.length === count &&
        ours.every(({ kind, data }, index) => kind === theirs[index].kind && same(data, theirs[index].data))
      );
    },
  };
}

function same(a, b) {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

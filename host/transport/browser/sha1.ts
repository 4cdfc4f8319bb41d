// SHA-1 (RFC 3174), synchronous, unlike the browser's. Used for the handshake's sixty bytes only, never for secrets.

const INITIAL: State = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
/** §5: the constants of the four rounds. */
const ROUNDS = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6];
const BLOCK = 64;

type State = [number, number, number, number, number];

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** §4: the message, a one bit, zeros, and the length in bits, as whole blocks. */
function padded(message: Uint8Array): DataView {
  const size = Math.ceil((message.length + 9) / BLOCK) * BLOCK;
  const bytes = new Uint8Array(size);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(size - 8, Math.floor(message.length / 2 ** 29));
  view.setUint32(size - 4, message.length << 3);
  return view;
}

function mixed(round: number, b: number, c: number, d: number): number {
  if (round === 0) return (b & c) | (~b & d);
  return round === 2 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
}

function addBlock(state: State, view: DataView, start: number): State {
  const words = Array.from({ length: 16 }, (_, at) => view.getInt32(start + at * 4));
  const word = (at: number): number => words[at] as number;
  for (let at = 16; at < 80; at += 1) {
    words.push(rotate(word(at - 3) ^ word(at - 8) ^ word(at - 14) ^ word(at - 16), 1));
  }
  let [a, b, c, d, e] = state;
  for (let at = 0; at < 80; at += 1) {
    const round = Math.floor(at / 20);
    const next = (rotate(a, 5) + mixed(round, b, c, d) + e + word(at) + (ROUNDS[round] as number)) | 0;
    [a, b, c, d, e] = [next, a, rotate(b, 30), c, d];
  }
  const [first, second, third, fourth, fifth] = state;
  return [(first + a) | 0, (second + b) | 0, (third + c) | 0, (fourth + d) | 0, (fifth + e) | 0];
}

export function sha1(message: Uint8Array): Uint8Array {
  const view = padded(message);
  let state = INITIAL;
  for (let start = 0; start < view.byteLength; start += BLOCK) state = addBlock(state, view, start);
  const digest = new DataView(new ArrayBuffer(20));
  for (const [at, word] of state.entries()) digest.setInt32(at * 4, word);
  return new Uint8Array(digest.buffer);
}

// Messages as games and other programs send them, made the same at each run: of some order, of much, and of none.
import type { Message } from '../case.js';

/** Numbers from 0 to 1 that look like chance and are not. */
function dice(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 0x1_0000_0000;
  };
}

/** `piece` over and over until `size` bytes; characters that do not fit become spaces. */
function textOf(size: number, piece: (throwDice: () => number) => string, seed: number): Uint8Array {
  const throwDice = dice(seed);
  const bytes = Buffer.alloc(size, ' ');
  for (let at = 0; at < size; ) {
    const next = Buffer.from(piece(throwDice));
    if (at + next.length > size) break;
    bytes.set(next, at);
    at += next.length;
  }
  return bytes;
}

const pick = <T>(throwDice: () => number, from: readonly T[]): T => from[Math.floor(throwDice() * from.length)] as T;

const json = (size: number, seed: number): Uint8Array =>
  textOf(size, (throwDice) => `{"id":${Math.floor(throwDice() * 64)},"x":${(throwDice() * 1000).toFixed(2)}},`, seed);

const WORDS = ['Grüße', 'мир', '水', '🎮', 'játék', 'the', 'game', 'δ', 'over ', '\n'];
const words = (size: number, seed: number): Uint8Array =>
  textOf(size, (throwDice) => `${pick(throwDice, WORDS)} `, seed);

/** Positions of things that move little: 32-bit numbers, little-endian. */
function positions(size: number, seed: number): Uint8Array {
  const throwDice = dice(seed);
  const bytes = Buffer.alloc(size);
  const places = Array.from({ length: 16 }, () => throwDice() * 1000);
  for (let at = 0; at + 4 <= size; at += 4) {
    const index = (at >> 2) & 15;
    places[index] = (places[index] as number) + Math.floor(throwDice() * 4);
    bytes.writeInt32LE(places[index] as number, at);
  }
  return bytes;
}

function noise(size: number, seed: number): Uint8Array {
  const throwDice = dice(seed);
  return Buffer.from(Array.from({ length: size }, () => Math.floor(throwDice() * 256)));
}

interface Kind {
  readonly what: string;
  readonly text: boolean;
  readonly make: (size: number, seed: number) => Uint8Array;
}

export const JSON_TEXT: Kind = { what: 'text messages of JSON', text: true, make: json };

export const KINDS: readonly Kind[] = [
  JSON_TEXT,
  { what: 'text messages in several scripts', text: true, make: words },
  { what: 'binary messages of positions', text: false, make: positions },
  { what: 'binary messages without any order', text: false, make: noise },
  { what: 'binary messages of one byte repeated', text: false, make: (size, seed) => Buffer.alloc(size, seed) },
];

/** The message number `seed` of a kind. */
export function messageOf({ text, make }: Kind, size: number, seed: number): Message {
  return { text, payload: { size, make: () => make(size, seed) } };
}

// Ids of peers in a multiplayer game.
import { cryptography } from '#platform';

/** A random id for a peer, from 2 to 2147483647. */
export function randomPeerId(): number {
  const word = new Uint32Array(1);
  const bytes = new Uint8Array(word.buffer);
  let id: number;
  do {
    cryptography.fillRandom(bytes);
    id = (word[0] as number) & 0x7fff_ffff;
  } while (id < 2);
  return id;
}

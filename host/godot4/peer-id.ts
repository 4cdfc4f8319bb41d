// Ids of peers in a multiplayer game.
import { platform } from '#platform';

/** A random id for a peer, from 2 to 2147483647. */
export function randomPeerId(): number {
  const word = new Uint32Array(1);
  const bytes = new Uint8Array(word.buffer);
  do {
    platform.fillRandom(bytes);
    word[0] &= 0x7fff_ffff;
  } while (word[0] < 2);
  return word[0];
}

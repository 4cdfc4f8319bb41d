// What a player may say, and how often: names and chat lines are made harmless and short, and a bucket counts.

export const NAME_LENGTH = 16;
export const CHAT_LENGTH = 140;

// Control characters, and those that turn the direction of writing or show nothing: they would change the look of what
// others wrote.
const HARMFUL = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** More marks than any script stacks on one letter. */
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu;

/** `text` in one line of at most `length` characters; empty for what is no text. */
export function tidy(text, length) {
  if (typeof text !== 'string') return '';
  // What is cut away need not be tidied; no character becomes more than one.
  const short = text.slice(0, length * 8).normalize('NFC');
  const clean = short.replace(HARMFUL, ' ').replace(STACKED_MARKS, '$1').replace(/\s+/g, ' ').trim();
  return [...clean].slice(0, length).join('').trim();
}

/** A bucket of `capacity` tokens that gets `perSecond` more, up to its capacity. */
export class Bucket {
  #capacity;
  #perMs;
  #tokens;
  #at = 0;

  constructor(capacity, perSecond) {
    this.#capacity = capacity;
    this.#perMs = perSecond / 1000;
    this.#tokens = capacity;
  }

  /** Takes one token; false when there is none. */
  take(now) {
    this.#tokens = Math.min(this.#capacity, this.#tokens + (now - this.#at) * this.#perMs);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

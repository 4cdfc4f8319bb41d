// What a connection may do, and what a player may say, and how often: names and chat lines are made harmless and short,
// and a bucket counts.
import { WebSocketSettings } from 'websocketpeer';

export const NAME_LENGTH = 16;
export const CHAT_LENGTH = 140;

/** After a page was hidden for a while. */
export const PACKETS_AT_ONCE = 240;

/** The settings that all connections of an arena share. */
export function arenaSettings() {
  return new WebSocketSettings({
    // A chat line of CHAT_LENGTH characters, each written as \uXXXX twice, and some more.
    inbound_buffer_size: 4096,
    outbound_buffer_size: 256 * 1024,
    handshake_timeout: 5,
    close_timeout: 2,
    heartbeat_interval: 10,
    // The arena counts its players' packets itself; these stop a flood of frames that are none, before it is read.
    max_packets_per_second: 2 * PACKETS_AT_ONCE,
    max_bytes_per_second: 128 * 1024,
    // Half of all places: a school behind one address may play, and nobody fills the arena alone.
    max_connections_per_address: 32,
    max_pending_per_address: 16,
  });
}

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

// Parsers of the headers in which proxies name the visitor: X-Forwarded-For, X-Forwarded-Proto, and Forwarded (RFC 7239).
// Each proxy adds to the end, so only the last entries are by proxies that are known; all loops are linear.
import { parseAddress, showAddress } from '../transport/address.js';

/** What one proxy says about the side that it serves. */
export interface Hop {
  /** As `showAddress` writes it; '' for `unknown`, for a name of its own such as `_gazonk`, and for no address at all. */
  readonly address: string;
  /** `https`, for example; '' when it is not said. */
  readonly proto: string;
}

const NOWHERE: Hop = { address: '', proto: '' };

/** Hops of X-Forwarded-For, nearest first. */
export function* forwardedFor(values: readonly string[]): Generator<Hop> {
  for (let line = values.length - 1; line >= 0; line -= 1) {
    const value = values[line] as string;
    for (let end = value.length; end >= 0; ) {
      const comma = end === 0 ? -1 : value.lastIndexOf(',', end - 1);
      yield { address: addressOf(value.slice(comma + 1, end).trim()), proto: '' };
      end = comma;
    }
  }
}

/** Scheme by which the visitor reached the nearest proxy, of X-Forwarded-Proto; '' when it is not said. */
export function forwardedProto(values: readonly string[]): string {
  const value = values.at(-1) ?? '';
  return value
    .slice(value.lastIndexOf(',') + 1)
    .trim()
    .toLowerCase();
}

/**
 * Hops of Forwarded, nearest first. What is malformed counts as one unknown hop; a mark that a visitor has left open is
 * no part of what a proxy has added behind it.
 */
export function* forwarded(values: readonly string[]): Generator<Hop> {
  for (let line = values.length - 1; line >= 0; line -= 1) {
    const value = values[line] as string;
    for (let end = value.length; end >= 0; ) {
      const comma = commaBefore(value, end);
      yield readElement(value.slice(comma + 1, end));
      end = comma;
    }
  }
}

/** The last comma before `end` that is not in quotes, read from the right; -1 without one, or when quotes don't match. */
function commaBefore(text: string, end: number): number {
  for (let at = end - 1; at >= 0; at -= 1) {
    const character = text[at];
    if (character === ',') return at;
    if (character === '"') at = openingBefore(text, at);
  }
  return -1;
}

/** The mark that opens the quoted string that ends at `closing`; -1 without one. */
function openingBefore(text: string, closing: number): number {
  for (let at = closing - 1; at >= 0; at -= 1) {
    if (text[at] !== '"') continue;
    const mark = at;
    while (at > 0 && text[at - 1] === '\\') at -= 1;
    if ((mark - at) % 2 === 0) return mark;
  }
  return -1;
}

/** RFC 7239 §4: an element is of pairs between semicolons. */
function readElement(text: string): Hop {
  let address: string | null = null;
  let proto: string | null = null;
  const reader = new PairReader(text);
  for (;;) {
    const pair = reader.next();
    if (pair === null) return NOWHERE;
    // §4: a parameter occurs once in an element.
    if ((pair.name === 'for' && address !== null) || (pair.name === 'proto' && proto !== null)) return NOWHERE;
    if (pair.name === 'for') address = addressOf(pair.value);
    if (pair.name === 'proto') proto = pair.value.toLowerCase();
    if (pair.end === '') return { address: address ?? '', proto: proto ?? '' };
  }
}

interface Pair {
  /** In lower case; '' for an empty pair. */
  readonly name: string;
  readonly value: string;
  /** What follows: ';' another pair, '' nothing. */
  readonly end: ';' | '';
}

class PairReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next pair; null when malformed. */
  next(): Pair | null {
    this.#skipBlanks();
    const name = this.#word('=;,"').trim().toLowerCase();
    if (this.#text[this.#at] !== '=') return name === '' ? this.#ended(name, '') : null;
    this.#at += 1;
    const value = this.#text[this.#at] === '"' ? this.#quoted() : this.#word(';,"').trimEnd();
    return value === null || name === '' ? null : this.#ended(name, value);
  }

  #ended(name: string, value: string): Pair | null {
    this.#skipBlanks();
    const end = this.#text[this.#at] ?? '';
    this.#at += 1;
    return end === ';' || end === '' ? { name, value, end } : null;
  }

  /** Characters up to one of `ends`, or the end. */
  #word(ends: string): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !ends.includes(this.#text.charAt(this.#at))) this.#at += 1;
    return this.#text.slice(start, this.#at);
  }

  /** RFC 9110 §5.6.4; null without a closing mark. */
  #quoted(): string | null {
    const characters: string[] = [];
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      let character = this.#text.charAt(this.#at);
      if (character === '"') {
        this.#at += 1;
        return characters.join('');
      }
      if (character === '\\') {
        this.#at += 1;
        character = this.#text.charAt(this.#at);
      }
      characters.push(character);
    }
    return null;
  }

  #skipBlanks(): void {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at += 1;
  }
}

/** Longest text of an address with its port: `[` 39 characters, a zone and `]:65535`. */
const MAX_NODE = 80;

/** The address in `1.2.3.4`, `1.2.3.4:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`; '' in any other text. */
function addressOf(node: string): string {
  if (node.length > MAX_NODE) return '';
  const bracket = node.startsWith('[') ? node.indexOf(']') : -1;
  const colon = node.indexOf(':');
  const hasPort = bracket < 0 && colon >= 0 && colon === node.lastIndexOf(':');
  const end = bracket >= 0 ? bracket : hasPort ? colon : node.length;
  const address = node.slice(bracket >= 0 ? 1 : 0, end);
  const rest = node.slice(bracket >= 0 ? end + 1 : end);
  // RFC 7239 §6: a port is a number, or a name of the proxy's own.
  const isPort = rest === '' || /^:([0-9]{1,5}|_[A-Za-z0-9._-]+)$/.test(rest);
  if (!isPort || (bracket >= 0 && !address.includes(':')) || parseAddress(address) === null) return '';
  return showAddress(address);
}

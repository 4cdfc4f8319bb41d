// The headers of an accepted handshake, kept for the game in little memory: most connections of a process differ in the
// key alone, so that equal texts are shared, and maps are made when asked for.
import { acceptFor, type HandshakeTools } from './handshake-rules.js';
import type { HeadReader } from './http-head.js';

const KEY = 'sec-websocket-key';
const ACCEPT = 'sec-websocket-accept';

/** Longest text that is shared, and number of those that are looked among for an equal one. */
const MAX_SHARED_LENGTH = 4096;
const MAX_SHARED = 64;

/** Header lines of both halves of a handshake, without the key and its answer. */
export interface HandshakeTexts {
  readonly request: string;
  readonly response: string;
  readonly tools: HandshakeTools;
}

/** What is known of a visitor beyond the stream; kept with the heads, since few connections have it. */
export interface Guest {
  /** What the game's hook gave; null for nothing. */
  readonly data: unknown;
  /** Address by a trusted proxy's word; null without such a proxy. */
  readonly address: string | null;
}

export class KeptHeads {
  /** Lines of the request, an empty line, lines of the answer. */
  readonly #text: string;
  readonly #tools: HandshakeTools;
  readonly guest: Guest | null;

  constructor(text: string, tools: HandshakeTools, guest: Guest | null) {
    this.#text = text;
    this.#tools = tools;
    this.guest = guest;
  }

  requestHeaders(key: string): Map<string, string> {
    return parse(this.#text.slice(0, this.#middle)).set(KEY, key);
  }

  responseHeaders(key: string): Map<string, string> {
    return parse(this.#text.slice(this.#middle + 2)).set(ACCEPT, acceptFor(key, this.#tools));
  }

  get #middle(): number {
    return this.#text.indexOf('\n\n');
  }
}

const shared = new Map<string, KeptHeads>();

/** The heads to keep, shared with connections that have equal ones. */
export function keepHeads({ request, response, tools }: HandshakeTexts, guest: Guest | null): KeptHeads {
  const text = `${request}\n\n${response}`;
  if (guest !== null) return new KeptHeads(text, tools, guest);
  const known = shared.get(text);
  if (known !== undefined) return known;
  const heads = new KeptHeads(text, tools, null);
  if (text.length > MAX_SHARED_LENGTH) return heads;
  if (shared.size === MAX_SHARED) shared.delete(shared.keys().next().value as string);
  shared.set(text, heads);
  return heads;
}

/** Header lines of a received head. */
export function receivedLines(head: Pick<HeadReader, 'all'>): string {
  const lines: string[] = [];
  for (const [name, values] of head.all) if (!isProof(name)) lines.push(`${name}: ${values.join(', ')}`);
  return lines.join('\n');
}

/** Header lines of a head to send; `lines` begin with the start line. */
export function sentLines(lines: readonly string[]): string {
  return lines.filter((line, index) => index > 0 && !isProof(nameOf(line))).join('\n');
}

function isProof(name: string): boolean {
  return name === KEY || name === ACCEPT;
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(':')).toLowerCase();
}

function parse(text: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of text === '' ? [] : text.split('\n')) {
    const name = nameOf(line);
    const value = line.slice(name.length + 1).trim();
    const former = headers.get(name);
    headers.set(name, former === undefined ? value : `${former}, ${value}`);
  }
  return headers;
}

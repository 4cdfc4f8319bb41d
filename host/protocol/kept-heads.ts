// The headers of an accepted handshake, kept for the game in little memory: most connections of a process differ in the
// key alone, so that equal texts are shared, and maps are made when asked for.
import { acceptFor, type HandshakeTools } from './handshake-rules.js';
import type { HeadReader } from './http-head.js';

const KEY = 'sec-websocket-key';
const ACCEPT = 'sec-websocket-accept';

/** Longest lines of one head that are kept: a client must not fill the memory for as long as it is connected. */
const MAX_KEPT = 4096;
/** Number of texts that are looked among for an equal one. */
const MAX_SHARED = 64;
/** Stands for a head that is too long. */
const LEFT_OUT = '\r';

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
  /** The terms of the last connection that shares these heads. */
  terms: Terms | null = null;

  constructor(text: string, tools: HandshakeTools, guest: Guest | null) {
    this.#text = text;
    this.#tools = tools;
    this.guest = guest;
  }

  /** Undefined when they were too long to be kept. */
  requestHeaders(key: string): Map<string, string> | undefined {
    return parse(this.#text.slice(0, this.#middle))?.set(KEY, key);
  }

  /** Undefined when they were too long to be kept. */
  responseHeaders(key: string): Map<string, string> | undefined {
    return parse(this.#text.slice(this.#middle + 2))?.set(ACCEPT, acceptFor(key, this.#tools));
  }

  hasText(text: string): boolean {
    return this.#text === text;
  }

  get #middle(): number {
    return this.#text.indexOf('\n\n');
  }
}

/** What a handshake has brought. Connections share it where they share the heads: URL and subprotocol are in these. */
export interface Terms {
  readonly url: string;
  readonly protocol: string;
  readonly heads: KeptHeads | null;
}

export function termsOf(url: string, protocol: string, heads: KeptHeads | null): Terms {
  const known = heads?.terms ?? null;
  if (known !== null && known.url === url && known.protocol === protocol) return known;
  const terms = { url, protocol, heads };
  if (heads !== null) heads.terms = terms;
  return terms;
}

/** By a digest of their text: heads, which may hold cookies, are gone with the last connection that has them. */
const shared = new Map<number, WeakRef<KeptHeads>>();

/** The heads to keep, shared with connections that have equal ones. */
export function keepHeads({ request, response, tools }: HandshakeTexts, guest: Guest | null): KeptHeads {
  const text = `${kept(request)}\n\n${kept(response)}`;
  if (guest !== null) return new KeptHeads(text, tools, guest);
  const digest = digestOf(text);
  const known = shared.get(digest)?.deref();
  if (known?.hasText(text)) return known;
  const heads = new KeptHeads(text, tools, null);
  shared.delete(digest);
  if (shared.size === MAX_SHARED) shared.delete(shared.keys().next().value as number);
  shared.set(digest, new WeakRef(heads));
  return heads;
}

function kept(lines: string): string {
  return lines.length > MAX_KEPT ? LEFT_OUT : lines;
}

/** FNV-1a; what collides is only not shared. */
function digestOf(text: string): number {
  let digest = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) digest = Math.imul(digest ^ text.charCodeAt(at), 0x01000193);
  return digest;
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

function parse(text: string): Map<string, string> | undefined {
  if (text === LEFT_OUT) return undefined;
  const headers = new Map<string, string>();
  for (const line of text === '' ? [] : text.split('\n')) {
    const name = nameOf(line);
    const value = line.slice(name.length + 1).trim();
    const former = headers.get(name);
    headers.set(name, former === undefined ? value : `${former}, ${value}`);
  }
  return headers;
}

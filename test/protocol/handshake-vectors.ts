// The recorded handshakes of a running engine, the ways to feed bytes, and predictable tools; no test in here.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { HandshakeOutcome, HandshakeTools } from '../../host/protocol/handshake-rules.js';

export interface HandshakeConfig {
  readonly supported_protocols?: readonly string[];
  readonly handshake_headers?: readonly string[];
}

interface Verdict {
  readonly id: string;
  readonly config: HandshakeConfig;
  readonly state_after: 'CONNECTING' | 'OPEN' | 'CLOSED';
  readonly selected_protocol: string;
  readonly notes?: string;
}

export interface HandshakeGolden {
  readonly client_requests: readonly {
    readonly id: string;
    readonly url: string;
    readonly config: HandshakeConfig;
    readonly request_hex: string;
  }[];
  readonly client_response_checks: readonly (Verdict & { readonly server_response: string })[];
  readonly server_requests: readonly (Verdict & {
    readonly request: string | null;
    readonly request_hex?: string;
    readonly response_hex: string;
    readonly requested_url: string;
  })[];
  readonly wss_requests_by_port: Readonly<Record<string, string>>;
  readonly accept_vector: { readonly key: string; readonly accept: string };
}

export interface UrlRecord {
  readonly id: string;
  readonly returned: number | string;
}

function load(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../golden/${name}`, import.meta.url), 'utf8'));
}

export const golden = load('handshake.json') as HandshakeGolden;
export const urlRecords = load('urls.json') as readonly UrlRecord[];

/** What the engine's state means for a handshake that has seen all bytes. */
export const OUTCOME: Readonly<Record<Verdict['state_after'], HandshakeOutcome>> = {
  CONNECTING: 'reading',
  OPEN: 'accepted',
  CLOSED: 'refused',
};

/** Most bytes of a head in the engine; the records of sizes are about this limit. */
export const ENGINE_LIMIT = 4096;

export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

/** The records cut long values: "vvv...(4095 bytes)" stands for a head of that size, or of the size in the notes. */
export function expand(text: string, notes = ''): string {
  const mark = text.indexOf('...(');
  if (mark < 0) return text;
  const size = Number(notes.slice(notes.lastIndexOf(' ')));
  return `${text.slice(0, mark).padEnd(size - 4, 'v')}\r\n\r\n`;
}

export function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** Tools whose random bytes are those behind `key`. */
export function toolsFor(key: string): HandshakeTools {
  const nonce = Buffer.from(key, 'base64');
  return {
    sha1: (bytes) => new Uint8Array(createHash('sha1').update(bytes).digest()),
    fillRandom: (bytes) => bytes.set(nonce.subarray(0, bytes.length)),
  };
}

export const SAMPLE_KEY = golden.accept_vector.key;
export const sampleTools = toolsFor(SAMPLE_KEY);

export interface Pushable {
  push(bytes: Uint8Array): number;
}

/** Feeds `bytes` in chunks that end at `cuts`; returns how many bytes were consumed. */
export function feed(target: Pushable, bytes: Uint8Array, cuts: readonly number[]): number {
  let used = 0;
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    used += target.push(bytes.subarray(from, cut));
    from = cut;
  }
  return used;
}

/** A text frame "hi": what may follow a head in the same segment. */
export const TAIL = Uint8Array.of(0x81, 0x02, 0x68, 0x69);

interface Feeding {
  readonly how: string;
  feed(target: Pushable, head: Uint8Array): number;
}

/** Every vector goes through each of these; all tell how many bytes of the head were consumed. */
export const FEEDINGS: readonly Feeding[] = [
  { how: 'whole', feed: (target, head) => feed(target, head, []) },
  {
    how: 'byte by byte',
    feed: (target, head) =>
      feed(
        target,
        head,
        Array.from(head, (_, at) => at),
      ),
  },
  { how: 'with a frame behind it', feed: (target, head) => target.push(Buffer.concat([head, TAIL])) },
];

/** Counts every read of a byte that `push` makes. */
export function counted(bytes: Uint8Array): { view: Uint8Array; reads: () => number } {
  let reads = 0;
  const view = new Proxy(bytes, {
    get(target, property) {
      if (typeof property === 'string' && property !== '' && Number.isInteger(Number(property))) reads += 1;
      return Reflect.get(target, property, target);
    },
  });
  return { view, reads: () => reads };
}

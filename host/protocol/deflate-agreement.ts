// Agreement on permessage-deflate in the opening handshake (RFC 7692 §5 and §7.1), both halves, sans I/O. Each message
// is compressed by itself, in both directions: no compression state is kept between messages.
import type { Deflater } from '../transport/deflater.js';
import { splitList } from './http-head.js';
import { quote } from './quote.js';

/** What both sides have agreed on. */
export interface DeflateAgreement {
  /** Largest window, as a power of two, that this side's messages may need; 9 to 15. */
  readonly windowBits: number;
  /** Value of Sec-WebSocket-Extensions in a server's answer. */
  readonly answer: string;
}

/** Compression of a connection, once agreed on. */
export interface Compression {
  readonly deflater: Deflater;
  readonly windowBits: number;
}

/** The runtime's deflater, or null; asked for when it is needed. */
export type DeflaterSource = () => Deflater | null;

const NAME = 'permessage-deflate';
const SERVER_NO_CONTEXT = 'server_no_context_takeover';
const CLIENT_NO_CONTEXT = 'client_no_context_takeover';
const SERVER_BITS = 'server_max_window_bits';
const CLIENT_BITS = 'client_max_window_bits';

/** A server's answer to an offer without `server_max_window_bits`. */
const ANSWER = `${NAME}; ${SERVER_NO_CONTEXT}; ${CLIENT_NO_CONTEXT}`;
/** Value of Sec-WebSocket-Extensions in a client's request. */
export const OFFER = `${ANSWER}; ${CLIENT_BITS}`;

/** Decimal, without leading zeros (§7.1.2.1); the first is 8 bits. */
const BITS = ['8', '9', '10', '11', '12', '13', '14', '15'];
const LEAST_BITS = 8;
const MOST_BITS = 15;
/**
 * zlib does not deflate raw data with 8 bits, but its distances with 9 are at most 2^9 - 262 = 250, which the window of
 * 8 bits has, too.
 */
const LEAST_DEFLATED = 9;
/** Stands for `…_max_window_bits` without a value. */
const NO_VALUE = 0;

/** Parameters of permessage-deflate by name, with their bits or NO_VALUE. */
type Parameters = ReadonlyMap<string, number>;

/** The server's half: agrees to the first offer in `header` that can be kept; null for none. A bad one is skipped. */
export function acceptOffer(header: string): DeflateAgreement | null {
  for (const entry of splitList(header)) {
    const parameters = parametersOf(entry);
    if (typeof parameters === 'string') continue;
    const bits = parameters.get(SERVER_BITS);
    if (bits === NO_VALUE) continue;
    if (bits === undefined) return { windowBits: MOST_BITS, answer: ANSWER };
    return { windowBits: Math.max(bits, LEAST_DEFLATED), answer: `${ANSWER}; ${SERVER_BITS}=${bits}` };
  }
  return null;
}

/** The client's half: judges the answer to OFFER. A text says why it can't be kept; null for no compression. */
export function judgeAnswer(header: string): DeflateAgreement | string | null {
  const entries = splitList(header).filter((entry) => entry !== '');
  const [entry] = entries;
  if (entry === undefined) return null;
  if (entries.length > 1) return 'more than one extension';
  const parameters = parametersOf(entry);
  if (typeof parameters === 'string') return parameters;
  if (!parameters.has(SERVER_NO_CONTEXT)) return `${SERVER_NO_CONTEXT} is missing`;
  for (const name of [SERVER_BITS, CLIENT_BITS]) {
    if (parameters.get(name) === NO_VALUE) return `${name} has no value`;
  }
  return { windowBits: Math.max(parameters.get(CLIENT_BITS) ?? MOST_BITS, LEAST_DEFLATED), answer: header };
}

/** Parses one entry of the header (RFC 6455 §9.1); a text says what is wrong with it. */
function parametersOf(entry: string): Parameters | string {
  const [extension = '', ...rest] = entry.split(';').map((part) => part.trim());
  if (extension.toLowerCase() !== NAME) return `the extension ${quote(extension)} was not asked for`;
  const parameters = new Map<string, number>();
  for (const part of rest) {
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals).trimEnd()).toLowerCase();
    const value = equals < 0 ? null : part.slice(equals + 1).trimStart();
    if (parameters.has(name)) return `${quote(name)} is there twice`;
    const bits = bitsOf(name, value);
    if (bits === null) return `${quote(part)} is no parameter of it`;
    parameters.set(name, bits);
  }
  return parameters;
}

/** The bits of a parameter, NO_VALUE without one; null for an unknown name or a wrong value. */
function bitsOf(name: string, value: string | null): number | null {
  const isFlag = name === SERVER_NO_CONTEXT || name === CLIENT_NO_CONTEXT;
  if (!isFlag && name !== SERVER_BITS && name !== CLIENT_BITS) return null;
  if (value === null) return NO_VALUE;
  const index = isFlag ? -1 : BITS.indexOf(unquoted(value));
  return index < 0 ? null : LEAST_BITS + index;
}

/** RFC 6455 §9.1: a value may be a quoted string. */
function unquoted(value: string): string {
  return value.length > 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

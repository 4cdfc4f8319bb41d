// The setting trusted_proxies, parsed: the neighbours whose word about the visitor is believed.
import { parseAddress } from '../transport/address.js';
import { quote } from './quote.js';

/** Entry for all clients of a Unix domain socket. */
export const UNIX = 'unix';

const BITS = 128;
/** Bits before the IPv4 address in an IPv4-mapped IPv6 address. */
const MAPPED_BITS = 96;

interface Network {
  readonly groups: Uint16Array;
  /** Number of leading bits that all its addresses share. */
  readonly length: number;
}

/** Parsed lists, by the list itself: a changed setting is another list. */
const parsed = new WeakMap<readonly string[], TrustedProxies>();

export class TrustedProxies {
  readonly #networks: readonly Network[];
  readonly #trustsUnix: boolean;

  /** The list must have passed `checkProxies`; an entry that has not is not trusted. */
  static of(entries: readonly string[]): TrustedProxies {
    let proxies = parsed.get(entries);
    if (proxies === undefined) {
      proxies = new TrustedProxies(entries);
      parsed.set(entries, proxies);
    }
    return proxies;
  }

  private constructor(entries: readonly string[]) {
    this.#trustsUnix = entries.includes(UNIX);
    this.#networks = entries.map(parseNetwork).filter((network) => network !== null);
  }

  trusts(address: string, isUnix = false): boolean {
    if (isUnix) return this.#trustsUnix;
    const groups = parseAddress(address);
    return groups !== null && this.#networks.some((network) => contains(network, groups));
  }
}

/** Whether `trusted_proxies` may hold `entries`. Returns the reason why not, or null. */
export function checkProxies(entries: readonly string[]): string | null {
  for (const entry of entries) {
    if (entry !== UNIX && parseNetwork(entry) === null) {
      return `trusted_proxies: ${quote(entry)} is no address, no network such as 10.0.0.0/8, and not "${UNIX}"`;
    }
  }
  return null;
}

/** Parses an address, or a network in the notation of RFC 4632 §3.1 and RFC 4291 §2.3. */
function parseNetwork(text: string): Network | null {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const groups = address.includes('%') ? null : parseAddress(address);
  if (groups === null) return null;
  const first = address.includes(':') ? 0 : MAPPED_BITS;
  const length = slash < 0 ? BITS - first : parseLength(text.slice(slash + 1));
  return length < 0 || first + length > BITS ? null : { groups, length: first + length };
}

/** A number of bits; -1 for other text. */
function parseLength(text: string): number {
  return /^(0|[1-9][0-9]{0,2})$/.test(text) ? Number(text) : -1;
}

function contains({ groups, length }: Network, address: Uint16Array): boolean {
  // ::/0 does not mean IPv4.
  if (length < MAPPED_BITS && isMapped(address)) return false;
  for (let group = 0, left = length; left > 0; group += 1, left -= 16) {
    const mask = left >= 16 ? 0xffff : (0xffff << (16 - left)) & 0xffff;
    if (((groups[group] ?? 0) ^ (address[group] ?? 0)) & mask) return false;
  }
  return true;
}

function isMapped(groups: Uint16Array): boolean {
  return groups[5] === 0xffff && groups.subarray(0, 5).every((group) => group === 0);
}

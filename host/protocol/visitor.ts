// The visitor of a server's connection: the neighbour at its other end or, behind a trusted proxy, whom that names.
import { showAddress } from '../transport/address.js';
import type { ByteStream } from '../transport/byte-stream.js';
import { forwarded, forwardedFor, forwardedProto } from './forwarded.js';
import type { HeadReader } from './http-head.js';
import type { ProxyHeader, ServerSettingValues } from './server-settings.js';
import { TrustedProxies, UNIX } from './trusted-proxies.js';

export class Visitor {
  /** Whether the neighbour is a trusted proxy: then nobody is known until the head is read, and nobody is to be counted. */
  readonly isProxied: boolean;
  readonly #stream: Pick<ByteStream, 'remoteAddress'>;
  readonly #proxies: TrustedProxies;
  readonly #header: ProxyHeader;
  /** The visitor's address by the proxy's word; null while the neighbour's counts. */
  #named: string | null = null;
  #isSecure: boolean;

  /** `isSecure`: whether the stream is encrypted. */
  constructor(
    stream: Pick<ByteStream, 'remoteAddress' | 'isUnix'>,
    isSecure: boolean,
    { trustedProxies, proxyHeader }: Pick<ServerSettingValues, 'trustedProxies' | 'proxyHeader'>,
  ) {
    this.#stream = stream;
    this.#isSecure = isSecure;
    this.#proxies = TrustedProxies.of(trustedProxies);
    this.#header = proxyHeader;
    this.isProxied = this.#proxies.trusts(stream.remoteAddress, stream.isUnix);
  }

  /**
   * As Godot writes addresses, and '' where it can't be known (a stream without addresses, `unknown` in the header).
   * Before the head is read, the neighbour's.
   */
  get address(): string {
    return this.#named ?? showAddress(this.#stream.remoteAddress);
  }

  /**
   * Address to count. That of a trusted proxy is null before the head is read, and its own for visitors that it does not
   * name: what a visitor writes must not take it out of the count.
   */
  get countedAddress(): string | null {
    if (!this.isProxied || this.#named) return this.address;
    return this.#named === null ? null : showAddress(this.#stream.remoteAddress) || UNIX;
  }

  /** Whether the visitor's connection is encrypted, up to this server or to its trusted proxy. */
  get isSecure(): boolean {
    return this.#isSecure;
  }

  /** Takes a trusted proxy's word from the head of the request; any other's headers are not looked at. */
  read(head: Pick<HeadReader, 'values'>): void {
    if (!this.isProxied) return;
    const values = head.values(this.#header);
    const hops = this.#header === 'forwarded' ? forwarded(values) : forwardedFor(values);
    let proto = this.#header === 'forwarded' ? '' : forwardedProto(head.values('x-forwarded-proto'));
    // The last entry that no trusted proxy has; the first of all when trusted proxies have all of them.
    for (const hop of hops) {
      this.#named = hop.address;
      if (this.#header === 'forwarded') proto = hop.proto;
      if (!this.#proxies.trusts(hop.address)) break;
    }
    this.#named ??= showAddress(this.#stream.remoteAddress);
    if (proto !== '') this.#isSecure = proto === 'https' || proto === 'wss';
  }
}

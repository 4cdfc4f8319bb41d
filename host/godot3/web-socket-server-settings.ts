// The properties of WebSocketServer: defaults, checks and messages. What the server does with them is told in
// web-socket-server.ts.

import { requireInstance, requireMilliseconds, requireString, requireStringArray } from '../binding/arguments.js';
import { printError } from '../binding/error-handler.js';
import type { float } from '../binding/types.js';
import { CryptoKey } from '../godot4/crypto-key.js';
import { TLSOptions } from '../godot4/tls-options.js';
import { changeable } from '../godot4/websocket/setting-accessors.js';
import { certificateText, X509Certificate } from '../godot4/x509-certificate.js';
import { SETTINGS } from '../protocol/connection-settings.js';
import { checkHandshakeHeaders } from '../protocol/handshake-rules.js';
import { parseAddress, showAddress } from '../transport/address.js';
import { WebSocketMultiplayerPeer } from './web-socket-multiplayer-peer.js';

const ANY_ADDRESS = '*';
const DEFAULT_TIMEOUT_MS = 3000;

/** @internal */
export abstract class WebSocketServerSettings extends WebSocketMultiplayerPeer {
  #bindIp = ANY_ADDRESS;
  #privateKey: CryptoKey | null = null;
  #certificate: X509Certificate | null = null;
  #caChain: X509Certificate | null = null;

  constructor() {
    super();
    changeable(this).handshakeTimeoutMs = DEFAULT_TIMEOUT_MS;
  }

  /**
   * Address of this machine to listen on; `*`, as at start, for all. It reads back as Godot writes addresses:
   * `0:0:0:0:0:0:0:1` for `::1`.
   *
   * What is no address is refused with a message; so is any change while listening.
   */
  get bind_ip(): string {
    return this.#bindIp;
  }
  set bind_ip(ip: string) {
    this.set_bind_ip(ip);
  }
  get_bind_ip(): string {
    return this.#bindIp;
  }
  set_bind_ip(ip: string): void {
    requireString('ip', ip);
    if (!this.#mayChange('bind_ip')) return;
    if (ip === ANY_ADDRESS || parseAddress(ip) !== null) this.#bindIp = showAddress(ip);
    else printError(`bind_ip must be an address or "*", got "${ip}"; it stays "${this.#bindIp}"`, this);
  }

  /**
   * Key of `ssl_certificate`; null unless set. With both of them clients come by `wss://`.
   *
   * While listening a message is printed and the old one stays.
   *
   * @unlisted
   */
  get private_key(): CryptoKey | null {
    return this.#privateKey;
  }
  set private_key(key: CryptoKey | null) {
    this.set_private_key(key);
  }
  get_private_key(): CryptoKey | null {
    return this.#privateKey;
  }
  set_private_key(key: CryptoKey | null): void {
    if (key !== null) requireInstance('key', CryptoKey, key);
    if (this.#mayChange('private_key')) this.#privateKey = key;
  }

  /**
   * Certificate that the server shows; null unless set. With `private_key` clients come by `wss://`.
   *
   * While listening a message is printed and the old one stays.
   *
   * @unlisted
   */
  get ssl_certificate(): X509Certificate | null {
    return this.#certificate;
  }
  set ssl_certificate(certificate: X509Certificate | null) {
    this.set_ssl_certificate(certificate);
  }
  get_ssl_certificate(): X509Certificate | null {
    return this.#certificate;
  }
  set_ssl_certificate(certificate: X509Certificate | null): void {
    if (certificate !== null) requireInstance('certificate', X509Certificate, certificate);
    if (this.#mayChange('ssl_certificate')) this.#certificate = certificate;
  }

  /**
   * Certificates between `ssl_certificate` and an authority that clients trust; null unless set.
   *
   * While listening a message is printed and the old one stays.
   *
   * @unlisted
   */
  get ca_chain(): X509Certificate | null {
    return this.#caChain;
  }
  set ca_chain(ca_chain: X509Certificate | null) {
    this.set_ca_chain(ca_chain);
  }
  get_ca_chain(): X509Certificate | null {
    return this.#caChain;
  }
  set_ca_chain(ca_chain: X509Certificate | null): void {
    if (ca_chain !== null) requireInstance('ca_chain', X509Certificate, ca_chain);
    if (this.#mayChange('ca_chain')) this.#caChain = ca_chain;
  }

  /**
   * How long a client may take for TLS and handshake together, in seconds; 3 unless set. Kept in whole milliseconds.
   *
   * Zero and less are refused with a message.
   */
  get handshake_timeout(): float {
    return this.get_handshake_timeout();
  }
  set handshake_timeout(timeout: float) {
    this.set_handshake_timeout(timeout);
  }
  get_handshake_timeout(): float {
    return Math.fround(this[SETTINGS].handshakeTimeoutMs / 1000);
  }
  set_handshake_timeout(timeout: float): void {
    const timeoutMs = requireMilliseconds('timeout', timeout);
    if (timeoutMs >= 1) changeable(this).handshakeTimeoutMs = timeoutMs;
    else
      printError(`handshake_timeout must be above 0, got ${timeout}; it stays ${this.get_handshake_timeout()}`, this);
  }

  /**
   * Adds lines ("Name: value") to the answer that clients get, from the next one on.
   *
   * Lines that can't be sent, or that belong to the handshake, are refused with a message, and nothing is changed.
   */
  set_extra_headers(headers: string[] = []): void {
    const lines = requireStringArray('headers', headers);
    const reason = checkHandshakeHeaders(lines, 'server');
    if (reason === null) changeable(this).handshakeHeaders = lines;
    else printError(`set_extra_headers: ${reason.replace('handshake_headers: ', '')}`, this);
  }

  /**
   * Whether the server listens.
   *
   * @const
   */
  abstract is_listening(): boolean;

  /** What TLS shows; null without key and certificate. */
  protected tlsOptions(): TLSOptions | null {
    if (this.#privateKey === null || this.#certificate === null) return null;
    return TLSOptions.server(this.#privateKey, this.#caChain === null ? this.#certificate : this.#wholeChain());
  }

  #wholeChain(): X509Certificate {
    const parts = [this.#certificate, this.#caChain].map((part) => certificateText(part as X509Certificate));
    const chain = new X509Certificate();
    chain.load_from_string(parts.join('\n'));
    return chain;
  }

  #mayChange(property: string): boolean {
    if (!this.is_listening()) return true;
    printError(`${property}: not while listening; it stays as it is`, this);
    return false;
  }
}

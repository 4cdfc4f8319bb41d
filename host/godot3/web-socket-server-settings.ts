// Settings of a WebSocketServer: defaults, checks and messages.

import {
  requireInstance,
  requireInt,
  requireMilliseconds,
  requireString,
  requireStringArray,
} from '../binding/arguments.js';
import { printError } from '../binding/error-handler.js';
import { ERR_INVALID_PARAMETER, ERR_UNCONFIGURED, OK } from '../binding/errors.js';
import { CryptoKey } from '../godot4/crypto/crypto-key.js';
import { TLSOptions, tlsServerFault } from '../godot4/crypto/tls-options.js';
import { certificateText, X509Certificate } from '../godot4/crypto/x509-certificate.js';
import { changeable, type HasSettings } from '../godot4/websocket/setting-accessors.js';
import { checkHandshakeHeaders } from '../protocol/handshake-rules.js';
import { type Refusal, SETTINGS } from '../protocol/session.js';
import { parseAddress, showAddress } from '../transport/address.js';

const ANY_ADDRESS = '*';
const DEFAULT_TIMEOUT_MS = 3000;

/** The server, which holds the settings of its connections. */
export interface SettingsOwner extends HasSettings {
  is_listening(): boolean;
}

export class ServerSettings {
  readonly #owner: SettingsOwner;
  #bindIp = ANY_ADDRESS;
  #maxPeers = 0;
  #privateKey: CryptoKey | null = null;
  #certificate: X509Certificate | null = null;
  #caChain: X509Certificate | null = null;
  #replacement: TLSOptions | null = null;

  /** Sets the default `handshake_timeout` of a server in `owner`. */
  constructor(owner: SettingsOwner) {
    this.#owner = owner;
    changeable(owner).handshakeTimeoutMs = DEFAULT_TIMEOUT_MS;
  }

  get bindIp(): string {
    return this.#bindIp;
  }

  setBindIp(ip: string): void {
    requireString('ip', ip);
    if (!this.#mayChange('bind_ip')) return;
    if (ip === ANY_ADDRESS || parseAddress(ip) !== null) this.#bindIp = showAddress(ip);
    else this.#refuse(`bind_ip must be an address or "*", got "${ip}"; it stays "${this.#bindIp}"`);
  }

  /** Most clients; 0 for any number. */
  get maxPeers(): number {
    return this.#maxPeers;
  }

  setMaxPeers(peers: number): void {
    if (requireInt('peers', peers) >= 0) this.#maxPeers = peers;
    else this.#refuse(`max_peers must be at least 0, got ${peers}; it stays ${this.#maxPeers}`);
  }

  get privateKey(): CryptoKey | null {
    return this.#privateKey;
  }

  setPrivateKey(key: CryptoKey | null): void {
    if (key !== null) requireInstance('key', CryptoKey, key);
    if (this.#mayChange('private_key')) this.#privateKey = key;
  }

  get certificate(): X509Certificate | null {
    return this.#certificate;
  }

  setCertificate(certificate: X509Certificate | null): void {
    if (certificate !== null) requireInstance('certificate', X509Certificate, certificate);
    if (this.#mayChange('ssl_certificate')) this.#certificate = certificate;
  }

  get caChain(): X509Certificate | null {
    return this.#caChain;
  }

  setCaChain(chain: X509Certificate | null): void {
    if (chain !== null) requireInstance('ca_chain', X509Certificate, chain);
    if (this.#mayChange('ca_chain')) this.#caChain = chain;
  }

  /** In seconds, as a 32-bit float. */
  get handshakeTimeout(): number {
    return Math.fround(this.#owner[SETTINGS].handshakeTimeoutMs / 1000);
  }

  setHandshakeTimeout(timeout: number): void {
    const timeoutMs = requireMilliseconds('timeout', timeout);
    if (timeoutMs >= 1) changeable(this.#owner).handshakeTimeoutMs = timeoutMs;
    else this.#refuse(`handshake_timeout must be above 0, got ${timeout}; it stays ${this.handshakeTimeout}`);
  }

  setExtraHeaders(headers: string[]): void {
    const lines = requireStringArray('headers', headers);
    const reason = checkHandshakeHeaders(lines, 'server');
    if (reason === null) changeable(this.#owner).handshakeHeaders = lines;
    else this.#refuse(`set_extra_headers: ${reason.replace('handshake_headers: ', '')}`);
  }

  /** Replaces key and certificate until `forgetTls`, of a server that listens with TLS. */
  replaceTls(options: TLSOptions, isListening: boolean): Refusal {
    const reason = tlsServerFault(requireInstance('options', TLSOptions, options));
    if (reason !== '') return { error: ERR_INVALID_PARAMETER, reason };
    if (!isListening || this.tlsOptions() === null) {
      return { error: ERR_UNCONFIGURED, reason: 'the server does not listen with TLS' };
    }
    this.#replacement = options;
    return { error: OK, reason };
  }

  forgetTls(): void {
    this.#replacement = null;
  }

  /** Options for TLS; null without key and certificate. */
  tlsOptions(): TLSOptions | null {
    if (this.#replacement !== null) return this.#replacement;
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
    if (!this.#owner.is_listening()) return true;
    this.#refuse(`${property} can't change while listening; it stays as it is`);
    return false;
  }

  #refuse(message: string): void {
    printError(message, this.#owner);
  }
}

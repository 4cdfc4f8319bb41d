// Godot's TLSOptions, and their conversion to the platform's settings.

import { sockets } from '#platform';
import { requireInstance, requireString } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { TLSOptionsInfo } from '../../binding/class-infos.generated.js';
import { printWarning } from '../../binding/error-handler.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import { RefCounted } from '../../binding/ref-counted.js';
import type { TlsClientSettings, TlsServerSettings } from '../../transport/platform.js';
import { CryptoKey, keyTexts } from './crypto-key.js';
import { certificateText, X509Certificate } from './x509-certificate.js';

interface Options {
  readonly kind: 'client' | 'unsafe client' | 'server';
  readonly trustedChain: X509Certificate | null;
  readonly commonName: string;
  readonly key: CryptoKey | null;
  readonly certificate: X509Certificate | null;
}

const NONE = { trustedChain: null, commonName: '', key: null, certificate: null };
const PASSWORD = Symbol('only the static methods make options');

/**
 * Settings of a TLS connection: what a client verifies, what a server presents.
 *
 * Created by `client`, `client_unsafe` and `server`, and immutable. Their arguments are not checked at once: errors
 * show when the options are used.
 *
 * **Note:** without effect in a page, whose browser decides what it verifies; a warning says so.
 *
 * @abstract
 */
export class TLSOptions extends RefCounted {
  readonly #options: Options;

  /** @internal Only for the static methods. */
  constructor(password: symbol, options: Options) {
    super();
    if (password !== PASSWORD) {
      throw new TypeError('TLSOptions is made by TLSOptions.client, client_unsafe or server, not by new');
    }
    this.#options = options;
  }

  override [CLASS_INFO](): ClassInfo {
    return TLSOptionsInfo();
  }

  /**
   * Options of a client that verifies the server's certificate and its name.
   *
   * `trusted_chain` replaces the list of authorities to trust; a self-signed certificate is trusted by itself in it.
   * `common_name_override`, when not empty, is the name that the certificate must have instead of the host's, for a
   * server that is reached by an address for example.
   *
   * **Note:** without `trusted_chain` the runtime's list is used; Node adds the file in NODE_EXTRA_CA_CERTS to it.
   */
  static client(trusted_chain: X509Certificate | null = null, common_name_override = ''): TLSOptions {
    const trustedChain = optional('trusted_chain', X509Certificate, trusted_chain);
    const commonName = requireString('common_name_override', common_name_override);
    return new TLSOptions(PASSWORD, { ...NONE, kind: 'client', trustedChain, commonName });
  }

  /**
   * Options of a client that does not verify the name, and without `trusted_chain` nothing at all.
   *
   * Attackers on the network can then read and change all data: for tests only. Each use is reported as a warning.
   */
  static client_unsafe(trusted_chain: X509Certificate | null = null): TLSOptions {
    const trustedChain = optional('trusted_chain', X509Certificate, trusted_chain);
    return new TLSOptions(PASSWORD, { ...NONE, kind: 'unsafe client', trustedChain });
  }

  /** Options of a server that presents `certificate` (its own first, then those up to the root) with its `key`. */
  static server(key: CryptoKey | null, certificate: X509Certificate | null): TLSOptions {
    return new TLSOptions(PASSWORD, {
      ...NONE,
      kind: 'server',
      key: optional('key', CryptoKey, key),
      certificate: optional('certificate', X509Certificate, certificate),
    });
  }

  /**
   * Whether these are options of a server.
   *
   * @const
   */
  is_server(): boolean {
    return this.#options.kind === 'server';
  }

  /**
   * Whether these were made by `client_unsafe`.
   *
   * @const
   */
  is_unsafe_client(): boolean {
    return this.#options.kind === 'unsafe client';
  }

  /**
   * Name that the server's certificate must have instead of the host's; '' for the host's.
   *
   * @const
   */
  get_common_name_override(): string {
    return this.#options.commonName;
  }

  /**
   * Certificates that a client trusts; null for the runtime's own list, and for a server.
   *
   * @const
   */
  get_trusted_ca_chain(): X509Certificate | null {
    return this.#options.trustedChain;
  }

  /**
   * The server's key; null for a client.
   *
   * @const
   */
  get_private_key(): CryptoKey | null {
    return this.#options.key;
  }

  /**
   * The certificate that the server presents; null for a client.
   *
   * @const
   */
  get_own_certificate(): X509Certificate | null {
    return this.#options.certificate;
  }
}

/** Settings of a client with `options` (null: the defaults) for `host`. Warns about unsafe ones. */
export function tlsClientSettings(options: TLSOptions | null, host: string): TlsClientSettings {
  const chain = options?.get_trusted_ca_chain() ?? null;
  const unsafe = options?.is_unsafe_client() ?? false;
  if (unsafe) {
    const unchecked = chain === null ? 'neither the certificate nor the name' : 'the certificate but not the name';
    printWarning(`TLS: ${unchecked} of ${host} is verified (TLSOptions.client_unsafe)`);
  }
  return {
    trustedChain: chain === null ? null : certificateText(chain),
    verifyChain: !unsafe || chain !== null,
    verifyName: !unsafe,
    serverName: options?.get_common_name_override() || host,
  };
}

/** Settings of a server with `options`; null without key or certificate, and for a client's options. */
export function tlsServerSettings(options: TLSOptions): TlsServerSettings | null {
  const key = options.get_private_key();
  const certificate = options.get_own_certificate();
  if (!options.is_server() || key === null || certificate === null) return null;
  const privatePem = keyTexts(key)?.privatePem ?? null;
  const chain = certificateText(certificate);
  return privatePem === null || chain === '' ? null : { key: privatePem, certificate: chain };
}

function optional<T>(name: string, type: abstract new (...args: never[]) => T, value: T | null): T | null {
  return value === null ? null : requireInstance(name, type, value);
}

/** Why a server can't use `options`, '' when it can. */
export function tlsServerFault(options: TLSOptions): string {
  if (!options.is_server()) return 'options are options of a client';
  const settings = tlsServerSettings(options);
  if (settings === null) return 'options need a private key and a certificate';
  const fault = sockets.tlsServerFault?.(settings) ?? '';
  return fault === '' ? '' : `key and certificate can't be used: ${fault}`;
}

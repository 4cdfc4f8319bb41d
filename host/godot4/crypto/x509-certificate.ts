// Godot's X509Certificate: loading and saving of a chain of certificates. The platform parses certificates.

import { cryptography, files } from '#platform';
import { requireString } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { X509CertificateInfo } from '../../binding/class-infos.generated.js';
import { refuse } from '../../binding/error-handler.js';
import { ERR_INVALID_PARAMETER, FAILED, type GodotError, OK } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import { Resource } from '../io/resource.js';

const EMPTY = '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n';
const encoder = new TextEncoder();

let textOf: (certificate: X509Certificate) => string;

/** The certificates as PEM text, '' when there are none. */
export function certificateText(certificate: X509Certificate): string {
  return textOf(certificate);
}

/**
 * An X.509 certificate, or a chain of them.
 *
 * Servers present one to their clients (`TLSOptions.server`), clients trust one (`TLSOptions.client`). Several
 * certificates in one file or text are kept as a chain, in their order.
 *
 * **Note:** a page has no files: only `load_from_string` works there, and the browser decides which servers it trusts.
 */
export class X509Certificate extends Resource {
  #pem = '';

  static {
    textOf = (certificate) => certificate.#pem;
  }

  override [CLASS_INFO](): ClassInfo {
    return X509CertificateInfo();
  }

  /**
   * Loads the file at `path`, PEM or DER.
   *
   * Returns ERR_INVALID_PARAMETER when the file can't be read, FAILED when it contains no certificate; what was
   * loaded before is kept then.
   */
  load(path: string): GodotError {
    const source = files.readFile(requireString('path', path));
    if (source === null) return refuse(ERR_INVALID_PARAMETER, `load: can't read the file "${path}"`, this);
    return this.#parse('load', source);
  }

  /** Saves to the file at `path`, as PEM. Returns ERR_INVALID_PARAMETER when it can't be written. */
  save(path: string): GodotError {
    if (files.writeFile(requireString('path', path), this.save_to_string(), false)) return OK;
    return refuse(ERR_INVALID_PARAMETER, `save: can't write the file "${path}"`, this);
  }

  /**
   * Loads PEM text. Returns FAILED when it contains no certificate; what was loaded before is kept then.
   *
   * @since 4
   */
  load_from_string(string: string): GodotError {
    return this.#parse('load_from_string', encoder.encode(requireString('string', string)));
  }

  /**
   * The certificates as PEM text; without any, the first and last line of one.
   *
   * @since 4
   */
  save_to_string(): string {
    return this.#pem === '' ? EMPTY : this.#pem;
  }

  #parse(method: string, source: Uint8Array): number {
    const pem = cryptography.parseCertificates(source);
    if (pem === null) return refuse(FAILED, `${method}: there is no readable certificate`, this);
    this.#pem = pem;
    return OK;
  }
}

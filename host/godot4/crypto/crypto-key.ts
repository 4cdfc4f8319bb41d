// Godot's CryptoKey: loading and saving of a key pair. The platform parses keys.

import { cryptography, files } from '#platform';
import { requireBool, requireString } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { CryptoKeyInfo } from '../../binding/class-infos.generated.js';
import { printError, refuse } from '../../binding/error-handler.js';
import { ERR_INVALID_PARAMETER, FAILED, type GodotError, OK } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import type { KeyTexts } from '../../transport/cryptography.js';
import { Resource } from '../io/resource.js';

const encoder = new TextEncoder();

let textsOf: (key: CryptoKey) => KeyTexts | null;

/** The key as PEM texts; null when the object is empty. */
export function keyTexts(key: CryptoKey): KeyTexts | null {
  return textsOf(key);
}

/**
 * A private key with its public half, or the public half alone.
 *
 * RSA and elliptic curve keys are read and written as PEM; DER is read from files, too.
 *
 * **Note:** a page has neither keys nor files: loading fails there.
 */
export class CryptoKey extends Resource {
  #texts: KeyTexts | null = null;

  static {
    textsOf = (key) => key.#texts;
  }

  override [CLASS_INFO](): ClassInfo {
    return CryptoKeyInfo();
  }

  /**
   * Loads the file at `path`, a public key when `public_only` is set.
   *
   * Returns ERR_INVALID_PARAMETER when the file can't be read, FAILED when it contains no such key; what was loaded
   * before is kept then.
   */
  load(path: string, public_only = false): GodotError {
    requireBool('public_only', public_only);
    const source = files.readFile(requireString('path', path));
    if (source === null) return refuse(ERR_INVALID_PARAMETER, `load: can't read the file "${path}"`, this);
    return this.#parse('load', source, public_only);
  }

  /**
   * Saves to the file at `path` as PEM, only the public half when `public_only` is set.
   *
   * Returns ERR_INVALID_PARAMETER when the file can't be written, FAILED when there is no such key.
   *
   * **Note:** a file with a private key is readable by its owner only.
   */
  save(path: string, public_only = false): GodotError {
    requireString('path', path);
    const text = this.#text(requireBool('public_only', public_only));
    if (text === null) return refuse(FAILED, `save: there is no ${public_only ? 'public' : 'private'} key`, this);
    if (files.writeFile(path, text, !public_only)) return OK;
    return refuse(ERR_INVALID_PARAMETER, `save: can't write the file "${path}"`, this);
  }

  /**
   * Whether the private half is missing; also when there is no key at all.
   *
   * @const
   */
  is_public_only(): boolean {
    return (this.#texts?.privatePem ?? null) === null;
  }

  /** The key as PEM, only the public half when `public_only` is set; '' with a message when there is no such key. */
  save_to_string(public_only = false): string {
    const text = this.#text(requireBool('public_only', public_only));
    if (text === null) printError(`save_to_string: there is no ${public_only ? 'public' : 'private'} key`, this);
    return text ?? '';
  }

  /**
   * Loads PEM text, a public key when `public_only` is set. Returns FAILED when it contains no such key; what was
   * loaded before is kept then.
   */
  load_from_string(string_key: string, public_only = false): GodotError {
    requireBool('public_only', public_only);
    return this.#parse('load_from_string', encoder.encode(requireString('string_key', string_key)), public_only);
  }

  #text(publicOnly: boolean): string | null {
    const texts = this.#texts;
    if (texts === null) return null;
    return publicOnly ? texts.publicPem : texts.privatePem;
  }

  #parse(method: string, source: Uint8Array, publicOnly: boolean): number {
    const texts = cryptography.parseKey(source, publicOnly);
    if (texts === null)
      return refuse(FAILED, `${method}: there is no readable ${publicOnly ? 'public' : 'private'} key`, this);
    this.#texts = texts;
    return OK;
  }
}

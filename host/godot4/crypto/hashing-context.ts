// Godot's HashingContext: a hash of data in parts.

import { cryptography } from '#platform';
import { requireBytes, requireInt } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { HashingContextInfo } from '../../binding/class-infos.generated.js';
import { printError, refuse } from '../../binding/error-handler.js';
import {
  ERR_ALREADY_IN_USE,
  ERR_UNAVAILABLE,
  ERR_UNCONFIGURED,
  FAILED,
  type GodotError,
  OK,
} from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import { RefCounted } from '../../binding/ref-counted.js';
import { type ConstantsOf, defineConstants } from '../../binding/signal.js';
import type { Bytes } from '../../binding/types.js';
import type { Hash, HashName } from '../../transport/cryptography.js';

/** The type of HashingContext.HashType. */
export type HashType = HashingContext.HashType;

const HASHES: readonly { readonly name: HashName; readonly bytes: number }[] = [
  { name: 'md5', bytes: 16 },
  { name: 'sha1', bytes: 20 },
  { name: 'sha256', bytes: 32 },
];

/** Name and length of a hash of that type; null with a message when there is no such type. */
export function hashOfType(
  method: string,
  argument: string,
  type: HashingContext.HashType,
): (typeof HASHES)[number] | null {
  const found = HASHES[requireInt(argument, type)] ?? null;
  if (found === null) printError(`${method}: ${argument} is ${type}, which is no HashingContext.HashType (0 to 2)`);
  return found;
}

export interface HashingContext extends ConstantsOf<typeof HashingContext> {}

export namespace HashingContext {
  /** Kind of hash: one of HASH_MD5, HASH_SHA1, HASH_SHA256. */
  export type HashType = 0 | 1 | 2;
}

/**
 * A hash of data that comes in parts.
 *
 * Call `start`, `update` with each part, and `finish` for the hash. It can be started again afterwards.
 *
 * ```js
 * const context = new HashingContext();
 * context.start(HashingContext.HASH_SHA256);
 * context.update(bytes);
 * const hash = context.finish(); // 32 bytes
 * ```
 *
 * **Note:** in a page `start` returns ERR_UNAVAILABLE: a browser's own hashes do not answer at once.
 */
export class HashingContext extends RefCounted {
  /** MD5, 16 bytes. **Note:** insecure; only for compatibility. */
  static readonly HASH_MD5 = 0;
  /** SHA-1, 20 bytes. **Note:** insecure; only for compatibility. */
  static readonly HASH_SHA1 = 1;
  /** SHA-256, 32 bytes. */
  static readonly HASH_SHA256 = 2;
  /** The kinds of hashes. */
  static readonly HashType = Object.freeze({
    HASH_MD5: HashingContext.HASH_MD5,
    HASH_SHA1: HashingContext.HASH_SHA1,
    HASH_SHA256: HashingContext.HASH_SHA256,
  });

  static {
    defineConstants(this);
  }

  #hash: Hash | null = null;

  override [CLASS_INFO](): ClassInfo {
    return HashingContextInfo(HashingContext);
  }

  /**
   * Begins a hash of the given type.
   *
   * Returns ERR_ALREADY_IN_USE when one is under way, ERR_UNAVAILABLE when there is no such type.
   */
  start(type: HashingContext.HashType): GodotError {
    requireInt('type', type);
    if (this.#hash !== null) return refuse(ERR_ALREADY_IN_USE, 'start: a hash is under way, finish() it first', this);
    const found = hashOfType('start', 'type', type);
    if (found === null) return ERR_UNAVAILABLE;
    this.#hash = cryptography.hash(found.name);
    if (this.#hash !== null) return OK;
    printError(`start: this runtime has no ${found.name} that answers at once`, this);
    return ERR_UNAVAILABLE;
  }

  /** Adds `chunk`. Returns ERR_UNCONFIGURED before `start`, FAILED for no bytes at all. */
  update(chunk: Bytes): GodotError {
    const bytes = requireBytes('chunk', chunk);
    if (this.#hash === null) return refuse(ERR_UNCONFIGURED, 'update: no hash was started, call start() first', this);
    if (bytes.length === 0) return refuse(FAILED, 'update: the chunk is empty', this);
    this.#hash.update(bytes);
    return OK;
  }

  /** Ends the hash and returns it; no bytes before `start`. */
  finish(): Uint8Array {
    const hash = this.#hash;
    if (hash === null) printError('finish: no hash was started, call start() first', this);
    this.#hash = null;
    return hash?.digest() ?? new Uint8Array();
  }
}

// Godot's Crypto: argument checks and results of keys, certificates, signatures and encryption. The platform computes,
// see host/transport/cryptography.ts.

import { cryptography } from '#platform';
import { requireBytes, requireInstance, requireInt, requireString } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { CryptoInfo } from '../../binding/class-infos.generated.js';
import { printError } from '../../binding/error-handler.js';
import { OK } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import { RefCounted } from '../../binding/ref-counted.js';
import type { Bytes, int32 } from '../../binding/types.js';
import { selfSignedCertificate } from '../../certificates/self-signed-certificate.js';
import type { HashName, KeyTexts } from '../../transport/cryptography.js';
import { CryptoKey, keyTexts } from './crypto-key.js';
import { HashingContext, hashOfType } from './hashing-context.js';
import { X509Certificate } from './x509-certificate.js';

const MIN_RSA_BITS = 1024;
const MAX_RANDOM_BYTES = 0x7fff_ffff;
/** Fewest bytes of padding of an encrypted message, RFC 8017 §7.2.1. */
const PADDING_BYTES = 11;

/**
 * Cryptography: random bytes, keys and certificates, signatures, encryption.
 *
 * A key and a certificate for your server:
 *
 * ```js
 * const crypto = new Crypto();
 * const key = crypto.generate_rsa(4096);
 * const certificate = crypto.generate_self_signed_certificate(key, 'CN=localhost,O=myorganisation,C=IT');
 * const options = TLSOptions.server(key, certificate);
 * ```
 *
 * Signatures and encrypted messages are those of the engine: RSA with the padding of PKCS #1 v1.5, ECDSA in DER for
 * keys of the curves P-256, P-384, P-521 and secp256k1.
 *
 * **Note:** do not confuse it with the runtime's global object `crypto` and type `Crypto`.
 *
 * **Note:** in a page only `generate_random_bytes` and `constant_time_compare` work; the rest prints, since a browser's
 * own functions do not answer at once.
 */
export class Crypto extends RefCounted {
  override [CLASS_INFO](): ClassInfo {
    return CryptoInfo();
  }

  /** `size` unpredictable random bytes; none, with a message, when `size` is negative. */
  generate_random_bytes(size: int32): Uint8Array {
    if (requireInt('size', size) < 0 || size > MAX_RANDOM_BYTES) {
      return nothing(`generate_random_bytes: size is ${size}, it must be 0 to ${MAX_RANDOM_BYTES}`);
    }
    const bytes = new Uint8Array(size);
    cryptography.fillRandom(bytes);
    return bytes;
  }

  /**
   * Makes an RSA key of `size` bits: 2048 or 4096 for most uses.
   *
   * Returns null when `size` is below 1024, above 16384 or odd.
   *
   * **Note:** blocks the program meanwhile, for 4096 bits about a second.
   */
  generate_rsa(size: int32): CryptoKey | null {
    const isPossible = requireInt('size', size) >= MIN_RSA_BITS && size % 2 === 0;
    const texts = isPossible ? cryptography.generateRsa(size) : null;
    const key = new CryptoKey();
    if (texts?.privatePem != null && key.load_from_string(texts.privatePem) === OK) return key;
    printError(`generate_rsa: size is ${size}, it must be an even number of bits from ${MIN_RSA_BITS} to 16384`, this);
    return null;
  }

  /**
   * Makes a certificate for `key` that is signed with it: a server can show it, a client can trust it as it is.
   *
   * `issuer_name` is a list of attributes: CN (the server's host name), O, OU, C, L, ST, emailAddress and others; a
   * backslash escapes a comma in a value. `not_before` and `not_after` are times in UTC, as YYYYMMDDhhmmss.
   *
   * Returns null, and prints why, when the key has no private half or one of the texts can't be read.
   *
   * **Note:** as in the engine, the name is in the subject only. Browsers look for it in an extension that such a
   * certificate does not have, as does Node for addresses: use a host name for clients in Node.
   */
  generate_self_signed_certificate(
    key: CryptoKey | null,
    issuer_name = 'CN=myserver,O=myorganisation,C=IT',
    not_before = '20140101000000',
    not_after = '20340101000000',
  ): X509Certificate | null {
    requireString('issuer_name', issuer_name);
    requireString('not_before', not_before);
    requireString('not_after', not_after);
    const method = 'generate_self_signed_certificate';
    const texts = requireKey(method, key);
    if (texts === null) return null;
    const made = selfSignedCertificate(texts, issuer_name, { not_before, not_after }, cryptography);
    const certificate = new X509Certificate();
    if (!(made instanceof Error) && certificate.load_from_string(made.pem) === OK) return certificate;
    if (made instanceof Error) printError(`${method}: ${made.message}`, this);
    return null;
  }

  /**
   * Signs `hash`, which was made with `hash_type`, with the private half of `key`.
   *
   * Returns no bytes, and prints why, when the hash is not as long as its type says or the key can't sign.
   */
  sign(hash_type: HashingContext.HashType, hash: Bytes, key: CryptoKey | null): Uint8Array {
    const bytes = requireBytes('hash', hash);
    const name = requireHash('sign', hash_type, bytes);
    const texts = requireKey('sign', key);
    if (name === null || texts === null) return new Uint8Array();
    if (texts.privatePem === null) return nothing('sign: the key has no private half');
    const signature = cryptography.signHash(name, bytes, texts.privatePem);
    return signature ?? nothing('sign: the key can not sign (it must be one of RSA or of a known elliptic curve)');
  }

  /**
   * Whether `signature` was made for `hash` with the private half of `key`; the public half is enough.
   *
   * A signature that is wrong in any way is false without a message. False with a message: the hash is not as long as
   * its type says, or there is no key.
   */
  verify(hash_type: HashingContext.HashType, hash: Bytes, signature: Bytes, key: CryptoKey | null): boolean {
    const bytes = requireBytes('hash', hash);
    const signed = requireBytes('signature', signature);
    const name = requireHash('verify', hash_type, bytes);
    if (name === null) return false;
    if (key === null) {
      printError('verify: the key is null', this);
      return false;
    }
    const texts = keyTexts(requireInstance('key', CryptoKey, key));
    return texts !== null && cryptography.verifyHash(name, bytes, signed, texts.publicPem);
  }

  /**
   * Encrypts `plaintext` for the owner of `key`, whose public half is enough. The result differs at each call.
   *
   * `plaintext` may have 11 bytes less than the key: 245 with a key of 2048 bits, for a result of 256. Returns no
   * bytes, and prints why, when it is longer or when the key is not an RSA key.
   */
  encrypt(key: CryptoKey | null, plaintext: Bytes): Uint8Array {
    const message = requireBytes('plaintext', plaintext);
    const texts = requireKey('encrypt', key);
    if (texts === null) return new Uint8Array();
    const limit = (cryptography.rsaBytes(texts.publicPem) ?? 0) - PADDING_BYTES;
    if (limit < 0) return nothing('encrypt: the key is not one of RSA');
    if (message.length > limit) return nothing(`encrypt: ${message.length} bytes, this key takes ${limit} at most`);
    return cryptography.encrypt(message, texts.publicPem) ?? nothing('encrypt: the key can not encrypt');
  }

  /**
   * Decrypts what was encrypted for `key`.
   *
   * Returns no bytes, and prints a message, when `ciphertext` was not, or the key has no private half.
   *
   * **Note:** don't reveal to strangers whether this fails for their messages: with many attempts they can decrypt
   * messages to others (RFC 8017 §7.2).
   */
  decrypt(key: CryptoKey | null, ciphertext: Bytes): Uint8Array {
    const encrypted = requireBytes('ciphertext', ciphertext);
    const texts = requireKey('decrypt', key);
    if (texts === null) return new Uint8Array();
    if (texts.privatePem === null) return nothing('decrypt: the key has no private half');
    const message = cryptography.decrypt(encrypted, texts.privatePem);
    return message ?? nothing(`decrypt: these ${encrypted.length} bytes were not encrypted for this key`);
  }

  /**
   * The keyed hash (HMAC) of `msg`: an owner of the same `key` can verify that it was not changed.
   *
   * `hash_type` is `HashingContext.HASH_SHA256` (32 bytes) or `HASH_SHA1` (20 bytes). Returns no bytes, and prints
   * why, for another type and when `key` or `msg` is empty.
   */
  hmac_digest(hash_type: HashingContext.HashType, key: Bytes, msg: Bytes): Uint8Array {
    const secret = requireBytes('key', key);
    const message = requireBytes('msg', msg);
    const found = hashOfType('hmac_digest', 'hash_type', hash_type);
    if (found === null) return new Uint8Array();
    if (hash_type === HashingContext.HASH_MD5) return nothing('hmac_digest: hash_type may not be HASH_MD5');
    if (secret.length === 0) return nothing('hmac_digest: the key is empty');
    if (message.length === 0) return nothing('hmac_digest: msg is empty');
    const digest = cryptography.hmac(found.name, secret, message);
    return digest ?? nothing(`hmac_digest: this runtime has no ${found.name} that answers at once`);
  }

  /**
   * Whether both are the same bytes, in a time that does not reveal how many bytes are equal.
   *
   * For secrets that an attacker could otherwise guess byte by byte. Their lengths are not kept secret.
   */
  constant_time_compare(trusted: Bytes, received: Bytes): boolean {
    return cryptography.areEqual(requireBytes('trusted', trusted), requireBytes('received', received));
  }
}

/** The texts of `key`; null with a message when it is null or nothing was loaded into it. */
function requireKey(method: string, key: CryptoKey | null): KeyTexts | null {
  const texts = key === null ? null : keyTexts(requireInstance('key', CryptoKey, key));
  if (texts === null) printError(`${method}: ${key === null ? 'the key is null' : 'the key is empty'}`);
  return texts;
}

/** Name of the hash; null with a message for an unknown type, or when `hash` has another length. */
function requireHash(method: string, type: HashingContext.HashType, hash: Uint8Array): HashName | null {
  const found = hashOfType(method, 'hash_type', type);
  if (found === null || hash.length === found.bytes) return found?.name ?? null;
  printError(`${method}: the hash has ${hash.length} bytes, one of ${found.name} has ${found.bytes}`);
  return null;
}

function nothing(message: string): Uint8Array {
  printError(message);
  return new Uint8Array();
}

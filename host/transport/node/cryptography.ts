// Randomness, hashes and RSA by node:crypto. Elliptic curves and certificates are in other files.
import type { KeyObject } from 'node:crypto';
import type { Cryptography, HashName } from '../cryptography.js';
import { cryptoModule } from './builtins.js';
import { parseCertificates, parseKey } from './certificates.js';
import { signWithCurve, verifyWithCurve } from './elliptic-curves.js';

/** Longest key that OpenSSL generates. */
const MAX_RSA_BITS = 16_384;

/** DigestInfo up to the hash itself, RFC 8017 §9.2 note 1: SEQUENCE { SEQUENCE { OID, NULL }, OCTET STRING }. */
const DIGEST_INFOS: Readonly<Record<HashName, string>> = {
  md5: '3020300c06082a864886f70d020505000410',
  sha1: '3021300906052b0e03021a05000414',
  sha256: '3031300d060960864801650304020105000420',
};

/** Shortest padding of an encrypted message, with the bytes 00 02 before and 00 after it (RFC 8017 §7.2.1). */
const MIN_ENCRYPTION_PADDING = 8 + 3;

export const cryptography: Cryptography = {
  fillRandom(bytes) {
    cryptoModule().randomFillSync(bytes);
  },

  sha1: (bytes) => cryptoModule().createHash('sha1').update(bytes).digest(),

  parseCertificates,
  parseKey,

  hash(name) {
    const hash = orNull(() => cryptoModule().createHash(name));
    if (hash === null) return null; // OpenSSL's FIPS mode has no MD5
    return {
      update: (part) => void hash.update(part),
      digest: () => plain(hash.digest()),
    };
  },

  hmac: (name, key, message) => orNull(() => plain(cryptoModule().createHmac(name, key).update(message).digest())),

  areEqual: (trusted, received) =>
    trusted.length === received.length && cryptoModule().timingSafeEqual(trusted, received),

  generateRsa(bits) {
    if (bits > MAX_RSA_BITS) return null;
    return orNull(() => {
      const pair = cryptoModule().generateKeyPairSync('rsa', {
        modulusLength: bits,
        privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
        publicKeyEncoding: { type: 'spki', format: 'pem' },
      });
      return { privatePem: pair.privateKey, publicPem: pair.publicKey };
    });
  },

  rsaBytes(publicPem) {
    const key = publicKey(publicPem);
    return key === null ? null : modulusBytes(key);
  },

  signHash(name, hash, privatePem) {
    const key = privateKey(privatePem);
    if (key === null) return null;
    if (modulusBytes(key) === null) return orNull(() => signWithCurve(key, name, hash));
    return orNull(() => plain(cryptoModule().privateEncrypt(withPadding(key), digestInfo(name, hash))));
  },

  verifyHash(name, hash, signature, publicPem) {
    const key = publicKey(publicPem);
    if (key === null) return false;
    const bytes = modulusBytes(key);
    if (bytes === null) return orNull(() => verifyWithCurve(key, name, hash, signature)) ?? false;
    if (signature.length !== bytes) return false;
    const signed = orNull(() => cryptoModule().publicDecrypt(withPadding(key), signature));
    return signed?.equals(digestInfo(name, hash)) ?? false;
  },

  signMessage(message, privatePem) {
    const key = privateKey(privatePem);
    if (key === null) return null;
    if (key.asymmetricKeyType !== 'rsa' && key.asymmetricKeyType !== 'ec') return null;
    return orNull(() => plain(cryptoModule().sign('sha256', message, key)));
  },

  encrypt(message, publicPem) {
    const key = publicKey(publicPem);
    if (key === null) return null;
    const bytes = modulusBytes(key);
    if (bytes === null || message.length > bytes - MIN_ENCRYPTION_PADDING) return null;
    return orNull(() => plain(cryptoModule().publicEncrypt(withPadding(key), message)));
  },

  decrypt(encrypted, privatePem) {
    const key = privateKey(privatePem);
    if (key === null) return null;
    if (modulusBytes(key) !== encrypted.length) return null;
    const padding = cryptoModule().constants.RSA_NO_PADDING;
    const padded = orNull(() => cryptoModule().privateDecrypt({ key, padding }, encrypted));
    return padded === null ? null : unpadded(padded);
  },
};

/** Null when this runtime can't read the key, which another has written. */
function privateKey(pem: string): KeyObject | null {
  return orNull(() => cryptoModule().createPrivateKey(pem));
}

function publicKey(pem: string): KeyObject | null {
  return orNull(() => cryptoModule().createPublicKey(pem));
}

function withPadding(key: KeyObject): { key: KeyObject; padding: number } {
  return { key, padding: cryptoModule().constants.RSA_PKCS1_PADDING };
}

function digestInfo(name: HashName, hash: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(DIGEST_INFOS[name], 'hex'), hash]);
}

/** Excludes RSA-PSS keys, which must not be used with the padding of PKCS #1 v1.5. */
function modulusBytes(key: KeyObject): number | null {
  const bits = key.asymmetricKeyType === 'rsa' ? key.asymmetricKeyDetails?.modulusLength : undefined;
  return bits === undefined ? null : Math.ceil(bits / 8);
}

/**
 * The message in 00 02 [8 or more bytes, none 0] 00 [message], null when the padding is wrong.
 *
 * Runtimes differ here (some refuse to unpad, some return random bytes for a bad padding), so it is done
 * by hand. The loop treats all bytes alike, so that its time does not reveal how long the padding was.
 */
function unpadded(padded: Uint8Array): Uint8Array | null {
  let wrong = (padded[0] as number) | ((padded[1] as number) ^ 2);
  let at = 0;
  let searching = -1;
  for (let i = 2; i < padded.length; i++) {
    const isZero = ((padded[i] as number) - 1) >> 31;
    at |= i & isZero & searching;
    searching &= ~isZero;
  }
  wrong |= searching | ((at - (MIN_ENCRYPTION_PADDING - 1)) >> 31);
  return wrong === 0 ? plain(padded.subarray(at + 1)) : null;
}

/** Copies to a Uint8Array: a Buffer may share its memory with others. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** Null when node:crypto throws, because the key does not support the operation. */
function orNull<T>(attempt: () => T): T | null {
  try {
    return attempt();
  } catch {
    return null;
  }
}

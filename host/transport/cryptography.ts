// Interface of a runtime's cryptography except TLS: randomness, keys, hashes, signatures, certificates. Keys and
// certificates are PEM texts.

/** A key pair as PEM texts; `privatePem` is null when only the public half is known. */
export interface KeyTexts {
  readonly privatePem: string | null;
  readonly publicPem: string;
}

export type HashName = 'md5' | 'sha1' | 'sha256';

/** A hash of data in parts; unusable after `digest`. */
export interface Hash {
  update(part: Uint8Array): void;
  digest(): Uint8Array;
}

/** Functions with a key return null when its kind (RSA or elliptic curve) does not support the operation. */
export interface Cryptography {
  fillRandom(bytes: Uint8Array): void;
  sha1(bytes: Uint8Array): Uint8Array;
  /** PEM text of all certificates in `source` (PEM or one in DER), null when one of them can't be read. */
  parseCertificates(source: Uint8Array): string | null;
  /** Reads a private key, or with `publicOnly` a public one; null when `source` (PEM or DER) is not such a key. */
  parseKey(source: Uint8Array, publicOnly: boolean): KeyTexts | null;
  /** Null, like the results of all that follows, where the runtime has no synchronous implementation. */
  hash(name: HashName): Hash | null;
  hmac(name: HashName, key: Uint8Array, message: Uint8Array): Uint8Array | null;
  /** Whether both are the same bytes, in a time that depends on their lengths only. */
  areEqual(trusted: Uint8Array, received: Uint8Array): boolean;
  /** A new RSA key; null when the runtime makes none of that many bits. */
  generateRsa(bits: number): KeyTexts | null;
  /** Bytes of an RSA key's modulus, which is the length of its ciphertexts; null for any other key. */
  rsaBytes(publicPem: string): number | null;
  /** Signs a given hash: RSASSA-PKCS1-v1_5, or ECDSA in DER. */
  signHash(name: HashName, hash: Uint8Array, privatePem: string): Uint8Array | null;
  verifyHash(name: HashName, hash: Uint8Array, signature: Uint8Array, publicPem: string): boolean;
  /** Signs a message by its SHA-256, in the same forms as `signHash`. */
  signMessage(message: Uint8Array, privatePem: string): Uint8Array | null;
  /** RSAES-PKCS1-v1_5; null also when the message is too long for the key, or the ciphertext is invalid. */
  encrypt(message: Uint8Array, publicPem: string): Uint8Array | null;
  decrypt(encrypted: Uint8Array, privatePem: string): Uint8Array | null;
}

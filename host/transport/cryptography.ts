// What a runtime must offer of cryptography beside TLS: randomness, keys, hashes, signatures, certificates. Interfaces
// only; keys and certificates are PEM texts.

/** A key pair as PEM texts; `privatePem` is null when only the public half is known. */
export interface KeyTexts {
  readonly privatePem: string | null;
  readonly publicPem: string;
}

export type HashName = 'md5' | 'sha1' | 'sha256';

/** A hash that is being made of parts; of no use any more after `digest`. */
export interface Hash {
  update(part: Uint8Array): void;
  digest(): Uint8Array;
}

/** What takes a key returns null when that is of the wrong kind: RSA keys and elliptic curve keys do different things. */
export interface Cryptography {
  fillRandom(bytes: Uint8Array): void;
  sha1(bytes: Uint8Array): Uint8Array;
  /** PEM text of all certificates in `source` (PEM or one in DER), null when one of them can't be read. */
  parseCertificates(source: Uint8Array): string | null;
  /** Reads a private key, or with `publicOnly` a public one; null when `source` (PEM or DER) is no such key. */
  parseKey(source: Uint8Array, publicOnly: boolean): KeyTexts | null;
  /** Null, like all that follows, where the runtime has nothing of the kind that answers at once. */
  hash(name: HashName): Hash | null;
  hmac(name: HashName, key: Uint8Array, message: Uint8Array): Uint8Array | null;
  /** Whether both are the same bytes, in a time that only depends on their lengths. */
  areEqual(trusted: Uint8Array, received: Uint8Array): boolean;
  /** A new RSA key; null when the runtime makes none of that many bits. */
  generateRsa(bits: number): KeyTexts | null;
  /** Length of an RSA key's modulus, and so of what it encrypts to, in bytes; null for any other key. */
  rsaBytes(publicPem: string): number | null;
  /** Signs a hash that was made before: RSASSA-PKCS1-v1_5, or ECDSA in DER. */
  signHash(name: HashName, hash: Uint8Array, privatePem: string): Uint8Array | null;
  verifyHash(name: HashName, hash: Uint8Array, signature: Uint8Array, publicPem: string): boolean;
  /** Signs a message by its SHA-256, in the same forms as `signHash`. */
  signMessage(message: Uint8Array, privatePem: string): Uint8Array | null;
  /** RSAES-PKCS1-v1_5; null also when the message is longer than the key takes, or what comes was never encrypted. */
  encrypt(message: Uint8Array, publicPem: string): Uint8Array | null;
  decrypt(encrypted: Uint8Array, privatePem: string): Uint8Array | null;
}

// ECDSA over a given hash, which node:crypto lacks: it always hashes the message itself. The arithmetic is from
// @noble/curves, hashes and randomness from node:crypto.
import type { KeyObject } from 'node:crypto';
import { ecdsa, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import type { HashName } from '../cryptography.js';
import { cryptoModule } from './builtins.js';

type Ecdsa = ReturnType<typeof ecdsa>;
type NobleHash = Parameters<typeof ecdsa>[1];

/** y² = x³ + ax + b modulo p, with n multiples of the point (Gx, Gy); h cofactors. */
interface CurveParameters {
  readonly p: bigint;
  readonly n: bigint;
  readonly h: bigint;
  readonly a: bigint;
  readonly b: bigint;
  readonly Gx: bigint;
  readonly Gy: bigint;
}

/** Parameters of SEC 2, by JWK's names. The library's modules create every curve at import, which slows the start. */
const CURVES: Readonly<Record<string, () => CurveParameters>> = {
  'P-256': () => ({
    p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    h: 1n,
    a: 0xffffffff00000001000000000000000000000000fffffffffffffffffffffffcn,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    Gx: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    Gy: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  }),
  'P-384': () => ({
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    n: 2n ** 384n - 0x389cb27e0bc8d220a7e5f24db74f58851313e695333ad68dn,
    h: 1n,
    a: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 4n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    Gx: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
    Gy: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
  }),
  'P-521': () => ({
    p: 2n ** 521n - 1n,
    n: 2n ** 521n - 0x5ae79787c40d069948033feb708f65a2fc44a36477663b851449048e16ec79bf7n,
    h: 1n,
    a: 2n ** 521n - 4n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    Gx: 0xc6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
    Gy: 0x11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
  }),
  secp256k1: () => ({
    p: 2n ** 256n - 2n ** 32n - 977n,
    n: 2n ** 256n - 0x14551231950b75fc4402da1732fc9bebfn,
    h: 1n,
    a: 0n,
    b: 7n,
    Gx: 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
    Gy: 0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
  }),
};

const HASH_BYTES: Readonly<Record<HashName, number>> = { md5: 16, sha1: 20, sha256: 32 };

/** The message is hashed already, and s may lie in either half of its range, as in OpenSSL and the engine. */
const AS_IT_IS = { prehash: false, lowS: false, format: 'der' } as const;

/** One instance per curve and hash, created at its first use. */
const made = new Map<string, Ecdsa>();

/**
 * The signature in DER, SEQUENCE { r, s }; null for an unsupported curve. It is deterministic
 * (RFC 6979, with an HMAC over hash `name`), and equals the engine's.
 */
export function signWithCurve(key: KeyObject, name: HashName, hash: Uint8Array): Uint8Array | null {
  const { crv = '', d = '' } = key.export({ format: 'jwk' });
  return ecdsaOf(crv, name)?.sign(hash, fromBase64(d), AS_IT_IS) ?? null;
}

/** False for a wrong signature, null for an unsupported curve. */
export function verifyWithCurve(
  key: KeyObject,
  name: HashName,
  hash: Uint8Array,
  signature: Uint8Array,
): boolean | null {
  const { crv = '', x = '', y = '' } = key.export({ format: 'jwk' });
  const point = Uint8Array.of(4, ...fromBase64(x), ...fromBase64(y)); // SEC 1 §2.3.3, uncompressed
  return ecdsaOf(crv, name)?.verify(signature, hash, point, AS_IT_IS) ?? null;
}

function ecdsaOf(curve: string, name: HashName): Ecdsa | null {
  const parameters = CURVES[curve];
  if (parameters === undefined) return null;
  const id = `${curve} ${name}`;
  const known = made.get(id);
  if (known !== undefined) return known;
  const fresh = ecdsa(weierstrass(parameters()), nobleHash(name), {
    hmac: (key: Uint8Array, message: Uint8Array) =>
      plain(cryptoModule().createHmac(name, key).update(message).digest()),
    randomBytes: (length = 32) => plain(cryptoModule().randomBytes(length)),
  });
  made.set(id, fresh);
  return fresh;
}

/** Stands in for the hash function, of which the library only needs the size: message and HMAC are given. */
function nobleHash(name: HashName): NobleHash {
  const unused = (): never => {
    throw new Error(`${name} is made by node:crypto`);
  };
  return Object.assign(unused, { create: unused, outputLen: HASH_BYTES[name], blockLen: 64, canXOF: false });
}

function fromBase64(text: string): Uint8Array {
  return plain(Buffer.from(text, 'base64url'));
}

/** As a plain Uint8Array: the library rejects a Buffer. */
function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

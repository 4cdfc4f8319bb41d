// ECDSA of a hash that was made before, which node:crypto does not offer: it always hashes by itself.
// What is secret is multiplied by OpenSSL (as a Diffie-Hellman key) or blinded; plain BigInts are for what is public.
import type { KeyObject } from 'node:crypto';
import { contentOf, der, derInteger, INTEGER, readDer, SEQUENCE } from '../der.js';
import { cryptoModule } from './builtins.js';

/** y² = x³ + ax + b modulo p, with n multiples of its base point. (SEC 2; the names are those of JWK and OpenSSL.) */
interface Curve {
  readonly opensslName: string;
  readonly p: bigint;
  readonly a: bigint;
  readonly n: bigint;
}

const CURVES: Readonly<Record<string, Curve>> = {
  'P-256': {
    opensslName: 'prime256v1',
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    a: -3n,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  'P-384': {
    opensslName: 'secp384r1',
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    a: -3n,
    n: 2n ** 384n - 0x389cb27e0bc8d220a7e5f24db74f58851313e695333ad68dn,
  },
  'P-521': {
    opensslName: 'secp521r1',
    p: 2n ** 521n - 1n,
    a: -3n,
    n: 2n ** 521n - 0x5ae79787c40d069948033feb708f65a2fc44a36477663b851449048e16ec79bf7n,
  },
  secp256k1: {
    opensslName: 'secp256k1',
    p: 2n ** 256n - 2n ** 32n - 977n,
    a: 0n,
    n: 2n ** 256n - 0x14551231950b75fc4402da1732fc9bebfn,
  },
};

/** A point by its coordinates. */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** The point (X / Z², Y / Z³), which spares a division for each sum; Z = 0 is the one at infinity. */
type Jacobian = readonly [X: bigint, Y: bigint, Z: bigint];

const INFINITY: Jacobian = [1n, 1n, 0n];

/** The signature in DER, SEQUENCE { r, s }; null when the key's curve is not known here. */
export function signWithCurve(key: KeyObject, hash: Uint8Array): Uint8Array | null {
  const { crv = '', d = '' } = key.export({ format: 'jwk' });
  const curve = CURVES[crv];
  if (curve === undefined) return null;
  for (;;) {
    const secret = randomBelow(curve.n);
    const blind = randomBelow(curve.n);
    const r = modulo(basePointTimes(curve, secret).x, curve.n);
    const blinded = modulo(blind * numberOf(hash) + modulo(blind * fromBase64(d), curve.n) * r, curve.n);
    const s = modulo(inverse(modulo(secret * blind, curve.n), curve.n) * blinded, curve.n);
    if (r !== 0n && s !== 0n) return der(SEQUENCE, derInteger(bytesOf(r)), derInteger(bytesOf(s)));
  }
}

/** False for a wrong signature, null when the key's curve is not known here. */
export function verifyWithCurve(key: KeyObject, hash: Uint8Array, signature: Uint8Array): boolean | null {
  const { crv = '', x = '', y = '' } = key.export({ format: 'jwk' });
  const curve = CURVES[crv];
  if (curve === undefined) return null;
  const [r, s] = readSignature(signature) ?? [0n, 0n];
  if (r <= 0n || r >= curve.n || s <= 0n || s >= curve.n) return false;
  const w = inverse(s, curve.n);
  const ofBase = modulo(numberOf(hash) * w, curve.n);
  const base = basePointTimes(curve, 1n);
  const point = twoMultiples(curve, [ofBase, base], [modulo(r * w, curve.n), { x: fromBase64(x), y: fromBase64(y) }]);
  return point !== null && modulo(point.x, curve.n) === r;
}

function readSignature(signature: Uint8Array): [bigint, bigint] | null {
  const numbers = readDer(contentOf(signature, SEQUENCE) ?? signature);
  if (numbers?.length !== 2 || numbers.some(({ tag, content }) => tag !== INTEGER || !isPositive(content))) return null;
  return numbers.map(({ content }) => numberOf(content)) as [bigint, bigint];
}

/** Whether the content of an INTEGER is above or at zero and no longer than need be. */
function isPositive([first, second]: Uint8Array): boolean {
  if (first === undefined || first >= 0x80) return false;
  return first !== 0 || second === undefined || second >= 0x80;
}

/** By OpenSSL, since `factor` may be a secret. */
function basePointTimes({ opensslName, p }: Curve, factor: bigint): Point {
  const multiplier = cryptoModule().createECDH(opensslName);
  multiplier.setPrivateKey(bytesOf(factor));
  const point = multiplier.getPublicKey();
  const length = Math.ceil(p.toString(16).length / 2);
  return { x: numberOf(point.subarray(1, 1 + length)), y: numberOf(point.subarray(1 + length)) };
}

/** The sum of two points, each taken as often as the number before it says; null at infinity. */
function twoMultiples(curve: Curve, [u, left]: [bigint, Point], [v, right]: [bigint, Point]): Point | null {
  const both = affine(curve, plus(curve, [left.x, left.y, 1n], right));
  let result = INFINITY;
  for (let bit = BigInt(curve.n.toString(2).length); bit-- > 0n; ) {
    result = doubled(curve, result);
    const ofLeft = (u >> bit) & 1n;
    const ofRight = (v >> bit) & 1n;
    const addend = ofLeft && ofRight ? both : ofLeft ? left : ofRight ? right : null;
    if (addend !== null) result = plus(curve, result, addend);
  }
  return affine(curve, result);
}

function doubled({ p, a }: Curve, [X, Y, Z]: Jacobian): Jacobian {
  const YY = modulo(Y * Y, p);
  const ZZ = modulo(Z * Z, p);
  const S = modulo(4n * X * YY, p);
  const M = modulo(3n * X * X + a * ZZ * ZZ, p);
  const X2 = modulo(M * M - 2n * S, p);
  return [X2, modulo(M * (S - X2) - 8n * YY * YY, p), modulo(2n * Y * Z, p)];
}

function plus(curve: Curve, [X, Y, Z]: Jacobian, { x, y }: Point): Jacobian {
  if (Z === 0n) return [x, y, 1n];
  const { p } = curve;
  const ZZ = modulo(Z * Z, p);
  const H = modulo(x * ZZ - X, p);
  const R = modulo(y * ZZ * Z - Y, p);
  if (H === 0n) return R === 0n ? doubled(curve, [X, Y, Z]) : INFINITY;
  const HH = modulo(H * H, p);
  const V = modulo(X * HH, p);
  const X3 = modulo(R * R - H * HH - 2n * V, p);
  return [X3, modulo(R * (V - X3) - Y * H * HH, p), modulo(H * Z, p)];
}

function affine({ p }: Curve, [X, Y, Z]: Jacobian): Point | null {
  if (Z === 0n) return null;
  const perZ = inverse(Z, p);
  const perZZ = modulo(perZ * perZ, p);
  return { x: modulo(X * perZZ, p), y: modulo(Y * perZZ * perZ, p) };
}

function modulo(value: bigint, n: bigint): bigint {
  const rest = value % n;
  return rest < 0n ? rest + n : rest;
}

/** By Euclid; `n` is a prime. */
function inverse(value: bigint, n: bigint): bigint {
  let [r0, r1] = [n, modulo(value, n)];
  let [t0, t1] = [0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  return modulo(t0, n);
}

/** From 1 to n - 1; eight bytes more than need be, for all to be equally likely. */
function randomBelow(n: bigint): bigint {
  const length = Math.ceil(n.toString(16).length / 2) + 8;
  return modulo(numberOf(cryptoModule().randomBytes(length)), n - 1n) + 1n;
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(bytes).toString('hex')}`);
}

function bytesOf(value: bigint): Buffer {
  const digits = value.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
}

function fromBase64(text: string): bigint {
  return numberOf(Buffer.from(text, 'base64url'));
}

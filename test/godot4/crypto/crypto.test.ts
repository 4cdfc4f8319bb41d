// Crypto: what it answers to good and bad arguments, and that node:crypto agrees with what it makes.
import * as node from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Crypto, CryptoKey, HashingContext } from '../../../host/index.js';
import { useReports } from '../../helpers/reports.js';

const { HASH_MD5, HASH_SHA1, HASH_SHA256 } = HashingContext;
const reports = useReports();
const crypto = new Crypto();
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hashed = (name: string, text = 'hello'): Uint8Array =>
  new Uint8Array(node.createHash(name).update(text).digest());
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

function keyOf(pem: string | Buffer, publicOnly = false): CryptoKey {
  const key = new CryptoKey();
  expect(key.load_from_string(String(pem), publicOnly)).toBe(0);
  return key;
}

const publicHalf = (key: CryptoKey): CryptoKey => keyOf(key.save_to_string(true), true);

function curveKey(namedCurve: string): CryptoKey {
  const { privateKey } = node.generateKeyPairSync('ec', { namedCurve });
  return keyOf(privateKey.export({ type: 'sec1', format: 'pem' }));
}

const rsa = crypto.generate_rsa(1024) as CryptoKey;
const rsaPublic = publicHalf(rsa);
const empty = new CryptoKey();
const edwards = keyOf(node.generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1', 'secp256k1'];

describe('random bytes', () => {
  it('come in the number that was asked for, and never twice', () => {
    expect([0, 1, 70_000].map((size) => crypto.generate_random_bytes(size).length)).toEqual([0, 1, 70_000]);
    expect(crypto.generate_random_bytes(16)).not.toEqual(crypto.generate_random_bytes(16));
    expect(reports.take()).toEqual([]);
  });

  it.each([-1, -(2 ** 31), 2 ** 31])('%i of them are none, with a message', (size) => {
    expect(crypto.generate_random_bytes(size)).toEqual(new Uint8Array());
    expect(reports.take()).toEqual([`generate_random_bytes: size is ${size}, it must be 0 to 2147483647`]);
  });
});

describe('RSA keys', () => {
  it.each([1024, 1030, 2048])('of %i bits are made whole', (size) => {
    const key = crypto.generate_rsa(size) as CryptoKey;
    expect(key.is_public_only()).toBe(false);
    expect(node.createPrivateKey(key.save_to_string()).asymmetricKeyDetails).toEqual({
      modulusLength: size,
      publicExponent: 65537n,
    });
    expect(key.save_to_string()).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
    expect(reports.take()).toEqual([]);
  });

  it.each([0, -5, 512, 1023, 1025, 2047, 16_386])('of %i bits are not made', (size) => {
    expect(crypto.generate_rsa(size)).toBeNull();
    expect(reports.take()).toEqual([
      `generate_rsa: size is ${size}, it must be an even number of bits from 1024 to 16384`,
    ]);
  });
});

describe('signatures', () => {
  const HASHES: [string, HashingContext.HashType][] = [
    ['md5', HASH_MD5],
    ['sha1', HASH_SHA1],
    ['sha256', HASH_SHA256],
  ];

  it.each(HASHES)('of RSA over %s are those of PKCS #1 v1.5, both ways', (name, type) => {
    const signature = crypto.sign(type, hashed(name), rsa);
    const theirs = node.sign(name, bytes('hello'), rsa.save_to_string());
    expect(hex(signature)).toBe(hex(theirs));
    expect(crypto.verify(type, hashed(name), theirs, rsaPublic)).toBe(true);
    expect(crypto.verify(type, hashed(name), signature, rsa)).toBe(true);
    expect(crypto.verify(type, hashed(name, 'other'), signature, rsa)).toBe(false);
    expect(reports.take()).toEqual([]);
  });

  it.each(CURVES)('of %s are those of ECDSA, both ways', (curve) => {
    const key = curveKey(curve);
    for (let text = ''; text.length < 4; text += 'x') {
      const signature = crypto.sign(HASH_SHA256, hashed('sha256', text), key);
      expect(node.verify('sha256', bytes(text), key.save_to_string(true), signature)).toBe(true);
      const theirs = node.sign('sha256', bytes(text), key.save_to_string());
      expect(crypto.verify(HASH_SHA256, hashed('sha256', text), theirs, publicHalf(key))).toBe(true);
      expect(crypto.verify(HASH_SHA256, hashed('sha256', `${text}!`), theirs, key)).toBe(false);
      expect(crypto.verify(HASH_SHA256, hashed('sha256', text), theirs, curveKey(curve))).toBe(false);
    }
    const short = crypto.sign(HASH_SHA1, hashed('sha1'), key);
    expect(node.verify('sha1', bytes('hello'), key.save_to_string(true), short)).toBe(true);
    expect(reports.take()).toEqual([]);
  });

  const JWK_CURVES: Record<string, [crv: string, size: number]> = {
    prime256v1: ['P-256', 32],
    secp384r1: ['P-384', 48],
    secp521r1: ['P-521', 66],
    secp256k1: ['secp256k1', 32],
  };

  /** The key of `curve` whose public half is the base point multiplied with `factor`. */
  const keyWith = (factor: string, curve = 'prime256v1'): CryptoKey => {
    const [crv, size] = JWK_CURVES[curve];
    const multiplier = node.createECDH(curve);
    multiplier.setPrivateKey(factor, 'hex');
    const point = multiplier.getPublicKey();
    const [x, y] = [1, 1 + size].map((at) => point.subarray(at, at + size).toString('base64url'));
    const d = Buffer.from(factor.padStart(2 * size, '0'), 'hex').toString('base64url');
    const key = node.createPrivateKey({ key: { kty: 'EC', crv, x, y, d }, format: 'jwk' });
    return keyOf(key.export({ type: 'sec1', format: 'pem' }));
  };

  interface Recorded {
    readonly key: string;
    readonly message: string;
    readonly signatures: Record<string, Record<string, string>>;
  }

  const recorded: Recorded = JSON.parse(readFileSync(new URL('../../golden/ecdsa.json', import.meta.url), 'utf8'));
  const RECORDED = Object.entries(recorded.signatures).flatMap(([curve, signatures]) =>
    HASHES.map(([name, type]) => ({ curve, name, type, signature: signatures[name] })),
  );

  it.each(RECORDED)('of $curve over $name are the engine’s, byte for byte (RFC 6979)', (row) => {
    const key = keyWith(recorded.key, row.curve);
    const hash = hashed(row.name, recorded.message);
    expect(hex(crypto.sign(row.type, hash, key))).toBe(row.signature);
    expect(crypto.verify(row.type, hash, Buffer.from(row.signature, 'hex'), publicHalf(key))).toBe(true);
    expect(reports.take()).toEqual([]);
  });

  it.each<[string, string]>([
    ['the base point itself', `${'0'.repeat(63)}1`],
    ['twice the base point', `${'0'.repeat(63)}2`],
    ['the base point mirrored', 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550'],
  ])('are verified where the public key is %s', (_title, factor) => {
    const key = keyWith(factor);
    const signature = crypto.sign(HASH_SHA256, hashed('sha256'), key);
    expect(node.verify('sha256', bytes('hello'), key.save_to_string(true), signature)).toBe(true);
    expect(crypto.verify(HASH_SHA256, hashed('sha256'), signature, key)).toBe(true);
    expect(crypto.verify(HASH_SHA256, hashed('sha256', 'other'), signature, key)).toBe(false);
  });

  const signature = crypto.sign(HASH_SHA256, hashed('sha256'), rsa);
  const curveSigner = curveKey('prime256v1');
  const curved = crypto.sign(HASH_SHA256, hashed('sha256'), curveSigner);
  const flipped = (data: Uint8Array, at: number): Uint8Array =>
    data.map((byte, index) => (index === at ? byte ^ 1 : byte));
  const WRONG: [string, Uint8Array][] = [
    ['is empty', new Uint8Array()],
    ['is too short', signature.subarray(1)],
    ['is too long', Uint8Array.of(...signature, 0)],
    ['has one bit more', flipped(signature, 100)],
    ['is larger than the key', new Uint8Array(128).fill(255)],
    ['is zero', new Uint8Array(128)],
    ['is one of a curve', curved],
  ];

  it.each(WRONG)('of RSA are wrong in silence when what comes %s', (_title, wrong) => {
    expect(crypto.verify(HASH_SHA256, hashed('sha256'), wrong, rsa)).toBe(false);
    expect(reports.take()).toEqual([]);
  });

  const der = (...numbers: string[]): Uint8Array => Uint8Array.from(Buffer.from(numbers.join(''), 'hex'));
  const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
  const WRONG_OF_CURVES: [string, Uint8Array][] = [
    ['is empty', new Uint8Array()],
    ['is no DER', bytes('hello')],
    ['has no SEQUENCE around its numbers', curved.subarray(2)],
    ['has zeros', der('3006', '020100', '020100')],
    ['has a negative number', der('3006', '0201ff', '020101')],
    ['has a number with zeros in front', der('3007', '02020001', '020101')],
    ['has one number', der('3003', '020101')],
    ['has three numbers', der('3009', '020101', '020101', '020101')],
    ['has a number as large as the order', der('3026', `022100${order}`, '020101')],
    ['has a length beyond its end', der('307f', '020101', '020101')],
    ['goes on behind its end', Uint8Array.of(...curved, 0)],
    ['is one of RSA', signature],
  ];

  it.each(WRONG_OF_CURVES)('of curves are wrong in silence when what comes %s', (_title, wrong) => {
    expect(crypto.verify(HASH_SHA256, hashed('sha256'), wrong, curveSigner)).toBe(false);
    expect(reports.take()).toEqual([]);
  });

  const REFUSED: [string, () => Uint8Array | boolean, string[]][] = [
    [
      'a hash of another type',
      () => crypto.sign(HASH_SHA1, hashed('sha256'), rsa),
      ['sign: the hash has 32 bytes, one of sha1 has 20'],
    ],
    ['no hash', () => crypto.sign(HASH_SHA256, bytes(''), rsa), ['sign: the hash has 0 bytes, one of sha256 has 32']],
    [
      'an unknown type',
      () => crypto.sign(3 as number as HashingContext.HashType, hashed('sha256'), rsa),
      ['sign: hash_type is 3, which is no HashingContext.HashType (0 to 2)'],
    ],
    [
      'a negative type',
      () => crypto.sign(-1 as number as HashingContext.HashType, hashed('sha256'), rsa),
      ['sign: hash_type is -1, which is no HashingContext.HashType (0 to 2)'],
    ],
    ['no key', () => crypto.sign(HASH_SHA256, hashed('sha256'), null), ['sign: the key is null']],
    [
      'a public key',
      () => crypto.sign(HASH_SHA256, hashed('sha256'), rsaPublic),
      ['sign: the key has no private half'],
    ],
    ['an empty key', () => crypto.sign(HASH_SHA256, hashed('sha256'), empty), ['sign: the key is empty']],
    [
      'a key of another kind',
      () => crypto.sign(HASH_SHA256, hashed('sha256'), edwards),
      ['sign: the key can not sign (it must be one of RSA or of a known elliptic curve)'],
    ],
    [
      'a hash of another type to verify',
      () => crypto.verify(HASH_MD5, hashed('sha256'), signature, rsa),
      ['verify: the hash has 32 bytes, one of md5 has 16'],
    ],
    [
      'no key to verify with',
      () => crypto.verify(HASH_SHA256, hashed('sha256'), signature, null),
      ['verify: the key is null'],
    ],
    ['an empty key to verify with', () => crypto.verify(HASH_SHA256, hashed('sha256'), signature, empty), []],
    [
      'a key of another kind to verify with',
      () => crypto.verify(HASH_SHA256, hashed('sha256'), signature, edwards),
      [],
    ],
  ];

  it.each(REFUSED)('refuse %s', (_title, call, messages) => {
    const result = call();
    expect(result).toEqual(typeof result === 'boolean' ? false : new Uint8Array());
    expect(reports.take()).toEqual(messages);
  });
});

describe('encryption', () => {
  it.each([0, 1, 10, 117])('takes %i bytes with a key of 128 there and back', (size) => {
    const message = crypto.generate_random_bytes(size);
    for (const key of [rsa, rsaPublic]) {
      const encrypted = crypto.encrypt(key, message);
      expect(encrypted).toHaveLength(128);
      expect(crypto.encrypt(key, message)).not.toEqual(encrypted);
      expect(crypto.decrypt(rsa, encrypted)).toEqual(message);
    }
    expect(reports.take()).toEqual([]);
  });

  it('is the one of PKCS #1 v1.5', () => {
    const padding = node.constants.RSA_PKCS1_PADDING;
    const theirs = node.publicEncrypt({ key: rsa.save_to_string(true), padding }, bytes('hello'));
    expect(crypto.decrypt(rsa, theirs)).toEqual(bytes('hello'));
    const raw = { key: rsa.save_to_string(), padding: node.constants.RSA_NO_PADDING };
    expect(hex(node.privateDecrypt(raw, crypto.encrypt(rsa, bytes('hello'))))).toMatch(
      /^0002(?:[1-9a-f].|.[1-9a-f]){120}0068656c6c6f$/,
    );
  });

  /** What node:crypto encrypts without any padding of its own. */
  const raw = (...parts: [byte: number, times: number][]): Uint8Array => {
    const padded = Uint8Array.from(parts.flatMap(([byte, times]) => Array<number>(times).fill(byte)));
    return node.publicEncrypt({ key: rsa.save_to_string(true), padding: node.constants.RSA_NO_PADDING }, padded);
  };

  it.each<[string, Uint8Array, number]>([
    ['of eight bytes', raw([0, 1], [2, 1], [7, 8], [0, 1], [9, 117]), 117],
    ['up to the end', raw([0, 1], [2, 1], [7, 125], [0, 1]), 0],
    ['before a message that has zeros', raw([0, 1], [2, 1], [7, 8], [0, 117 + 1]), 117],
  ])('is read with a padding %s', (_title, encrypted, size) => {
    expect(crypto.decrypt(rsa, encrypted)).toHaveLength(size);
    expect(reports.take()).toEqual([]);
  });

  const NOT_FOR_US: [string, Uint8Array][] = [
    ['are of another length', bytes('short')],
    ['are none', new Uint8Array()],
    ['are above the key', new Uint8Array(128).fill(255)],
    ['begin with 00 01', raw([0, 1], [1, 1], [7, 8], [0, 1], [9, 117])],
    ['begin with 01 02', raw([1, 1], [2, 1], [7, 8], [0, 1], [9, 117])],
    ['have a padding of seven bytes', raw([0, 1], [2, 1], [7, 7], [0, 1], [9, 118])],
    ['have no padding', raw([0, 1], [2, 1], [0, 1], [9, 125])],
    ['have nothing but padding', raw([0, 1], [2, 1], [7, 126])],
  ];

  it.each(NOT_FOR_US)('is not undone when the bytes %s', (_title, wrong) => {
    expect(crypto.decrypt(rsa, wrong)).toEqual(new Uint8Array());
    expect(reports.take()).toEqual([`decrypt: these ${wrong.length} bytes were not encrypted for this key`]);
  });

  const encrypted = crypto.encrypt(rsa, bytes('hello'));
  const curved = curveKey('prime256v1');
  const REFUSED: [string, () => Uint8Array, string][] = [
    [
      'more than the key takes',
      () => crypto.encrypt(rsa, new Uint8Array(118)),
      'encrypt: 118 bytes, this key takes 117 at most',
    ],
    ['no key', () => crypto.encrypt(null, bytes('hello')), 'encrypt: the key is null'],
    ['an empty key', () => crypto.encrypt(empty, bytes('hello')), 'encrypt: the key is empty'],
    ['a key of a curve', () => crypto.encrypt(curved, bytes('hello')), 'encrypt: the key is not one of RSA'],
    ['no key to decrypt', () => crypto.decrypt(null, encrypted), 'decrypt: the key is null'],
    ['an empty key to decrypt', () => crypto.decrypt(empty, encrypted), 'decrypt: the key is empty'],
    ['a public key to decrypt', () => crypto.decrypt(rsaPublic, encrypted), 'decrypt: the key has no private half'],
    [
      'a key of a curve to decrypt',
      () => crypto.decrypt(curved, encrypted),
      'decrypt: these 128 bytes were not encrypted for this key',
    ],
  ];

  it.each(REFUSED)('refuses %s', (_title, call, message) => {
    expect(call()).toEqual(new Uint8Array());
    expect(reports.take()).toEqual([message]);
  });
});

describe('keyed hashes', () => {
  it.each<[HashingContext.HashType, string]>([
    [HASH_SHA1, '772b71c8a2997e768be01d9711e4a4f34a24ef33'],
    [HASH_SHA256, 'b60090e3052297aeb5a080889ce2fc4bca957e756faeb4df7d31800ca1e771ec'],
  ])("of type %i are the engine's", (type, digest) => {
    expect(hex(crypto.hmac_digest(type, bytes('k'), bytes('m')))).toBe(digest);
    expect(reports.take()).toEqual([]);
  });

  const REFUSED: [string, () => Uint8Array, string][] = [
    [
      'of MD5',
      () => crypto.hmac_digest(HASH_MD5, bytes('k'), bytes('m')),
      'hmac_digest: hash_type may not be HASH_MD5',
    ],
    [
      'of no known type',
      () => crypto.hmac_digest(3 as number as HashingContext.HashType, bytes('k'), bytes('m')),
      'hmac_digest: hash_type is 3, which is no HashingContext.HashType (0 to 2)',
    ],
    ['with no key', () => crypto.hmac_digest(HASH_SHA256, bytes(''), bytes('m')), 'hmac_digest: the key is empty'],
    ['of nothing', () => crypto.hmac_digest(HASH_SHA256, bytes('k'), bytes('')), 'hmac_digest: msg is empty'],
  ];

  it.each(REFUSED)('%s are refused', (_title, call, message) => {
    expect(call()).toEqual(new Uint8Array());
    expect(reports.take()).toEqual([message]);
  });
});

it('comparing takes the same bytes only, and any kind of view', () => {
  const compare = (left: string, right: string): boolean => crypto.constant_time_compare(bytes(left), bytes(right));
  expect([compare('', ''), compare('ab', 'ab'), compare('ab', 'ac'), compare('ab', 'abc'), compare('', 'a')]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(crypto.constant_time_compare(new Uint16Array([0x6161]), bytes('aa').buffer)).toBe(true);
});

it('what Godot could never have received is a TypeError', () => {
  const wrong = (value: unknown): never => value as never;
  expect(() => crypto.generate_random_bytes(1.5)).toThrow('size must be an integer, got 1.5');
  expect(() => crypto.generate_rsa(wrong('2048'))).toThrow('size must be an integer, got string');
  expect(() => crypto.sign(HASH_SHA256, wrong('hash'), rsa)).toThrow('hash must be a Uint8Array');
  expect(() => crypto.verify(wrong('sha256'), hashed('sha256'), bytes(''), rsa)).toThrow(
    'hash_type must be an integer',
  );
  expect(() => crypto.encrypt(wrong({}), bytes(''))).toThrow('key must be a CryptoKey, got Object');
  expect(() => crypto.generate_self_signed_certificate(rsa, wrong(5))).toThrow('issuer_name must be a string, got 5');
});

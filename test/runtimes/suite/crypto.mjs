// Crypto, its keys and hashes, where a runtime has cryptography that answers at once: Node's modules, not a page's.
import { Crypto, CryptoKey, HashingContext, OK, X509Certificate } from 'websocketpeer';
import { bytesOf, equal, ok, pattern, textOf } from './harness.mjs';

const { HASH_MD5, HASH_SHA1, HASH_SHA256 } = HashingContext;

/** Digests of "abc" (RFC 1321 §A.5, RFC 3174 §7.3, RFC 6234 §8.5). */
const DIGESTS = [
  [HASH_MD5, '900150983cd24fb0d6963f7d28e17f72'],
  [HASH_SHA1, 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  [HASH_SHA256, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
];
/** RFC 4231 §4.3. */
const HMAC = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';

const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function digest(type, ...chunks) {
  const context = new HashingContext();
  equal(context.start(type), OK, 'start');
  for (const chunk of chunks) equal(context.update(bytesOf(chunk)), OK, 'update');
  return context.finish();
}

export const crypto = {
  name: 'crypto',
  tests: [
    [
      'hashes, in one piece and in two',
      () => {
        for (const [type, wanted] of DIGESTS) {
          equal(toHex(digest(type, 'abc')), wanted, `hash ${type}`);
          equal(toHex(digest(type, 'a', 'bc')), wanted, `hash ${type} in pieces`);
        }
        const mac = new Crypto().hmac_digest(HASH_SHA256, bytesOf('Jefe'), bytesOf('what do ya want for nothing?'));
        equal(toHex(mac), HMAC, 'HMAC');
      },
    ],
    [
      'draws random bytes',
      () => {
        const [a, b] = [1, 2].map(() => new Crypto().generate_random_bytes(32));
        ok(a.length === 32 && toHex(a) !== toHex(b), 'two draws differ');
      },
    ],
    [
      'signs and encrypts with RSA, and its keys survive as text',
      () => {
        const engine = new Crypto();
        const key = engine.generate_rsa(2048);
        const known = new CryptoKey();
        equal(known.load_from_string(key.save_to_string(true), true), OK, 'load_from_string');
        ok(known.is_public_only(), 'the public half');
        const hash = digest(HASH_SHA256, 'a message');
        const signature = engine.sign(HASH_SHA256, hash, key);
        ok(engine.verify(HASH_SHA256, hash, signature, known), 'the signature holds');
        ok(!engine.verify(HASH_SHA256, digest(HASH_SHA256, 'another'), signature, known), 'for this message alone');
        const secret = engine.encrypt(known, bytesOf('secret'));
        ok(secret.length === 256, 'encrypted');
        equal(textOf(engine.decrypt(key, secret)), 'secret', 'decrypted');
      },
    ],
    [
      'makes certificates that survive as text',
      () => {
        const engine = new Crypto();
        const made = engine.generate_self_signed_certificate(engine.generate_rsa(2048), 'CN=game.example,O=game,C=AT');
        const loaded = new X509Certificate();
        equal(loaded.load_from_string(made.save_to_string()), OK, 'load_from_string');
        equal(loaded.save_to_string(), made.save_to_string(), 'certificate');
      },
    ],
    [
      'compares in constant time',
      () => {
        const engine = new Crypto();
        equal(engine.constant_time_compare(pattern(40), pattern(40)), true, 'equal bytes');
        equal(engine.constant_time_compare(pattern(40), pattern(41)), false, 'other bytes');
      },
    ],
  ],
};

// Keys, signatures, encrypted messages and certificates that Godot 4 and this package make for each other.
import { generateKeyPairSync, X509Certificate as NodeCertificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  Crypto,
  CryptoKey,
  HashingContext,
  TLSOptions,
  WebSocketPeer,
  type X509Certificate,
} from '../../host/index.js';
import { EngineProcess, GODOT4 } from './lib/engine-process.js';
import { describeEngine, useEngine } from './lib/engine-sides.js';
import { LivePeer } from './lib/live-peer.js';
import { LiveServer } from './lib/live-server.js';
import { Scope } from './lib/watch.js';

const crypto = new Crypto();
const HASH_TYPES = Object.entries(HashingContext.HashType);

/** The engine's Crypto: calls go over a WebSocket. */
class EngineCrypto {
  #live!: LivePeer;

  async start(scope: Scope): Promise<void> {
    const server = new LiveServer(scope);
    const args = GODOT4.args.map((argument) => argument.replace('remote4', 'crypto4'));
    await new Promise<void>((resolve, reject) => {
      const engine = new EngineProcess({ ...GODOT4, args }, server.port, () => {}, reject);
      scope.defer(() => engine.kill());
      server
        .peer()
        .then((live) => live.opened())
        .then((live) => {
          this.#live = live;
          resolve();
        }, reject);
    });
  }

  async call(method: string, ...args: unknown[]): Promise<unknown> {
    return untagged(await this.#ask({ op: 'call', method, args: args.map(tagged) }));
  }

  /** What the engine makes of a certificate that it loads, '' when it can't. Its text ends with a zero byte. */
  async load(pem: string): Promise<unknown> {
    return String(await this.#ask({ op: 'load', pem })).replace(/\ufffd$/, '');
  }

  async #ask(message: unknown): Promise<unknown> {
    this.#live.send({ text: true, bytes: Buffer.from(JSON.stringify(message)) });
    const [answer] = await this.#live.received(1);
    return JSON.parse(Buffer.from(answer.bytes).toString()).result;
  }
}

function tagged(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') };
  if (!(value instanceof CryptoKey)) return value;
  const isPublic = value.is_public_only();
  return { key: value.save_to_string(isPublic), public: isPublic };
}

function untagged(value: unknown): unknown {
  const { bytes, key, certificate } = (value ?? {}) as { bytes?: string; key?: string; certificate?: string };
  if (bytes !== undefined) return new Uint8Array(Buffer.from(bytes, 'base64'));
  if (key !== undefined) return keyOf(key);
  return certificate ?? value;
}

function keyOf(pem: string | Buffer, publicOnly = false): CryptoKey {
  const key = new CryptoKey();
  expect(key.load_from_string(String(pem), publicOnly)).toBe(0);
  return key;
}

function hashed(type: HashingContext.HashType): Uint8Array {
  const context = new HashingContext();
  context.start(type);
  context.update(new TextEncoder().encode('hello'));
  return context.finish();
}

describeEngine('Crypto of Godot 4 and ours', GODOT4, () => {
  const engine = new EngineCrypto();
  const life = new Scope();
  const keys = new Map<string, CryptoKey>();

  beforeAll(async () => {
    await engine.start(life);
    keys.set("the engine's RSA", (await engine.call('generate_rsa', 2048)) as CryptoKey);
    keys.set('our RSA', crypto.generate_rsa(2048) as CryptoKey);
    for (const namedCurve of CURVES) {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve });
      keys.set(namedCurve, keyOf(privateKey.export({ type: 'sec1', format: 'pem' })));
    }
  });
  afterAll(() => life.end());

  const CURVES = ['prime256v1', 'secp384r1', 'secp521r1', 'secp256k1'];
  const RSA = ["the engine's RSA", 'our RSA'];
  const keyNamed = (name: string): CryptoKey => keys.get(name) as CryptoKey;
  const publicHalf = (key: CryptoKey): CryptoKey => keyOf(key.save_to_string(true), true);

  describe.each([...RSA, ...CURVES])('with %s', (name) => {
    it.each(HASH_TYPES)('a signature of one over %s is verified by the other', async (_hash, type) => {
      const key = keyNamed(name);
      const hash = hashed(type);
      const theirs = (await engine.call('sign', type, hash, key)) as Uint8Array;
      expect(crypto.verify(type, hash, theirs, publicHalf(key))).toBe(true);
      const ours = crypto.sign(type, hash, key);
      expect(await engine.call('verify', type, hash, ours, publicHalf(key))).toBe(true);
      ours[ours.length - 1] ^= 1;
      expect(await engine.call('verify', type, hash, ours, key)).toBe(false);
    });

    it('our certificate is loaded by the engine, and its one by us', async () => {
      const key = keyNamed(name);
      const ours = crypto.generate_self_signed_certificate(key, 'CN=localhost,O=b\\,c,C=IT') as X509Certificate;
      expect(await engine.load(ours.save_to_string())).toBe(ours.save_to_string());
      const args = [key, 'CN=localhost,O=b\\,c,C=IT', '20140101000000', '20500101000000'] as const;
      const theirs = new NodeCertificate((await engine.call('generate_self_signed_certificate', ...args)) as string);
      const again = crypto.generate_self_signed_certificate(...args) as X509Certificate;
      expect(shapeOf(new NodeCertificate(again.save_to_string()))).toBe(shapeOf(theirs));
    });
  });

  it.each(RSA)('a message that one encrypts for %s is decrypted by the other', async (name) => {
    const key = keyNamed(name);
    for (const size of [0, 1, 32, 245]) {
      const message = crypto.generate_random_bytes(size);
      const theirs = (await engine.call('encrypt', publicHalf(key), message)) as Uint8Array;
      expect(crypto.decrypt(key, theirs)).toEqual(message);
      expect(await engine.call('decrypt', key, crypto.encrypt(publicHalf(key), message))).toEqual(message);
    }
  });

  it.each(HASH_TYPES.slice(1))('a keyed hash with %s is the same', async (_hash, type) => {
    const [key, message] = [crypto.generate_random_bytes(100), crypto.generate_random_bytes(1000)];
    expect(await engine.call('hmac_digest', type, key, message)).toEqual(crypto.hmac_digest(type, key, message));
  });
});

/** What is signed, without the serial number: the engine's has one byte more than ours. */
function shapeOf({ raw }: NodeCertificate): string {
  const hex = raw.toString('hex');
  const end = hex.indexOf('30060101ff020100') + '30060101ff020100'.length;
  return hex.slice(0, end).replace(/^.*?a003020102(0214.{40}|0215.{42})/, '');
}

describeEngine('a certificate that we made for ourselves', GODOT4, () => {
  const fixture = useEngine(GODOT4);

  it('lets a server of ours and a client of the engine talk, and the other way round', async () => {
    const key = crypto.generate_rsa(2048) as CryptoKey;
    const certificate = crypto.generate_self_signed_certificate(key, 'CN=localhost') as X509Certificate;
    const cert = certificate.save_to_string();
    fixture.trust = { root: cert, server: { key: key.save_to_string(), cert } };
    const server = fixture.ourServer(true);
    expect(await fixture.theirClient(true, server.port).opened()).toBeDefined();
    expect(await (await server.peer()).opened()).toBeDefined();
    const other = fixture.theirClient(true, server.port, {}, fixture.trust, 'elsewhere.example');
    expect(await other.closed()).toEqual({ code: -1, reason: '' });

    const { port } = await fixture.theirServer(true);
    const peer = new WebSocketPeer();
    peer.connect_to_url(`wss://127.0.0.1:${port}/`, TLSOptions.client(certificate, 'localhost'));
    expect(await new LivePeer(peer, fixture.scope).opened()).toBeDefined();
  });
});

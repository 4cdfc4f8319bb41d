// Godot's X509Certificate and CryptoKey: every recorded situation, files, chains and kinds of keys.
import { generateKeyPairSync, X509Certificate as NodeCertificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CryptoKey } from '../../../host/godot4/crypto/crypto-key.js';
import { X509Certificate } from '../../../host/godot4/crypto/x509-certificate.js';
import { type Authority, type Identity, makeCa } from '../../helpers/certificates.js';
import { runRecords, type Situations } from '../../helpers/net-records.js';
import { useReports } from '../../helpers/reports.js';

const folder = mkdtempSync(join(tmpdir(), 'websocketpeer-'));
afterAll(() => rmSync(folder, { recursive: true }));

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const rsaPrivate = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const rsaPublic = rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string;

let ca: Authority;
let leaf: Identity;

beforeAll(async () => {
  ca = await makeCa();
  leaf = await ca.issue({ names: ['game.example'] });
});

function loaded(pem: string, publicOnly = false): CryptoKey {
  const key = new CryptoKey();
  expect(key.load_from_string(pem, publicOnly)).toBe(0);
  return key;
}

const firstLine = (pem: string): string => pem.slice(0, pem.indexOf('\n'));

const situations: Situations = {
  'key.fresh': () => new CryptoKey().is_public_only(),
  'key.fresh.save': () => new CryptoKey().save_to_string(),
  'key.missing': () => new CryptoKey().load('/nope.key'),
  'key.gen': () => {
    const key = loaded(rsaPrivate);
    const certificate = new X509Certificate();
    certificate.load_from_string(leaf.cert);
    return [key.save_to_string(), key.save_to_string(true), certificate.save_to_string()].map(firstLine);
  },
  'key.load_public': () => {
    const key = new CryptoKey();
    return [key.load_from_string(rsaPublic, true), key.is_public_only()];
  },
  'key.public_as_private': () => new CryptoKey().load_from_string(rsaPublic, false),
  'crt.fresh.save': {
    run: () => new X509Certificate().save_to_string(),
    returned: '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n',
    because: 'the engine returns the byte behind the text, too',
  },
  'crt.bad': () => new X509Certificate().load_from_string('x'),
  'crt.missing': () => new X509Certificate().load('/nope.crt'),
  'crt.save_bad_path': () => new X509Certificate().save('/nope/x.crt'),
};

const reports = useReports();

describe('recorded: X509Certificate and CryptoKey', () => runRecords(['key', 'crt'], situations, reports));

describe('X509Certificate', () => {
  it('keeps a chain in its order, through text and files', () => {
    const certificate = new X509Certificate();
    expect(certificate.load_from_string(`leaf:\n${leaf.cert}\nroot:\n${ca.cert}`)).toBe(0);
    const path = join(folder, 'chain.crt');
    expect(certificate.save(path)).toBe(0);
    const again = new X509Certificate();
    expect(again.load(path)).toBe(0);
    const text = again.save_to_string();
    expect(text).toBe(readFileSync(path, 'utf8'));
    const second = text.indexOf('-----BEGIN', 10);
    expect(new NodeCertificate(text.slice(0, second)).subject).toBe('CN=game.example');
    expect(new NodeCertificate(text.slice(second)).subject).toBe('CN=Test root');
  });

  it('reads DER from a file', () => {
    const path = join(folder, 'leaf.der');
    writeFileSync(path, new NodeCertificate(leaf.cert).raw);
    const certificate = new X509Certificate();
    expect(certificate.load(path)).toBe(0);
    expect(new NodeCertificate(certificate.save_to_string()).subject).toBe('CN=game.example');
  });

  it.each<[string, () => string]>([
    ['that is cut off', () => leaf.cert.slice(0, -30)],
    ['whose second certificate is damaged', () => leaf.cert + ca.cert.replace('MII', 'MIX')],
    ['without a certificate', () => leaf.key],
    ['that is empty', () => ''],
  ])('refuses a text %s and keeps what it had', (_what, text) => {
    const certificate = new X509Certificate();
    certificate.load_from_string(leaf.cert);
    const before = certificate.save_to_string();
    expect(certificate.load_from_string(text())).toBe(1);
    expect(certificate.save_to_string()).toBe(before);
    expect(reports.errors.length).toBe(1);
  });

  it('throws a TypeError for anything but a string', () => {
    expect(() => new X509Certificate().load_from_string(1 as unknown as string)).toThrow(/^string must be/);
    expect(() => new X509Certificate().load(null as unknown as string)).toThrow(TypeError);
  });
});

describe('CryptoKey', () => {
  it.each<[string, string, () => string]>([
    ['RSA', '-----BEGIN RSA PRIVATE KEY-----', () => rsaPrivate],
    ['elliptic curve', '-----BEGIN EC PRIVATE KEY-----', () => leaf.key],
  ])('writes %s keys in the form that bears their name', (_kind, line, pem) => {
    const key = loaded(pem());
    expect(key.is_public_only()).toBe(false);
    expect(firstLine(key.save_to_string())).toBe(line);
    expect(firstLine(key.save_to_string(true))).toBe('-----BEGIN PUBLIC KEY-----');
    expect(loaded(key.save_to_string()).save_to_string()).toBe(key.save_to_string());
  });

  it.each([
    ['a byte-order mark', '\ufeff'],
    ['a comment', 'Key of the lobby\n'],
  ])('reads PEM behind %s, from texts and files, both halves', (_what, before) => {
    const path = join(folder, 'marked.key');
    for (const [pem, publicOnly] of [
      [rsaPrivate, false],
      [leaf.key, false],
      [rsaPublic, true],
    ] as const) {
      const [plain, fromText, fromFile] = [new CryptoKey(), new CryptoKey(), new CryptoKey()];
      writeFileSync(path, before + pem);
      expect([
        plain.load_from_string(pem, publicOnly),
        fromText.load_from_string(before + pem, publicOnly),
        fromFile.load(path, publicOnly),
      ]).toEqual([0, 0, 0]);
      const saved = [plain, fromText, fromFile].map((key) => key.save_to_string(publicOnly));
      expect(new Set(saved)).toEqual(new Set([saved[0]]));
    }
    const certificate = new X509Certificate();
    expect(certificate.load_from_string(before + leaf.cert)).toBe(0);
  });

  it('saves private keys for the eyes of their owner only', () => {
    const path = join(folder, 'private.key');
    const key = loaded(rsaPrivate);
    expect(key.save(path)).toBe(0);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o077).toBe(0);
    const again = new CryptoKey();
    expect([again.load(path), again.is_public_only()]).toEqual([0, false]);
    expect(again.save_to_string()).toBe(key.save_to_string());
  });

  it('saves and loads the public half by itself', () => {
    const path = join(folder, 'public.key');
    expect(loaded(rsaPrivate).save(path, true)).toBe(0);
    const key = new CryptoKey();
    expect([key.load(path, true), key.is_public_only()]).toEqual([0, true]);
    expect(key.save_to_string(true)).toBe(rsaPublic);
    expect([key.save_to_string(), key.save(join(folder, 'no.key'))]).toEqual(['', 1]);
    expect(reports.errors.length).toBe(2);
  });

  it('reads DER from files', () => {
    for (const type of ['pkcs8', 'pkcs1'] as const) {
      const path = join(folder, `${type}.der`);
      writeFileSync(path, rsa.privateKey.export({ type, format: 'der' }));
      const key = new CryptoKey();
      expect(key.load(path)).toBe(0);
      expect(key.save_to_string(true)).toBe(rsaPublic);
    }
    const path = join(folder, 'spki.der');
    writeFileSync(path, rsa.publicKey.export({ type: 'spki', format: 'der' }));
    expect(new CryptoKey().load(path, true)).toBe(0);
  });

  it.each<[string, string, boolean]>([
    ['rubbish', 'x', false],
    ['rubbish as public', 'x', true],
    ['a private key as public', rsaPrivate, true],
    [
      'a key behind a passphrase',
      rsa.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' }) as string,
      false,
    ],
  ])('refuses %s and keeps what it had', (_what, text, publicOnly) => {
    const key = loaded(leaf.key);
    const before = key.save_to_string();
    expect(key.load_from_string(text, publicOnly)).toBe(1);
    expect(key.save_to_string()).toBe(before);
    expect(reports.errors.length).toBe(1);
  });

  it('throws a TypeError for arguments of types that Godot could not have received', () => {
    expect(() => new CryptoKey().load_from_string(1 as unknown as string)).toThrow(/^string_key must be/);
    expect(() => new CryptoKey().save_to_string(1 as unknown as boolean)).toThrow(/^public_only must be/);
  });
});

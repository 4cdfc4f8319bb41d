// Self-signed certificates: read by node:crypto, what stands in them, and which texts they are made of.
import * as node from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Crypto, CryptoKey, type X509Certificate } from '../../host/index.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
const crypto = new Crypto();
const rsa = crypto.generate_rsa(1024) as CryptoKey;
const METHOD = 'generate_self_signed_certificate';

function keyOf(pem: string | Buffer): CryptoKey {
  const key = new CryptoKey();
  expect(key.load_from_string(String(pem))).toBe(0);
  return key;
}

function read(certificate: X509Certificate | null): node.X509Certificate {
  expect(reports.take()).toEqual([]);
  return new node.X509Certificate(certificate?.save_to_string() ?? '');
}

const named = (name: string): X509Certificate | null => crypto.generate_self_signed_certificate(rsa, name);

/** The same for each kind of key: its own public half, vouched for by itself. */
function expectWhole(made: node.X509Certificate, key: CryptoKey): void {
  const publicKey = node.createPublicKey(key.save_to_string(true));
  expect(made.verify(publicKey)).toBe(true);
  expect(made.publicKey.equals(publicKey)).toBe(true);
  expect(made.checkPrivateKey(node.createPrivateKey(key.save_to_string()))).toBe(true);
  expect(made.checkIssued(made)).toBe(true);
  expect(made.ca).toBe(true);
  expect(made.serialNumber).toMatch(/^[4-7][0-9A-F]{39}$/);
}

it("the defaults are the engine's", () => {
  const made = read(crypto.generate_self_signed_certificate(rsa));
  expectWhole(made, rsa);
  expect(made.subject).toBe('CN=myserver\nO=myorganisation\nC=IT');
  expect(made.issuer).toBe(made.subject);
  expect([made.validFrom, made.validTo]).toEqual(['Jan  1 00:00:00 2014 GMT', 'Jan  1 00:00:00 2034 GMT']);
});

it.each([1024, 2048, 4096])('a key of RSA with %i bits vouches for itself', (size) => {
  const key = crypto.generate_rsa(size) as CryptoKey;
  expectWhole(read(crypto.generate_self_signed_certificate(key)), key);
});

it.each(['prime256v1', 'secp384r1', 'secp521r1', 'secp256k1', 'brainpoolP256r1'])(
  'a key of the curve %s vouches for itself',
  (namedCurve) => {
    const pair = node.generateKeyPairSync('ec', { namedCurve });
    const key = keyOf(pair.privateKey.export({ type: 'sec1', format: 'pem' }));
    expectWhole(read(crypto.generate_self_signed_certificate(key)), key);
  },
);

it('no two certificates have the same serial number', () => {
  expect(read(named('CN=a')).serialNumber).not.toBe(read(named('CN=a')).serialNumber);
});

it('its bytes are those of RFC 5280 from the version to the extension', () => {
  const { raw } = read(
    crypto.generate_self_signed_certificate(rsa, 'CN=a,C=IT,DC=d', '19491231235959', '20500101000000'),
  );
  const name = [
    '302c', // SEQUENCE of SETs
    '310a 3008 0603550403 0c0161', // CN as UTF8String
    '310b 3009 0603550406 13024954', // C as PrintableString
    '3111 300f 060a0992268993f22c640119 160164', // DC as IA5String
  ].join('');
  const parts = [
    'a003 020102', // version 3
    '0214 [0-9a-f]{40}',
    '300d 06092a864886f70d01010b 0500',
    name,
    '3022 180f 31393439313233313233353935395a 180f 32303530303130313030303030305a',
    name,
    `${node.createPublicKey(rsa.save_to_string(true)).export({ type: 'spki', format: 'der' }).toString('hex')}`,
    'a316 3014 3012 0603551d13 0101ff 0408 3006 0101ff 020100',
    '300d 06092a864886f70d01010b 0500',
    '0381 8100 [0-9a-f]{256}',
  ];
  expect(raw.toString('hex')).toMatch(new RegExp(`^3082....3082....${parts.join('').replaceAll(' ', '')}$`));
});

describe('names', () => {
  const GOOD: [string, string][] = [
    ['CN=a,O=b, C=IT', 'CN=a\nO=b\nC=IT'],
    ['CN=a,   O=b', 'CN=a\nO=b'],
    ['CN=äö', 'CN=äö'],
    ['CN=a\\,b', 'CN=a\\,b'],
    ['CN=a\\\\b', 'CN=a\\\\b'],
    ['CN=a=b', 'CN=a=b'],
    ['CN==', 'CN=='],
    ['CN=a\\41b', 'CN=aAb'],
    ['O=\\C3\\A4', 'O=ä'],
    ['CN=a,', 'CN=a'],
    ['CN=x,O=y,CN=z', 'CN=z\nO=y'],
    ['CN=a b', 'CN=a b'],
    ['C=ITALY', 'C=ITALY'],
    ['CN=#0c02c3a4', 'CN=ä'],
    ['commonName=a,organizationName=b,countryName=IT', 'CN=a\nO=b\nC=IT'],
    ['OU=a,ST=b,L=c,emailAddress=d@e', 'OU=a\nST=b\nL=c\nemailAddress=d@e'],
    [
      'serialNumber=1,postalAddress=2,postalCode=3,dnQualifier=4',
      'serialNumber=1\npostalAddress=2\npostalCode=3\ndnQualifier=4',
    ],
    [
      'title=a,SN=b,GN=c,initials=d,pseudonym=e,generationQualifier=f,DC=g',
      'title=a\nSN=b\nGN=c\ninitials=d\npseudonym=e\ngenerationQualifier=f\nDC=g',
    ],
    [`CN=${'a'.repeat(255)}`, `CN=${'a'.repeat(255)}`],
  ];

  it.each(GOOD)('"%s" are read', (text, subject) => {
    expect(read(named(text)).subject).toBe(subject);
  });

  const shape = (rest: string): string => `"${rest}" is not of the form NAME=value,NAME=value`;
  const unknown = (name: string): string =>
    `"${name}" is no attribute of a name (CN, O, OU, C, L, ST, emailAddress, …)`;
  const value = (name: string, text: string): string => `"${text}" can't be the value of ${name}`;
  const BAD: [string, string][] = [
    ['', shape('')],
    ['foo', shape('foo')],
    [',CN=a', shape(',CN=a')],
    ['O=b,CN', shape('CN')],
    ['O=b,,CN=a', shape(',CN=a')],
    ['=a', shape('=a')],
    ['CN=a\\', shape('CN=a\\')],
    ['XX=a', unknown('XX')],
    ['O=b,XX=a', unknown('XX')],
    ['cn=a', unknown('cn')],
    ['CN = a', unknown('CN ')],
    ['2.5.4.3=a', unknown('2.5.4.3')],
    ['CN=', value('CN', '')],
    ['CN=a\\z', value('CN', 'a\\z')],
    ['CN=a\\00b', value('CN', 'a\\00b')],
    ['CN=a\0b', value('CN', 'a\0b')],
    ['CN=#zz', value('CN', '#zz')],
    ['CN=#', value('CN', '#')],
    ['CN=#0c01', value('CN', '#0c01')],
    ['CN=#0c00', value('CN', '#0c00')],
    ['CN=#020105', value('CN', '#020105')],
    ['CN=#0c016100', value('CN', '#0c016100')],
    ['C=ä', value('C', 'ä')],
    ['DC=ä', value('DC', 'ä')],
    [`CN=${'a'.repeat(256)}`, value('CN', 'a'.repeat(256))],
  ];

  it.each(BAD)('"%s" are refused', (text, message) => {
    expect(named(text)).toBeNull();
    expect(reports.take()).toEqual([`${METHOD}: issuer_name: ${message}`]);
  });
});

describe('times', () => {
  const GOOD: [string, string][] = [
    ['19500101000000', 'Jan  1 00:00:00 1950 GMT'],
    ['20491231235959', 'Dec 31 23:59:59 2049 GMT'],
    ['20500101000000', 'Jan  1 00:00:00 2050 GMT'],
    ['99991231235959', 'Dec 31 23:59:59 9999 GMT'],
    ['20240229120000', 'Feb 29 12:00:00 2024 GMT'],
    ['19490101000000', 'Jan  1 00:00:00 1949 GMT'],
  ];

  it.each(GOOD)('%s is read', (text, time) => {
    const made = read(crypto.generate_self_signed_certificate(rsa, 'CN=a', text, text));
    expect([made.validFrom, made.validTo]).toEqual([time, time]);
  });

  const BAD = ['', '2014', '20140101000000Z', 'abcdefghijklmn', '20141301000000', '20140101250000', '20140230000000'];

  it.each([...BAD, '20150229000000', '20140101000060', '201401010000000'])('"%s" is none', (text) => {
    expect(crypto.generate_self_signed_certificate(rsa, 'CN=a', text)).toBeNull();
    expect(crypto.generate_self_signed_certificate(rsa, 'CN=a', '20140101000000', text)).toBeNull();
    expect(reports.take()).toEqual([
      `${METHOD}: not_before is "${text}", not a time as YYYYMMDDhhmmss`,
      `${METHOD}: not_after is "${text}", not a time as YYYYMMDDhhmmss`,
    ]);
  });
});

it('a key that can not sign gets no certificate', () => {
  const publicOnly = new CryptoKey();
  publicOnly.load_from_string(rsa.save_to_string(true), true);
  const edwards = keyOf(node.generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const made = [null, new CryptoKey(), publicOnly, edwards].map((key) => crypto.generate_self_signed_certificate(key));
  expect(made).toEqual([null, null, null, null]);
  expect(reports.take()).toEqual([
    `${METHOD}: the key is null`,
    `${METHOD}: the key is empty`,
    `${METHOD}: the key has no private half`,
    `${METHOD}: the key is neither an RSA key nor one of a supported elliptic curve`,
  ]);
});

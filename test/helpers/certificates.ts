// Certificates for tests, created at run time: a root, and servers' certificates issued by it.
import './reflect-metadata.js';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** PEM texts of a certificate and its private key (PKCS#8). */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

export interface Wanted {
  /** DNS names; the first is the common name, too. */
  readonly names?: readonly string[];
  readonly ips?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

export interface Authority extends Identity {
  issue(wanted: Wanted): Promise<Identity>;
  /** Another authority, certified by this one. */
  below(name: string): Promise<Authority>;
}

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;

x509.cryptoProvider.set(webcrypto as Crypto);

async function makeKeys(): Promise<CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify'])) as CryptoKeyPair;
}

async function pemOfKey(key: CryptoKey): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return `-----BEGIN PRIVATE KEY-----\n${bytes.toString('base64')}\n-----END PRIVATE KEY-----\n`;
}

function serialNumber(): string {
  return `01${Buffer.from(webcrypto.getRandomValues(new Uint8Array(8))).toString('hex')}`;
}

function validity({ notBefore, notAfter }: Wanted): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: notBefore ?? new Date(Date.now() - DAY_MS),
    notAfter: notAfter ?? new Date(Date.now() + DAY_MS),
  };
}

function alternativeNames({ names = [], ips = [] }: Wanted): x509.Extension[] {
  const all: x509.JsonGeneralNames = [
    ...names.map((value) => ({ type: 'dns' as const, value })),
    ...ips.map((value) => ({ type: 'ip' as const, value })),
  ];
  return all.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(all)];
}

/** A root that can issue certificates. */
export async function makeCa(name = 'Test root'): Promise<Authority> {
  const keys = await makeKeys();
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=${name}`,
    ...validity({}),
    signingAlgorithm: EC,
    keys,
    extensions: authorityExtensions(),
  });
  return authorityOf(root, keys);
}

function authorityExtensions(): x509.Extension[] {
  return [
    new x509.BasicConstraintsExtension(true, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
  ];
}

async function authorityOf(own: x509.X509Certificate, keys: CryptoKeyPair): Promise<Authority> {
  const sign = async (subject: string, wanted: Wanted, extensions: x509.Extension[]) => {
    const theirs = await makeKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: `CN=${subject}`,
      issuer: own.subject,
      ...validity(wanted),
      signingAlgorithm: EC,
      publicKey: theirs.publicKey,
      signingKey: keys.privateKey,
      extensions,
    });
    return { certificate, keys: theirs };
  };
  return {
    ...(await identityOf(own, keys)),
    issue: async (wanted) => {
      const extensions = [new x509.BasicConstraintsExtension(false, undefined, true), ...alternativeNames(wanted)];
      const signed = await sign(wanted.names?.[0] ?? wanted.ips?.[0] ?? 'nobody', wanted, extensions);
      return identityOf(signed.certificate, signed.keys);
    },
    below: async (name) => {
      const signed = await sign(name, {}, authorityExtensions());
      return authorityOf(signed.certificate, signed.keys);
    },
  };
}

async function identityOf(certificate: x509.X509Certificate, keys: CryptoKeyPair): Promise<Identity> {
  return { key: await pemOfKey(keys.privateKey), cert: `${certificate.toString('pem')}\n` };
}

/** A self-signed certificate. */
export async function makeSelfSigned(wanted: Wanted): Promise<Identity> {
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=${wanted.names?.[0] ?? 'nobody'}`,
    ...validity(wanted),
    signingAlgorithm: EC,
    keys,
    extensions: alternativeNames(wanted),
  });
  return identityOf(certificate, keys);
}

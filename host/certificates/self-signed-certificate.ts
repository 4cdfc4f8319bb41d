// Creation of self-signed certificates (RFC 5280 §4.1) as the engine writes them: version 3, issuer = subject, a
// certificate authority that signs no other authorities. No other extension.

import type { Cryptography, KeyTexts } from '../transport/cryptography.js';
import { BIT_STRING, contentOf, der, derInteger, derOid, NULL, OCTET_STRING, readDer, SEQUENCE, TRUE } from './der.js';
import { distinguishedName } from './distinguished-name.js';

const SERIAL_BYTES = 20;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const VERSION_3 = der(0xa0, derInteger(Uint8Array.of(2)));

/** basicConstraints, critical: cA TRUE, pathLenConstraint 0. */
const EXTENSIONS = der(
  0xa3,
  der(
    SEQUENCE,
    der(SEQUENCE, derOid('2.5.29.19'), TRUE, der(OCTET_STRING, der(SEQUENCE, TRUE, derInteger(Uint8Array.of(0))))),
  ),
);

const SHA256_WITH_RSA = der(SEQUENCE, derOid('1.2.840.113549.1.1.11'), NULL);
const ECDSA_WITH_SHA256 = der(SEQUENCE, derOid('1.2.840.10045.4.3.2'));
const EC_PUBLIC_KEY = derOid('1.2.840.10045.2.1');

const encoder = new TextEncoder();

export interface Validity {
  /** Both as YYYYMMDDhhmmss, in UTC. */
  readonly not_before: string;
  readonly not_after: string;
}

/** Functions of the runtime that making a certificate needs. */
export type CertificateTools = Pick<Cryptography, 'fillRandom' | 'signMessage'>;

/** The certificate in PEM, or an error that says why there is none. */
export function selfSignedCertificate(
  { privatePem, publicPem }: KeyTexts,
  name: string,
  validity: Validity,
  tools: CertificateTools,
): { pem: string } | Error {
  if (privatePem === null) return new Error('the key has no private half');
  const subject = distinguishedName(name);
  if (typeof subject === 'string') return new Error(`issuer_name: ${subject}`);
  for (const [argument, text] of Object.entries(validity)) {
    if (!isTime(text)) return new Error(`${argument} is "${text}", not a time as YYYYMMDDhhmmss`);
  }
  const subjectKey = bytesOfPem(publicPem);
  const algorithm = isEllipticCurve(subjectKey) ? ECDSA_WITH_SHA256 : SHA256_WITH_RSA;
  const lifetime = der(SEQUENCE, time(validity.not_before), time(validity.not_after));
  const parts = [VERSION_3, serialNumber(tools), algorithm, subject, lifetime, subject, subjectKey, EXTENSIONS];
  const toBeSigned = der(SEQUENCE, ...parts);
  const signature = tools.signMessage(toBeSigned, privatePem);
  if (signature === null) return new Error('the key is neither an RSA key nor one of a supported elliptic curve');
  return { pem: pemOf(der(SEQUENCE, toBeSigned, algorithm, der(BIT_STRING, Uint8Array.of(0), signature))) };
}

/** Positive, at most 20 bytes (RFC 5280 §4.1.2.2); without leading zeros, so of constant length. */
function serialNumber(tools: CertificateTools): Uint8Array {
  const bytes = new Uint8Array(SERIAL_BYTES);
  tools.fillRandom(bytes);
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return derInteger(bytes);
}

function isTime(text: string): boolean {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text) ?? [];
  if (year === undefined) return false;
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const date = new Date(written);
  return !Number.isNaN(date.getTime()) && date.toISOString() === written;
}

/** RFC 5280 §4.1.2.5: a year of two digits from 1950 to 2049, of four otherwise. */
function time(text: string): Uint8Array {
  const year = Number(text.slice(0, 4));
  if (year < 1950 || year > 2049) return der(GENERALIZED_TIME, encoder.encode(`${text}Z`));
  return der(UTC_TIME, encoder.encode(`${text.slice(2)}Z`));
}

/** SubjectPublicKeyInfo: SEQUENCE { SEQUENCE { OID of the algorithm, parameters }, BIT STRING }. */
function isEllipticCurve(subjectKey: Uint8Array): boolean {
  const [algorithm] = readDer(contentOf(subjectKey, SEQUENCE) ?? subjectKey) ?? [];
  return algorithm !== undefined && EC_PUBLIC_KEY.every((byte, at) => algorithm.content[at] === byte);
}

function bytesOfPem(pem: string): Uint8Array {
  const base64 = pem.replace(/-----[^-]*-----|\s/g, '');
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function pemOf(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes));
  const lines = base64.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

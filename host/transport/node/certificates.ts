// Reading, checking and writing of certificates and keys by node:crypto.
import type { KeyObject } from 'node:crypto';
import type { KeyTexts } from '../cryptography.js';
import { cryptoModule } from './builtins.js';

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';
const PEM_MARK = '-----BEGIN ';

export function parseCertificates(source: Uint8Array): string | null {
  try {
    const text = asText(source);
    if (!text.includes(PEM_MARK)) return new (cryptoModule().X509Certificate)(source).toString();
    let pem = '';
    let from = text.indexOf(BEGIN);
    while (from >= 0) {
      const end = text.indexOf(END, from);
      if (end < 0) return null;
      pem += new (cryptoModule().X509Certificate)(text.slice(from, end + END.length)).toString();
      from = text.indexOf(BEGIN, end);
    }
    return pem === '' ? null : pem;
  } catch {
    return null; // node:crypto throws when this is no certificate
  }
}

export function parseKey(source: Uint8Array, publicOnly: boolean): KeyTexts | null {
  try {
    if (publicOnly) return { privatePem: null, publicPem: publicText(readPublicKey(source)) };
    const key = readPrivateKey(source);
    return { privatePem: privateText(key), publicPem: publicText(cryptoModule().createPublicKey(key)) };
  } catch {
    return null; // likewise: no key, a key of the other kind, or an encrypted one
  }
}

function readPublicKey(source: Uint8Array): KeyObject {
  const text = pemIn(source);
  if (text === null) return cryptoModule().createPublicKey({ key: Buffer.from(source), format: 'der', type: 'spki' });
  // node:crypto would also accept a private key or a certificate, and use its public half.
  if (!text.includes('PUBLIC KEY-----')) throw new Error('no public key');
  return cryptoModule().createPublicKey(text);
}

function readPrivateKey(source: Uint8Array): KeyObject {
  const text = pemIn(source);
  if (text !== null) return cryptoModule().createPrivateKey(text);
  const key = Buffer.from(source);
  try {
    return cryptoModule().createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  } catch {
    return cryptoModule().createPrivateKey({ key, format: 'der', type: 'pkcs1' });
  }
}

/** A private key in the traditional form of its kind (PKCS#1 or SEC1), as Godot writes it. */
function privateText(key: KeyObject): string {
  const kind = key.asymmetricKeyType;
  const type = kind === 'rsa' ? 'pkcs1' : kind === 'ec' ? 'sec1' : 'pkcs8';
  return key.export({ type, format: 'pem' }) as string;
}

function publicText(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }) as string;
}

/** The text from the first PEM block on, without a byte-order mark or other text before it. */
function pemIn(source: Uint8Array): string | null {
  const text = asText(source);
  const start = text.indexOf(PEM_MARK);
  return start < 0 ? null : text.slice(start);
}

function asText(source: Uint8Array): string {
  return Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString('latin1');
}

// Certificates and keys: read, checked and written back by node:crypto. Texts in, texts out.
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
    return null; // node:crypto says by throwing that this is no certificate
  }
}

export function parseKey(source: Uint8Array, publicOnly: boolean): KeyTexts | null {
  try {
    if (publicOnly) return { privatePem: null, publicPem: publicText(readPublicKey(source)) };
    const key = readPrivateKey(source);
    return { privatePem: privateText(key), publicPem: publicText(cryptoModule().createPublicKey(key)) };
  } catch {
    return null; // likewise: no key, a key of the other kind, or one behind a passphrase
  }
}

function readPublicKey(source: Uint8Array): KeyObject {
  const text = pemIn(source);
  if (text === null) return cryptoModule().createPublicKey({ key: Buffer.from(source), format: 'der', type: 'spki' });
  // node:crypto would also take the public half of a private key or of a certificate.
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

/** Each kind of key in the form that bears its name, as Godot writes it. */
function privateText(key: KeyObject): string {
  const kind = key.asymmetricKeyType;
  const type = kind === 'rsa' ? 'pkcs1' : kind === 'ec' ? 'sec1' : 'pkcs8';
  return key.export({ type, format: 'pem' }) as string;
}

function publicText(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }) as string;
}

/** The text from the first PEM block on: what stands before it, such as a byte-order mark, is none of it. */
function pemIn(source: Uint8Array): string | null {
  const text = asText(source);
  const start = text.indexOf(PEM_MARK);
  return start < 0 ? null : text.slice(start);
}

function asText(source: Uint8Array): string {
  return Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString('latin1');
}

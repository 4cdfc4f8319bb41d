// Certificates of the interop tests: one root and one server, made once per test file, as texts and as options.
import { CryptoKey, TLSOptions, X509Certificate } from '../../../host/index.js';
import { type Identity, makeCa } from '../../helpers/certificates.js';

export interface Trust {
  /** PEM of the root that clients are told to trust. */
  readonly root: string;
  /** For localhost and 127.0.0.1. */
  readonly server: Identity;
}

export async function makeTrust(): Promise<Trust> {
  const ca = await makeCa();
  return { root: ca.cert, server: await ca.issue({ names: ['localhost'], ips: ['127.0.0.1'] }) };
}

export function certificateOf(pem: string): X509Certificate {
  const certificate = new X509Certificate();
  certificate.load_from_string(pem);
  return certificate;
}

export function keyOf(pem: string): CryptoKey {
  const key = new CryptoKey();
  key.load_from_string(pem);
  return key;
}

export function clientOptions({ root }: Trust): TLSOptions {
  return TLSOptions.client(certificateOf(root));
}

export function serverOptions({ server }: Trust): TLSOptions {
  return TLSOptions.server(keyOf(server.key), certificateOf(server.cert));
}

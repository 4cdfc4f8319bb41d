// Check of the arguments of connect_to_url.
import { requireString, wrongType } from '../../binding/arguments.js';
import type { TLSOptions } from '../crypto/tls-options.js';

/** What is wrong with a client's URL and options, or ''. Throws a TypeError for values of other types. */
export function connectFault(url: string, tls: TLSOptions | null): string {
  requireString('url', url);
  // The class itself is not imported: pages without it do not load it.
  if (tls !== null && typeof tls.is_server !== 'function') throw wrongType('tls_client_options', 'TLSOptions', tls);
  if (url === '') return 'url is empty';
  return tls?.is_server() ? 'tls_client_options are options of a server' : '';
}

// The platform of pages and workers: time and randomness. Sockets, files and keys do not exist; their functions fail as
// where the system refuses.
import { CLOSED_STREAM } from '../closed-stream.js';
import type { Cryptography } from '../cryptography.js';
import type { Deflater } from '../deflater.js';
import type { Clock, Files, ListenResult, Sockets } from '../platform.js';
import type { ProcessLines } from '../process-lines.js';
import { sha1 } from './sha1.js';
import { alarm, atTurnEnd } from './timers.js';

const NOT_IN_PAGES = { errorCode: 'ENOTSUP', reason: 'a page can only connect' };
const NO_LISTENER: ListenResult = { ...NOT_IN_PAGES, listener: null };
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

const none = (): null => null;
const closed = (): typeof CLOSED_STREAM => CLOSED_STREAM;

/** No keys or signatures: the browser's functions are asynchronous, these are synchronous. */
export const cryptography: Cryptography = {
  fillRandom(bytes) {
    crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>);
  },
  sha1,
  // Not checked here: the browser verifies certificates itself.
  parseCertificates: (source) => new TextDecoder().decode(source).match(PEM_CERTIFICATE)?.join('\n') ?? null,
  parseKey: none,
  hash: none,
  hmac: none,
  areEqual(trusted, received) {
    let difference = trusted.length ^ received.length;
    for (const [at, byte] of trusted.entries()) difference |= byte ^ (received[at] ?? 0);
    return difference === 0;
  },
  generateRsa: none,
  rsaBytes: none,
  signHash: none,
  verifyHash: () => false,
  signMessage: none,
  encrypt: none,
  decrypt: none,
};

/** None: a page's own WebSocket deflates by itself, and a MessagePort would gain nothing. */
export const deflater = (): Deflater | null => null;

/** None: a page is one process. */
export const processLines: ProcessLines | null = null;

export const clock: Clock = { now: () => performance.now(), atTurnEnd, alarm };

export const files: Files = { readFile: none, writeFile: () => false };

export const sockets: Sockets = {
  connectTcp: closed,
  connectTls: closed,
  wrapTlsClient: closed,
  wrapTlsServer: closed,
  connectUds: none,
  bindUds: () => ({ ...NOT_IN_PAGES, bound: null }),
  listenUds: () => NO_LISTENER,
  adoptSocket: none,
  listen: () => NO_LISTENER,
  useReadBuffer: () => {},
};

// Errors of the system and of TLS, as the runtimes give them, and the failures that they become.
import { expect, test } from 'vitest';
import { failureOfStream, type Progress } from '../../host/protocol/stream-failure.js';
import { plainError } from '../../host/transport/plain-error.js';

const PLAIN: Progress = { whom: 'ws://a/', isSecure: false, wasOpen: false, ending: 'it ended' };
const SECURE: Progress = { ...PLAIN, whom: 'wss://a/', isSecure: true };
const ASKED: Progress = { ...PLAIN, wasOpen: true };

interface Given {
  readonly code?: string;
  readonly syscall?: string;
  readonly host?: string;
  readonly message?: string;
}

const OPENSSL = '80:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/x.c:350:\n';

const ROWS: readonly [given: Given | null, at: Progress, stage: string, code: string, cause: string][] = [
  [{ code: 'ENOTFOUND', syscall: 'getaddrinfo' }, PLAIN, 'lookup', 'ENOTFOUND', 'the host name is unknown'],
  [{ code: 'EAI_AGAIN', syscall: 'getaddrinfo' }, SECURE, 'lookup', 'EAI_AGAIN', 'the name server does not answer'],
  [{ code: 'ECONNREFUSED', syscall: 'connect' }, PLAIN, 'connect', 'ECONNREFUSED', 'refused'],
  [{ code: 'ECONNREFUSED', syscall: 'connect' }, SECURE, 'connect', 'ECONNREFUSED', 'refused'],
  [{ code: 'ETIMEDOUT', syscall: 'connect' }, PLAIN, 'connect', 'ETIMEDOUT', 'the host does not answer'],
  [
    { code: 'EMFILE', syscall: 'connect', message: 'connect EMFILE 127.0.0.1:1 - Local (undefined:undefined)' },
    PLAIN,
    'connect',
    'EMFILE',
    'this process has no file descriptor left (ulimit -n)',
  ],
  [{ code: 'EHOSTDOWN', syscall: 'connect', message: 'so it is' }, PLAIN, 'connect', 'EHOSTDOWN', 'so it is'],
  [
    { code: 'ECONNRESET', syscall: 'read' },
    ASKED,
    'handshake',
    'ECONNRESET',
    'the other side has reset the connection',
  ],
  [{ code: 'ECONNRESET', syscall: 'read' }, SECURE, 'tls', 'ECONNRESET', 'the other side has reset the connection'],
  [{ code: 'ECONNRESET' }, SECURE, 'tls', 'PEER_GONE', 'it ended'],
  [null, ASKED, 'handshake', 'PEER_GONE', 'it ended'],
  [{ code: 'CERT_HAS_EXPIRED' }, SECURE, 'tls', 'ERR_TLS_CERT_EXPIRED', 'the certificate has expired'],
  [{ code: 'CERT_NOT_YET_VALID' }, SECURE, 'tls', 'ERR_TLS_CERT_NOT_YET_VALID', 'the certificate is not yet valid'],
  [
    { code: 'ERR_TLS_CERT_ALTNAME_INVALID', host: 'a' },
    SECURE,
    'tls',
    'ERR_TLS_NAME_MISMATCH',
    'the certificate is not for the name "a"',
  ],
  [
    { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    SECURE,
    'tls',
    'ERR_TLS_SELF_SIGNED',
    'the certificate is self-signed and not trusted',
  ],
  [
    { code: 'SELF_SIGNED_CERT_IN_CHAIN' },
    SECURE,
    'tls',
    'ERR_TLS_UNKNOWN_CA',
    'the chain ends in a self-signed certificate that is not trusted',
  ],
  [
    { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    SECURE,
    'tls',
    'ERR_TLS_UNKNOWN_CA',
    'the certificate is not signed by a trusted authority',
  ],
  [
    { code: 'ERR_SSL_WRONG_VERSION_NUMBER', message: OPENSSL },
    SECURE,
    'tls',
    'ERR_TLS_NOT_TLS',
    'the other side does not speak TLS',
  ],
  [
    { code: 'ERR_SSL_HTTP_REQUEST' },
    { ...ASKED, whom: 'the client' },
    'tls',
    'ERR_TLS_NOT_TLS',
    'the other side speaks HTTP without TLS',
  ],
  [
    { code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', message: OPENSSL },
    { ...ASKED, whom: 'the client' },
    'tls',
    'ERR_TLS_FAILED',
    'TLS failed: sslv3 alert handshake failure',
  ],
  [{ message: 'odd' }, SECURE, 'tls', 'ERR_TLS_FAILED', 'odd'],
  [{ message: 'odd' }, PLAIN, 'connect', 'CONNECT_FAILED', 'odd'],
  [
    { code: 'ERR_ACCESS_DENIED' },
    SECURE,
    'connect',
    'ERR_ACCESS_DENIED',
    'this runtime was started without the right to do so',
  ],
];

test.each(ROWS)('%j becomes, at %j, %s %s: %s', (given, progress, stage, code, cause) => {
  const error = given === null ? null : plainError(Object.assign(new Error(given.message ?? 'raw'), given));
  const failure = failureOfStream(error, progress);
  expect(failure).toMatchObject({ stage, code });
  expect(failure.message.endsWith(`: ${cause} (${code})`)).toBe(true);
  expect(failure.message).toContain(progress.whom);
  expect(failure.message).not.toContain('\n');
});

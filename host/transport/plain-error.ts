// Platform errors in this package's form: a code and one plain sentence, without the line breaks, memory addresses and
// source paths of libraries' messages.

/** The code of all missing permissions. */
export const ACCESS_DENIED = 'ERR_ACCESS_DENIED';

/** Fields of a thrown value; runtimes agree on the codes, not on the texts. */
interface Trouble {
  readonly name?: string;
  readonly code?: string;
  readonly syscall?: string;
  readonly message?: string;
  /** The host name that the certificate does not cover. */
  readonly host?: string;
}

const SENTENCES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not yet valid',
  CERT_REVOKED: 'the certificate was revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed and not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'the chain ends in a self-signed certificate that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate is not signed by a trusted authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate is not signed by a trusted authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate is not signed by a trusted authority',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the other side does not speak TLS',
  ERR_SSL_HTTP_REQUEST: 'the other side speaks HTTP without TLS',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'there is no version of TLS that both sides allow',
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: 'there is no version of TLS that both sides allow',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'there is no version of TLS that both sides allow',
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'the private key does not belong to the certificate',
};

/** Matches texts unfit for users: several lines, or internals of a library. */
const IS_RAW = /[\r\n]|error:[0-9a-f]{6}|\.\.\/|0x[0-9a-f]{6}/i;
/** OpenSSL's own form: a number, a library, a function, and what has happened. */
const OPENSSL = /error:[0-9a-f]+:[^:]*:[^:]*:([^:\r\n]+)/i;
const ALLOWING_FLAG = /--allow-[a-z-]+/;

/** Whether the runtime lacks a permission. */
export function isDenial({ name, code, syscall }: Trouble): boolean {
  // Deno has error classes for this, except for look-ups of names, which "the system" does not permit.
  return name === 'NotCapable' || code === ACCESS_DENIED || (code === 'EPERM' && syscall === 'getaddrinfo');
}

/** The words in a library's error code. */
function wordsOf(code: string): string {
  return code.replaceAll('_', ' ').toLowerCase();
}

function sentenceOf(trouble: Trouble): string {
  const { code = '', message = '', syscall, host } = trouble;
  if (isDenial(trouble)) {
    const flag = ALLOWING_FLAG.exec(message)?.[0] ?? (syscall === 'getaddrinfo' ? '--allow-net' : undefined);
    return `this runtime was started without the right to do so${flag === undefined ? '' : ` (${flag})`}`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `the certificate is not for the name "${host ?? ''}"`;
  const known = SENTENCES[code];
  if (known !== undefined) return known;
  const happened = /^ERR_O?SSL_(.+)/.exec(code) ?? OPENSSL.exec(message);
  if (happened !== null) return `TLS failed: ${wordsOf(happened[1] as string)}`;
  if (!IS_RAW.test(message) && message !== '') return message;
  return code === '' ? 'the runtime failed without a reason' : `the runtime failed: ${wordsOf(code)}`;
}

/** A thrown value as an error whose message is one plain sentence; unchanged when it is one already. */
export function plainError(thrown: unknown): Error {
  const trouble: Trouble = thrown instanceof Error ? thrown : { message: String(thrown) };
  const message = sentenceOf(trouble);
  if (thrown instanceof Error && thrown.message === message) return thrown;
  // `syscall` marks network failures; a missing permission is none.
  return Object.assign(new Error(message, { cause: thrown }), {
    code: isDenial(trouble) ? ACCESS_DENIED : trouble.code,
  });
}

/** Returns the result of `attempt`; when the platform throws, that of `failed` for the plain error. */
export function attempted<T>(attempt: () => T, failed: (error: Error) => T): T {
  try {
    return attempt();
  } catch (thrown) {
    return failed(plainError(thrown));
  }
}

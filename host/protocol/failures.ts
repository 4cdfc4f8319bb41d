// Why a connection failed: the table of codes, from which docs/failures.md is made, and failures as data.
import { type Failure, type FailureStage, withoutSecrets } from '../binding/error-handler.js';

/** Stages at which a code occurs, and what it means. The meanings of the system's and TLS's codes are shown in reports. */
interface CodeEntry {
  readonly stages: readonly FailureStage[];
  readonly meaning: string;
}

const at = (stages: readonly FailureStage[], meaning: string): CodeEntry => ({ stages, meaning });

/** Codes of failures. The system's codes that are not listed are passed on as they are. */
export const FAILURE_CODES = /* @__PURE__ */ Object.freeze({
  ENOTFOUND: /* @__PURE__ */ at(['lookup'], 'the host name is unknown'),
  EAI_AGAIN: /* @__PURE__ */ at(['lookup'], 'the name server does not answer'),
  ECONNREFUSED: /* @__PURE__ */ at(['connect'], 'refused'),
  ETIMEDOUT: /* @__PURE__ */ at(['connect', 'tls', 'handshake'], 'the host does not answer'),
  EHOSTUNREACH: /* @__PURE__ */ at(['connect'], 'the host can not be reached'),
  ENETUNREACH: /* @__PURE__ */ at(['connect'], 'the network can not be reached'),
  EMFILE: /* @__PURE__ */ at(['connect'], 'this process has no file descriptor left (ulimit -n)'),
  ECONNRESET: /* @__PURE__ */ at(['connect', 'tls', 'handshake'], 'the other side has reset the connection'),
  EPIPE: /* @__PURE__ */ at(['handshake'], 'the other side has ended the connection'),
  ERR_ACCESS_DENIED: /* @__PURE__ */ at(['connect'], 'the runtime was started without the right to connect'),
  CONNECT_FAILED: /* @__PURE__ */ at(
    ['connect', 'tls', 'handshake'],
    'the stream failed without a code; in a page, any of these: unknown host, refused, TLS, an answer other than 101',
  ),
  ERR_TLS_CERT_EXPIRED: /* @__PURE__ */ at(['tls'], 'the certificate has expired'),
  ERR_TLS_CERT_NOT_YET_VALID: /* @__PURE__ */ at(['tls'], 'the certificate is not yet valid'),
  ERR_TLS_NAME_MISMATCH: /* @__PURE__ */ at(['tls'], 'the certificate is for another name'),
  ERR_TLS_SELF_SIGNED: /* @__PURE__ */ at(['tls'], 'the certificate is self-signed and not trusted'),
  ERR_TLS_UNKNOWN_CA: /* @__PURE__ */ at(['tls'], 'the certificate is not signed by a trusted authority'),
  ERR_TLS_NOT_TLS: /* @__PURE__ */ at(['tls'], 'the other side does not speak TLS'),
  ERR_TLS_FAILED: /* @__PURE__ */ at(['tls'], 'TLS failed for another reason, which the message names'),
  PEER_SPEAKS_TLS: /* @__PURE__ */ at(['handshake'], 'the other side speaks TLS, this one does not: use wss://'),
  NOT_HTTP: /* @__PURE__ */ at(['handshake'], 'the server speaks another protocol than HTTP'),
  HTTP_STATUS: /* @__PURE__ */ at(
    ['handshake'],
    'the server answered with another status than 101; `http_status`, `http_headers` and `http_body` have the answer',
  ),
  BAD_ANSWER: /* @__PURE__ */ at(['handshake'], "the server's answer breaks the rules of RFC 6455 §4.1 or of HTTP"),
  BAD_ACCEPT: /* @__PURE__ */ at(['handshake'], 'Sec-WebSocket-Accept is missing or not the answer to this request'),
  PROTOCOL_MISMATCH: /* @__PURE__ */ at(['handshake'], 'the two sides have no subprotocol in common'),
  COMPRESSION_MISMATCH: /* @__PURE__ */ at(
    ['handshake'],
    "client: the server's answer to `compression_mode` 1 can't be kept",
  ),
  HEAD_TOO_LARGE: /* @__PURE__ */ at(['handshake'], 'the request or answer is larger than `max_handshake_size`'),
  BAD_REQUEST: /* @__PURE__ */ at(
    ['handshake'],
    "server: the client's request breaks the rules of RFC 6455 §4.2.1 or of HTTP",
  ),
  NOT_ALLOWED: /* @__PURE__ */ at(['handshake'], 'server: `allowed_origins` or `allowed_hosts` forbid the request'),
  HOOK_REFUSED: /* @__PURE__ */ at(['handshake'], 'server: `handshake_hook` refused the request, failed or was late'),
  SERVER_FULL: /* @__PURE__ */ at(
    ['handshake'],
    'server: `max_connections_per_address`, `max_pending_per_address` or `max_peers` were reached',
  ),
  SHUTTING_DOWN: /* @__PURE__ */ at(['handshake', 'open', 'close'], 'server: it is closing (`drain`)'),
  BAD_FIRST_MESSAGE: /* @__PURE__ */ at(
    ['handshake'],
    "multiplayer client: the server's first message is not an id; it is no multiplayer server",
  ),
  TIMEOUT: /* @__PURE__ */ at(
    ['connect', 'tls', 'handshake', 'open', 'close'],
    '`handshake_timeout` was over, a heartbeat or a message was late, or `close_timeout` was over',
  ),
  PEER_GONE: /* @__PURE__ */ at(
    ['tls', 'handshake', 'open', 'close'],
    'the other side ended or broke the connection without a close frame',
  ),
  PROTOCOL_ERROR: /* @__PURE__ */ at(['open', 'close'], 'the other side sent what RFC 6455 forbids'),
  INVALID_UTF8: /* @__PURE__ */ at(['open', 'close'], 'the other side sent text that is not UTF-8'),
  INVALID_DEFLATE: /* @__PURE__ */ at(
    ['open', 'close'],
    'the other side sent a compressed message that can not be decompressed (RFC 7692)',
  ),
  MESSAGE_TOO_BIG: /* @__PURE__ */ at(
    ['open', 'close'],
    'a message, decompressed if it was compressed, was larger than `inbound_buffer_size`',
  ),
  TOO_MANY_FRAGMENTS: /* @__PURE__ */ at(['open', 'close'], 'a message had more frames than `max_message_fragments`'),
  RATE_LIMITED: /* @__PURE__ */ at(
    ['open', 'close'],
    'the other side sent faster than `max_packets_per_second` or `max_bytes_per_second` allow',
  ),
  UNPOLLED: /* @__PURE__ */ at(
    ['open'],
    'page: more packets waited than `max_unpolled_packets` or `max_unpolled_bytes` allow',
  ),
});
export type FailureCode = keyof typeof FAILURE_CODES;

/** An HTTP answer that is not an upgrade. */
export interface HttpAnswer {
  readonly status: number;
  /** By lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** What the messages of each stage begin with. */
const STAGES: Readonly<Record<FailureStage, (whom: string) => string>> = {
  lookup: (whom) => `can't look up the host of ${whom}`,
  connect: (whom) => `can't connect to ${whom}`,
  tls: (whom) => `TLS with ${whom} failed`,
  handshake: (whom) => `the handshake with ${whom} failed`,
  open: (whom) => `the connection to ${whom} broke`,
  close: (whom) => `the connection to ${whom} was not closed in order`,
};

/** A failure as frozen data. */
export function failureOf(
  stage: FailureStage,
  code: string,
  message: string,
  http_status = 0,
  http_headers: ReadonlyMap<string, string> = new Map(),
  http_body = '',
): Failure {
  return Object.freeze({ stage, code, message, http_status, http_headers, http_body });
}

/** A failure with the usual message: stage, other side, cause and code. */
export function failureWith(
  whom: string,
  stage: FailureStage,
  code: string,
  cause: string,
  answer?: HttpAnswer | null,
): Failure {
  const message = `${STAGES[stage](whom)}: ${cause} (${code})`;
  return failureOf(stage, code, message, answer?.status, answer?.headers, answer?.body);
}

/** The other side, for messages: a server by its URL without secrets, a client by its address. */
export function otherSide(url: string, isClient: boolean, address: string): string {
  if (isClient) return withoutSecrets(url);
  return address === '' ? 'the client' : `the client at ${address}`;
}

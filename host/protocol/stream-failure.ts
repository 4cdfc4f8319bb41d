// Failures of a stream before it could carry a handshake, or during it: the system's and TLS's errors as stage, code and
// cause.
import type { Failure, FailureStage } from '../binding/error-handler.js';
import { FAILURE_CODES, type FailureCode, failureWith } from './failures.js';

/** Fields of a stream's error. */
interface Trouble extends Error {
  readonly code?: string;
  readonly syscall?: string;
}

/** Codes of OpenSSL and Node, which Deno and Bun share. */
const TLS_CODES: Readonly<Record<string, FailureCode>> = {
  CERT_HAS_EXPIRED: 'ERR_TLS_CERT_EXPIRED',
  CERT_NOT_YET_VALID: 'ERR_TLS_CERT_NOT_YET_VALID',
  ERR_TLS_CERT_ALTNAME_INVALID: 'ERR_TLS_NAME_MISMATCH',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'ERR_TLS_SELF_SIGNED',
  SELF_SIGNED_CERT_IN_CHAIN: 'ERR_TLS_UNKNOWN_CA',
  UNABLE_TO_GET_ISSUER_CERT: 'ERR_TLS_UNKNOWN_CA',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'ERR_TLS_UNKNOWN_CA',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'ERR_TLS_UNKNOWN_CA',
  ERR_SSL_WRONG_VERSION_NUMBER: 'ERR_TLS_NOT_TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'ERR_TLS_NOT_TLS',
  ERR_SSL_HTTP_REQUEST: 'ERR_TLS_NOT_TLS',
};

/** How far the stream had come. */
export interface Progress {
  /** For messages: see `otherSide`. */
  readonly whom: string;
  /** Whether TLS is part of connecting. */
  readonly isSecure: boolean;
  /** Whether the stream was open. */
  readonly wasOpen: boolean;
  /** What is known when the other side just ended the stream. */
  readonly ending: string;
}

/** The system's error codes: ECONNREFUSED, EAI_AGAIN, … */
function isSystemCode(code: string): boolean {
  return /^E[A-Z]+(_[A-Z]+)?$/.test(code) && !code.startsWith('ERR_');
}

function stageOf({ code = '', syscall }: Trouble, { isSecure, wasOpen }: Progress): FailureStage {
  if (syscall === 'getaddrinfo') return 'lookup';
  if (/^ERR_(O?SSL|TLS)_/.test(code)) return 'tls';
  if (wasOpen) return 'handshake';
  return isSecure && syscall !== 'connect' ? 'tls' : 'connect';
}

/** The failure of a stream that has ended; `error` is null after an end in order. */
export function failureOfStream(error: Trouble | null, progress: Progress): Failure {
  const { whom, wasOpen, isSecure, ending } = progress;
  if (error === null || (error.code === 'ECONNRESET' && error.syscall === undefined)) {
    return failureWith(whom, !wasOpen && isSecure ? 'tls' : 'handshake', 'PEER_GONE', ending);
  }
  const { code = '' } = error;
  const known = TLS_CODES[code];
  if (known !== undefined) return failureWith(whom, 'tls', known, error.message);
  if (code === 'ERR_ACCESS_DENIED') return failureWith(whom, 'connect', code, error.message);
  const stage = stageOf(error, progress);
  if (isSystemCode(code)) {
    const entry = FAILURE_CODES[code as FailureCode] as { meaning: string } | undefined;
    return failureWith(whom, stage, code, entry?.meaning ?? error.message);
  }
  return failureWith(whom, stage, stage === 'tls' ? 'ERR_TLS_FAILED' : 'CONNECT_FAILED', error.message);
}

/** How an open connection was lost, by the error of its stream. */
export function breakage(error: Error | null): string {
  return error === null ? 'the other side ended it without a close frame' : `it was lost: ${error.message}`;
}

/** Why a connection has waited in vain, in words. */
export function lateness(isOpen: boolean): string {
  if (isOpen) return 'the other side did not answer the heartbeat (heartbeat_interval)';
  return 'no answer to the close frame within close_timeout';
}

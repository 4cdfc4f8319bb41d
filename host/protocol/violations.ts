// Consequences of each fault of the other side: the code to send, the code and reason to show, and the message that
// names the limit.
import {
  FAULT_CLOSE_BODY,
  FAULT_CLOSE_CODE,
  FAULT_CONTROL_FRAGMENTED,
  FAULT_CONTROL_TOO_LONG,
  FAULT_INVALID_UTF8,
  FAULT_LENGTH_NOT_MINIMAL,
  FAULT_LENGTH_TOP_BIT,
  FAULT_MASKING,
  FAULT_MESSAGE_INTERRUPTED,
  FAULT_MESSAGE_TOO_BIG,
  FAULT_NOTHING_TO_CONTINUE,
  FAULT_RESERVED_BITS,
  FAULT_RESERVED_OPCODE,
  FAULT_TOO_MANY_FRAGMENTS,
} from '../../assembly/abi.js';
import {
  CLOSE_INVALID_PAYLOAD,
  CLOSE_POLICY,
  CLOSE_TOO_BIG,
  closeCodeOfFault,
  FAULT_INVALID_DEFLATE,
  FAULT_MESSAGE_LATE,
  FAULT_TOO_MANY_BYTES,
  FAULT_TOO_MANY_PACKETS,
  isFramingFault,
} from '../codec/faults.js';
import { NO_CODE } from './close-codes.js';
import type { FailureCode } from './failures.js';

/** Code and reason of a close, as shown to the game. */
export interface Farewell {
  readonly code: number;
  readonly reason: string;
}

/** What the other side did, for messages: RFC 6455 or RFC 7692 forbids it. */
const WRONGS: Readonly<Record<number, string>> = {
  [FAULT_RESERVED_BITS]: 'a frame with reserved bits',
  [FAULT_RESERVED_OPCODE]: 'a frame with a reserved opcode',
  [FAULT_MASKING]: 'a frame that is masked where it must not be, or not masked where it must be',
  [FAULT_NOTHING_TO_CONTINUE]: 'a continuation without a message',
  [FAULT_MESSAGE_INTERRUPTED]: 'a message inside another',
  [FAULT_CONTROL_TOO_LONG]: 'a control frame of more than 125 bytes',
  [FAULT_CONTROL_FRAGMENTED]: 'a fragmented control frame',
  [FAULT_LENGTH_NOT_MINIMAL]: 'a length that is not in its shortest form',
  [FAULT_LENGTH_TOP_BIT]: 'a length beyond 63 bits',
  [FAULT_INVALID_UTF8]: 'text that is not UTF-8',
  [FAULT_CLOSE_CODE]: 'a close code that must not be sent',
  [FAULT_CLOSE_BODY]: 'a close frame with a body of one byte',
  [FAULT_INVALID_DEFLATE]: 'a compressed message that can not be decompressed (RFC 7692)',
};

/** Shown after a broken connection, or a violation that is treated like one. */
export const NO_FAREWELL: Farewell = { code: NO_CODE, reason: '' };

export interface Violation {
  /** Code to send in the close frame. */
  readonly code: number;
  /** Null for a violation that is shown like a broken connection. */
  readonly shown: Farewell | null;
  /** Names the exceeded limit, or the rule. */
  readonly message: string;
  readonly failureCode: FailureCode;
}

/** The limits that a fault may be about, as they were when the connection opened. */
export interface ViolatedLimits {
  readonly maxMessageSize: number;
  readonly maxFragments: number;
  readonly messageTimeoutMs: number;
  readonly maxPacketsPerSecond: number;
  readonly maxBytesPerSecond: number;
}

export function violationOf(fault: number, limits: ViolatedLimits): Violation {
  const code = closeCodeOfFault(fault);
  const limit = limitBehind(fault, limits);
  return {
    code,
    shown: isFramingFault(fault) ? null : { code, reason: reasonForCode(code) },
    message: `${limit === '' ? WRONGS[fault] : limit} was refused with ${code}`,
    failureCode: failureCodeOf(fault),
  };
}

function limitBehind(fault: number, limits: ViolatedLimits): string {
  const { maxMessageSize, maxFragments, messageTimeoutMs, maxPacketsPerSecond, maxBytesPerSecond } = limits;
  if (fault === FAULT_TOO_MANY_PACKETS) {
    return `a peer that sends faster than max_packets_per_second (${maxPacketsPerSecond} frames a second)`;
  }
  if (fault === FAULT_TOO_MANY_BYTES) {
    return `a peer that sends faster than max_bytes_per_second (${maxBytesPerSecond} bytes a second)`;
  }
  if (fault === FAULT_MESSAGE_TOO_BIG) return `a message larger than inbound_buffer_size (${maxMessageSize} bytes)`;
  if (fault === FAULT_TOO_MANY_FRAGMENTS)
    return `a message of more than max_message_fragments (${maxFragments}) frames`;
  if (fault !== FAULT_MESSAGE_LATE) return '';
  return `a message that was not complete within message_timeout (${messageTimeoutMs / 1000} s)`;
}

function failureCodeOf(fault: number): FailureCode {
  if (fault === FAULT_MESSAGE_TOO_BIG) return 'MESSAGE_TOO_BIG';
  if (fault === FAULT_TOO_MANY_FRAGMENTS) return 'TOO_MANY_FRAGMENTS';
  if (fault === FAULT_MESSAGE_LATE) return 'TIMEOUT';
  if (fault === FAULT_TOO_MANY_PACKETS || fault === FAULT_TOO_MANY_BYTES) return 'RATE_LIMITED';
  if (fault === FAULT_INVALID_DEFLATE) return 'INVALID_DEFLATE';
  return fault === FAULT_INVALID_UTF8 ? 'INVALID_UTF8' : 'PROTOCOL_ERROR';
}

/** The engine's reason for a violation with `code`. */
function reasonForCode(code: number): string {
  if (code === CLOSE_INVALID_PAYLOAD) return 'Invalid frame payload data';
  if (code === CLOSE_TOO_BIG) return 'Message too big';
  if (code === CLOSE_POLICY) return 'Policy violation';
  return 'Protocol error';
}

// Consequences of each fault of the other side: the code to send, the code and reason to show, and the message that
// names the limit.
import { FAULT_MESSAGE_TOO_BIG, FAULT_TOO_MANY_FRAGMENTS } from '../../assembly/abi.js';
import {
  CLOSE_INVALID_PAYLOAD,
  CLOSE_POLICY,
  CLOSE_TOO_BIG,
  closeCodeOfFault,
  FAULT_MESSAGE_LATE,
  isFramingFault,
} from '../codec/faults.js';
import { NO_CODE } from './close-codes.js';

/** Code and reason of a close, as shown to the game. */
export interface Farewell {
  readonly code: number;
  readonly reason: string;
}

/** Shown after a broken connection, or a violation that is treated like one. */
export const NO_FAREWELL: Farewell = { code: NO_CODE, reason: '' };

export interface Violation {
  /** Code to send in the close frame. */
  readonly code: number;
  /** Null for a violation that is shown like a broken connection. */
  readonly shown: Farewell | null;
  /** Names the exceeded limit; '' when the fault is about no limit. */
  readonly message: string;
}

/** The limits that a fault may be about, as they were when the connection opened. */
export interface ViolatedLimits {
  readonly maxMessageSize: number;
  readonly maxFragments: number;
  readonly messageTimeoutMs: number;
}

export function violationOf(fault: number, limits: ViolatedLimits): Violation {
  const code = closeCodeOfFault(fault);
  const limit = limitBehind(fault, limits);
  return {
    code,
    shown: isFramingFault(fault) ? null : { code, reason: reasonForCode(code) },
    message: limit === '' ? '' : `WebSocketPeer: a message ${limit} was refused with ${code}`,
  };
}

function limitBehind(fault: number, { maxMessageSize, maxFragments, messageTimeoutMs }: ViolatedLimits): string {
  if (fault === FAULT_MESSAGE_TOO_BIG) return `larger than inbound_buffer_size (${maxMessageSize} bytes)`;
  if (fault === FAULT_TOO_MANY_FRAGMENTS) return `of more than max_message_fragments (${maxFragments}) frames`;
  if (fault !== FAULT_MESSAGE_LATE) return '';
  return `that was not complete within message_timeout (${messageTimeoutMs / 1000} s)`;
}

/** The engine's reason for a violation with `code`. */
function reasonForCode(code: number): string {
  if (code === CLOSE_INVALID_PAYLOAD) return 'Invalid frame payload data';
  if (code === CLOSE_TOO_BIG) return 'Message too big';
  if (code === CLOSE_POLICY) return 'Policy violation';
  return 'Protocol error';
}

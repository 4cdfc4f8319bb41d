// Table of all frame-level faults with their close codes (RFC 6455 §7.4.1).
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

export const CLOSE_NORMAL = 1000;
export const CLOSE_PROTOCOL_ERROR = 1002;
export const CLOSE_INVALID_PAYLOAD = 1007;
export const CLOSE_POLICY = 1008;
export const CLOSE_TOO_BIG = 1009;

/** A message that did not end in time: detected by the host's clock, not by the core. */
export const FAULT_MESSAGE_LATE = 100;
/** More frames or bytes a second than allowed: counted by the host. */
export const FAULT_TOO_MANY_PACKETS = 101;
export const FAULT_TOO_MANY_BYTES = 102;
/** A deflated message that can't be inflated: found by the host. */
export const FAULT_INVALID_DEFLATE = 103;

const CODES: ReadonlyMap<number, number> = new Map([
  [FAULT_RESERVED_BITS, CLOSE_PROTOCOL_ERROR],
  [FAULT_RESERVED_OPCODE, CLOSE_PROTOCOL_ERROR],
  [FAULT_MASKING, CLOSE_PROTOCOL_ERROR],
  [FAULT_NOTHING_TO_CONTINUE, CLOSE_PROTOCOL_ERROR],
  [FAULT_MESSAGE_INTERRUPTED, CLOSE_PROTOCOL_ERROR],
  [FAULT_CONTROL_TOO_LONG, CLOSE_PROTOCOL_ERROR],
  [FAULT_CONTROL_FRAGMENTED, CLOSE_PROTOCOL_ERROR],
  [FAULT_LENGTH_NOT_MINIMAL, CLOSE_PROTOCOL_ERROR],
  [FAULT_LENGTH_TOP_BIT, CLOSE_PROTOCOL_ERROR],
  [FAULT_MESSAGE_TOO_BIG, CLOSE_TOO_BIG],
  [FAULT_INVALID_UTF8, CLOSE_INVALID_PAYLOAD],
  [FAULT_CLOSE_CODE, CLOSE_PROTOCOL_ERROR],
  [FAULT_TOO_MANY_FRAGMENTS, CLOSE_POLICY],
  [FAULT_CLOSE_BODY, CLOSE_PROTOCOL_ERROR],
  [FAULT_MESSAGE_LATE, CLOSE_POLICY],
  [FAULT_TOO_MANY_PACKETS, CLOSE_POLICY],
  [FAULT_TOO_MANY_BYTES, CLOSE_POLICY],
  [FAULT_INVALID_DEFLATE, CLOSE_INVALID_PAYLOAD],
]);

/** The close code to send for `fault`. */
export function closeCodeOfFault(fault: number): number {
  return CODES.get(fault) ?? CLOSE_PROTOCOL_ERROR;
}

/** Malformed frames, for which the engine drops TCP and shows -1 instead of a code. */
export function isFramingFault(fault: number): boolean {
  return (fault >= FAULT_CONTROL_TOO_LONG && fault <= FAULT_LENGTH_TOP_BIT) || fault === FAULT_CLOSE_BODY;
}

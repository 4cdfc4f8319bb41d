// Numbers that the core (asc) and the host (tsc) share, and one rule that both apply. Integers only; addresses are
// exported by the module, since they differ from build to build.

// --- roles: which side decodes ------------------------------------------------------------------------
/** Receives masked frames, sends unmasked ones (RFC 6455 §5.1). */
export const ROLE_SERVER = 0;
/** Receives unmasked frames, sends masked ones. */
export const ROLE_CLIENT = 1;
export const ROLE_SIDE_MASK = 1;
/** Added to the role of decode(): messages may be deflated (RFC 7692). The core passes them on as they are. */
export const ALLOW_DEFLATED = 2;

// --- opcodes, RFC 6455 §5.2 ----------------------------------------------------------------------------
export const OPCODE_CONTINUATION = 0;
export const OPCODE_TEXT = 1;
export const OPCODE_BINARY = 2;
export const OPCODE_CLOSE = 8;
export const OPCODE_PING = 9;
export const OPCODE_PONG = 10;
/** RSV1, in the first byte of a message: it is deflated (RFC 7692 §6). */
export const DEFLATED_BIT = 0x40;

// --- records: what one decode call found, in order of arrival ------------------------------------------
//   word 0: address << 4 | kind      word 1: length in bytes (RECORD_FAULT: the fault)
export const RECORD_WORDS = 2;
export const RECORD_ADDRESS_SHIFT = 4;
export const RECORD_KIND_MASK = 15;
/** A whole message that lies in the window. */
export const RECORD_TEXT = 1;
export const RECORD_BINARY = 2;
/** Bytes of a message that is not complete yet. */
export const RECORD_PART = 3;
/** Last bytes (maybe none) of a message of which parts came before. */
export const RECORD_TEXT_END = 5;
export const RECORD_BINARY_END = 6;
export const RECORD_CLOSE = 8;
export const RECORD_PING = 9;
export const RECORD_PONG = 10;
/** Deflated messages, whole and ending. Text among them was not checked to be UTF-8. */
export const RECORD_DEFLATED_TEXT = 11;
export const RECORD_DEFLATED_BINARY = 12;
export const RECORD_DEFLATED_TEXT_END = 13;
export const RECORD_DEFLATED_BINARY_END = 14;
export const RECORD_FAULT = 15;

// --- faults: the complete list of what a peer can do wrong on frame level ------------------------------
export const FAULT_NONE = 0;
export const FAULT_RESERVED_BITS = 1;
export const FAULT_RESERVED_OPCODE = 2;
export const FAULT_MASKING = 3;
export const FAULT_NOTHING_TO_CONTINUE = 4;
export const FAULT_MESSAGE_INTERRUPTED = 5;
export const FAULT_CONTROL_TOO_LONG = 6;
export const FAULT_CONTROL_FRAGMENTED = 7;
export const FAULT_LENGTH_NOT_MINIMAL = 8;
export const FAULT_LENGTH_TOP_BIT = 9;
export const FAULT_MESSAGE_TOO_BIG = 10;
export const FAULT_INVALID_UTF8 = 11;
export const FAULT_CLOSE_CODE = 12;
export const FAULT_TOO_MANY_FRAGMENTS = 13;
export const FAULT_CLOSE_BODY = 14;

// --- sizes in bytes --------------------------------------------------------------------------------------
/** Most bytes that one decode call takes: one socket read. */
export const WINDOW_SIZE = 65536;
/** Size of the arena in which outgoing frames are built. */
export const OUT_SIZE = 131072;
/** The longest header: two bytes, a 64-bit length, a mask key. */
export const MAX_HEADER_SIZE = 14;
export const MAX_CONTROL_PAYLOAD = 125;
/** Size of the pool of random bytes for mask keys. */
export const KEYS_SIZE = 4096;
/** State of one connection between two chunks (layout in memory.ts). */
export const SESSION_SIZE = 192;
/** Word of the session that says how many payload bytes of the current frame are missing. */
export const SESSION_REMAINING_WORD = 4;
/** Frames that one message may have unless the host says otherwise. */
export const DEFAULT_MAX_FRAGMENTS = 1048576;
/** A deflated message may be longer than the limit by these, as bytes without order become longer. */
export const DEFLATED_EXTRA = 64;
export const DEFLATED_EXTRA_SHIFT = 12;

// --- encode() ------------------------------------------------------------------------------------------
export const ENCODE_FIN = 128;
/** Flags of encode(): mask with a fresh key; refuse a payload that is not UTF-8. */
export const ENCODE_MASKED = 1;
export const ENCODE_CHECK_UTF8 = 2;
/** Results of encode() below 1: nothing was written. */
export const ENCODE_NEEDS_KEYS = 0;
export const ENCODE_INVALID_UTF8 = -1;

// --- validate() ----------------------------------------------------------------------------------------
/** State between two pieces of a text: nothing open. */
export const UTF8_START = 0;
/** State after a byte that is invalid at its place (as i32). */
export const UTF8_INVALID = -1;

// --- close codes, RFC 6455 §7.4 ------------------------------------------------------------------------
/** Whether an endpoint may put `code` into a close frame; 1012 to 1014 were registered since. */
export function isSendableCode(code: number): boolean {
  if (code < 3000) return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
  return code <= 4999;
}

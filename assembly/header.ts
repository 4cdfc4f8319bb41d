// Frame headers, RFC 6455 §5.2: reading, checking, writing.
//
//    0               1               2
//   |F|R|R|R| opcode|M| length 7    | length 16 or 64, big-endian, when 7 bits say 126 or 127 | mask key 4, when M |
import {
  ALLOW_DEFLATED,
  DEFLATED_BIT,
  DEFLATED_EXTRA,
  DEFLATED_EXTRA_SHIFT,
  FAULT_CONTROL_FRAGMENTED,
  FAULT_CONTROL_TOO_LONG,
  FAULT_LENGTH_NOT_MINIMAL,
  FAULT_LENGTH_TOP_BIT,
  FAULT_MASKING,
  FAULT_MESSAGE_INTERRUPTED,
  FAULT_MESSAGE_TOO_BIG,
  FAULT_NONE,
  FAULT_NOTHING_TO_CONTINUE,
  FAULT_RESERVED_BITS,
  FAULT_RESERVED_OPCODE,
  MAX_CONTROL_PAYLOAD,
  OPCODE_BINARY,
  OPCODE_CLOSE,
  OPCODE_CONTINUATION,
  OPCODE_PONG,
  ROLE_SIDE_MASK,
} from './abi';
import { PHASE_PAYLOAD, Session } from './memory';

/** Size of a header, from its second byte. */
export function headerSize(second: i32): i32 {
  const length7 = second & 127;
  return 2 + (length7 < 126 ? 0 : length7 == 126 ? 2 : 8) + ((second & 128) >> 5);
}

function beginsMessage(opcode: i32): bool {
  return opcode != OPCODE_CONTINUATION && opcode <= OPCODE_BINARY;
}

/** Whether the reserved bits, of which there are some, say that a message is deflated (RFC 7692 §6). */
function mayBeDeflated(first: i32, role: i32): bool {
  return (first & 0x70) == DEFLATED_BIT && (role & ALLOW_DEFLATED) != 0 && beginsMessage(first & 15);
}

/** Checks the order of frames: what may follow what (§5.4, §5.5). */
function checkOrder(first: i32, length7: i32, role: i32, messageOpcode: i32): i32 {
  const opcode = first & 15;
  if (first & 0x70 && !mayBeDeflated(first, role)) return FAULT_RESERVED_BITS;
  if (opcode >= OPCODE_CLOSE) {
    if (opcode > OPCODE_PONG) return FAULT_RESERVED_OPCODE;
    if (length7 > MAX_CONTROL_PAYLOAD) return FAULT_CONTROL_TOO_LONG;
    return first & 128 ? FAULT_NONE : FAULT_CONTROL_FRAGMENTED;
  }
  if (opcode > OPCODE_BINARY) return FAULT_RESERVED_OPCODE;
  if (opcode == OPCODE_CONTINUATION) return messageOpcode ? FAULT_NONE : FAULT_NOTHING_TO_CONTINUE;
  return messageOpcode ? FAULT_MESSAGE_INTERRUPTED : FAULT_NONE;
}

/** Reads the complete header at `at` into `session`; returns a fault. `limit` bounds a message, fragments added up. */
export function readHeader(at: usize, role: i32, limit: u32, session: Session): i32 {
  const first = <i32>load<u8>(at);
  const second = <i32>load<u8>(at, 1);
  const length7 = second & 127;
  const masked = second >> 7;
  const fault = checkOrder(first, length7, role, session.messageOpcode);
  if (fault) return fault;
  if (masked == (role & ROLE_SIDE_MASK)) return FAULT_MASKING; // §5.1: a client masks, a server does not

  at += 2;
  let length = <u64>length7;
  if (length7 == 126) {
    length = bswap<u16>(load<u16>(at));
    if (length < 126) return FAULT_LENGTH_NOT_MINIMAL;
    at += 2;
  } else if (length7 == 127) {
    length = bswap<u64>(load<u64>(at));
    if (<i64>length < 0) return FAULT_LENGTH_TOP_BIT;
    if (length < 65536) return FAULT_LENGTH_NOT_MINIMAL;
    at += 8;
  }
  const opcode = first & 15;
  session.opcode = opcode;
  session.fin = first >> 7;
  session.key = masked ? load<u32>(at) : 0;
  if ((first | session.messageOpcode) & DEFLATED_BIT) limit += (limit >> DEFLATED_EXTRA_SHIFT) + DEFLATED_EXTRA;
  // The length is checked before anything is stored; the comparison cannot overflow.
  const room = opcode < OPCODE_CLOSE ? limit - session.messageLength : limit;
  if (length > <u64>room) return FAULT_MESSAGE_TOO_BIG;
  if (beginsMessage(opcode)) session.messageOpcode = first & (DEFLATED_BIT | 15);
  session.remaining = <u32>length;
  session.phase = PHASE_PAYLOAD;
  return FAULT_NONE;
}

/** Writes a header at `at`; returns its size. */
export function writeHeader(at: usize, first: u32, length: u32, masked: bool, key: u32): u32 {
  const maskBit: u32 = masked ? 128 : 0;
  let size: u32 = 2;
  store<u8>(at, first);
  if (length < 126) {
    store<u8>(at, length | maskBit, 1);
  } else if (length < 65536) {
    store<u8>(at, 126 | maskBit, 1);
    store<u16>(at, bswap<u16>(<u16>length), 2);
    size = 4;
  } else {
    store<u8>(at, 127 | maskBit, 1);
    store<u64>(at, bswap<u64>(<u64>length), 2);
    size = 10;
  }
  if (!masked) return size;
  store<u32>(at + size, key);
  return size + 4;
}

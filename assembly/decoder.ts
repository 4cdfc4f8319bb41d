// Frame decoder: a state machine from a window of bytes to records (RFC 6455 §5, both roles).
//
// Payloads are unmasked in place. The fragments of a message are moved together, so that a message whose
// frames all lie in one window is one record; bytes of a message that continues after the window, or after a
// control frame, are reported as parts. A window may end anywhere, even inside a header.
import {
  DEFLATED_BIT,
  FAULT_CLOSE_BODY,
  FAULT_CLOSE_CODE,
  FAULT_INVALID_UTF8,
  FAULT_NONE,
  FAULT_TOO_MANY_FRAGMENTS,
  isSendableCode,
  OPCODE_CLOSE,
  OPCODE_TEXT,
  RECORD_ADDRESS_SHIFT,
  RECORD_DEFLATED_TEXT,
  RECORD_DEFLATED_TEXT_END,
  RECORD_FAULT,
  RECORD_PART,
  RECORD_TEXT,
  RECORD_TEXT_END,
  RECORD_WORDS,
} from './abi';
import { headerSize, readHeader } from './header';
import { advanceKey, maskMove } from './mask';
import {
  CONTROL,
  FRAMES,
  PHASE_DONE,
  PHASE_HEADER,
  PHASE_PAYLOAD,
  RECORDS,
  SESSION,
  SESSION_CONTROL,
  SESSION_HEADER,
  Session,
  WINDOW,
} from './memory';
import { validatePiece } from './utf8';

/** Next byte of the window to look at, and its end. */
let cursor: usize = 0;
let windowEnd: usize = 0;
/** Contiguous bytes of the open message in the window that were not reported yet. */
let runStart: usize = 0;
let runLength: usize = 0;
/** Where the next record goes. */
let recordEnd: usize = 0;

function session(): Session {
  return changetype<Session>(SESSION);
}

function report(kind: i32, address: usize, length: usize): void {
  store<i32>(recordEnd, kind | ((<i32>address) << RECORD_ADDRESS_SHIFT));
  store<u32>(recordEnd, <u32>length, 4);
  recordEnd += RECORD_WORDS * 4;
}

function reportPart(state: Session): void {
  if (runLength == 0) return;
  report(RECORD_PART, runStart, runLength);
  state.parted = 1;
  runLength = 0;
}

/** Completes the header that an earlier window began: false when the window ends first. */
function completeHeader(state: Session): bool {
  let have = state.headerLength;
  while (cursor < windowEnd) {
    store<u8>(SESSION_HEADER + have, load<u8>(cursor));
    cursor += 1;
    have += 1;
    if (have >= 2 && have == headerSize(load<u8>(SESSION_HEADER, 1))) {
      state.headerLength = 0;
      return true;
    }
  }
  state.headerLength = have;
  return false;
}

/** Reads a header from the window; sets the phase, or leaves it at PHASE_HEADER when the window ends first. */
function nextHeader(state: Session, role: i32, limit: u32, maxFragments: u32): i32 {
  let header = cursor;
  const available = windowEnd - cursor;
  if (state.headerLength == 0 && available >= 2 && available >= <usize>headerSize(load<u8>(cursor, 1))) {
    cursor += headerSize(load<u8>(cursor, 1));
  } else {
    if (!completeHeader(state)) return FAULT_NONE;
    header = SESSION_HEADER;
  }
  store<u32>(FRAMES, load<u32>(FRAMES) + 1);
  const fault = readHeader(header, role, limit, state);
  if (fault || state.opcode >= OPCODE_CLOSE) return fault;
  state.fragments += 1;
  return state.fragments > maxFragments ? FAULT_TOO_MANY_FRAGMENTS : FAULT_NONE;
}

/** Kind of the record of a complete message: each kind of text is followed by that of binary. */
function messageKind(messageOpcode: i32, parted: u32): i32 {
  const text =
    messageOpcode & DEFLATED_BIT
      ? parted
        ? RECORD_DEFLATED_TEXT_END
        : RECORD_DEFLATED_TEXT
      : parted
        ? RECORD_TEXT_END
        : RECORD_TEXT;
  return text + (messageOpcode & 15) - OPCODE_TEXT;
}

/** Takes payload bytes of a data frame; at the end of the message it becomes a record. */
function nextData(state: Session): i32 {
  const length = min<usize>(windowEnd - cursor, state.remaining);
  const text = state.messageOpcode == OPCODE_TEXT; // deflated text can't be checked here
  const left = state.remaining - <u32>length;
  const complete = left == 0 && state.fin != 0;
  if (runLength == 0) runStart = cursor;
  const target = runStart + runLength;
  if (state.key) {
    maskMove(target, cursor, length, state.key);
    state.key = advanceKey(state.key, length);
  } else if (target != cursor) {
    memory.copy(target, cursor, length);
  }
  if (text) {
    const utf8 = validatePiece(target, length, state.utf8, complete);
    if (utf8 == <u32>-1) return FAULT_INVALID_UTF8;
    state.utf8 = utf8;
  }
  runLength += length;
  cursor += length;
  state.remaining = left;
  state.messageLength += <u32>length;
  if (left) return FAULT_NONE;
  state.phase = PHASE_HEADER;
  if (!complete) return FAULT_NONE;
  report(messageKind(state.messageOpcode, state.parted), runStart, runLength);
  runLength = 0;
  state.messageOpcode = 0;
  state.messageLength = 0;
  state.fragments = 0;
  state.parted = 0;
  return FAULT_NONE;
}

/** §5.5.1: a body is nothing, or a code of two bytes and a UTF-8 reason. */
function checkClose(payload: usize, length: usize): i32 {
  if (length == 0) return FAULT_NONE;
  if (length == 1) return FAULT_CLOSE_BODY;
  if (!isSendableCode(bswap<u16>(load<u16>(payload)))) return FAULT_CLOSE_CODE;
  return validatePiece(payload + 2, length - 2, 0, true) == 0 ? FAULT_NONE : FAULT_INVALID_UTF8;
}

/** Takes payload bytes of a control frame; whole, it becomes a record. */
function nextControl(state: Session): i32 {
  reportPart(state); // else the interrupted message would be moved over this frame
  const length = min<usize>(windowEnd - cursor, state.remaining);
  let payload = cursor;
  const have = state.controlLength;
  cursor += length;
  if (have || length < state.remaining) {
    memory.copy(SESSION_CONTROL + have, payload, length);
    state.controlLength = have + <u32>length;
    state.remaining -= <u32>length;
    if (state.remaining) return FAULT_NONE;
    memory.copy(CONTROL, SESSION_CONTROL, state.controlLength); // the next control frame may begin in this window, too
    payload = CONTROL;
  }
  const size = have ? state.controlLength : <u32>length;
  if (state.key) maskMove(payload, payload, size, state.key);
  state.controlLength = 0;
  state.phase = PHASE_HEADER;
  if (state.opcode == OPCODE_CLOSE) {
    const fault = checkClose(payload, size);
    if (fault) return fault;
    state.phase = PHASE_DONE; // §5.5.1: nothing follows a close frame
  }
  report(state.opcode, payload, size); // record kinds of control frames are their opcodes
  return FAULT_NONE;
}

function nextStep(state: Session, role: i32, limit: u32, maxFragments: u32): i32 {
  if (state.phase == PHASE_HEADER) return nextHeader(state, role, limit, maxFragments);
  return state.opcode < OPCODE_CLOSE ? nextData(state) : nextControl(state);
}

/**
 * Decodes the first `length` bytes of the window for the connection whose state is in SESSION.
 * Returns the number of records; after a close frame or a fault, the rest of the stream is ignored.
 */
export function decode(length: u32, role: i32, limit: u32, maxFragments: u32): u32 {
  const state = session();
  cursor = WINDOW;
  windowEnd = WINDOW + length;
  runLength = 0;
  recordEnd = RECORDS;
  while (state.phase != PHASE_DONE) {
    // An empty payload is complete even when the window has ended.
    const empty = state.phase == PHASE_PAYLOAD && state.remaining == 0;
    if (cursor >= windowEnd && !empty) break;
    const fault = nextStep(state, role, limit, maxFragments);
    if (fault) {
      report(RECORD_FAULT, 0, fault);
      state.phase = PHASE_DONE;
      state.busy = 1;
      return <u32>(recordEnd - RECORDS) / (RECORD_WORDS * 4);
    }
  }
  reportPart(state);
  state.busy = state.phase | state.headerLength | state.messageOpcode;
  return <u32>(recordEnd - RECORDS) / (RECORD_WORDS * 4);
}

/** Resets the state of the connection: the next byte starts a frame. */
export function reset(): void {
  memory.fill(SESSION, 0, offsetof<Session>());
}

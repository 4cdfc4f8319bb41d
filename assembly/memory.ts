// Memory map: every arena of the module, and the layout of the Session struct.
//
//   SESSION   192   state of the connection that is being decoded
//   FRAMES     16   number of frame headers that were read, of all connections; wraps around
//   CONTROL   128   payload of a control frame that arrived in several chunks
//   HEADER     16   a header for a payload outside of this memory
//   KEYS     4096   random bytes, used four at a time as mask keys
//   RECORDS         two words for each thing found in the window; a frame has at least two bytes
//   WINDOW  65536   one socket read, parsed and unmasked in place
//   OUT    131072   outgoing frames
//
// WINDOW and OUT are followed by a vector of padding: a vector load may read past the end.
// The memory has a fixed size, so that no view of the host is ever detached.
import { KEYS_SIZE, OUT_SIZE, RECORD_WORDS, SESSION_SIZE, WINDOW_SIZE } from './abi';

const PADDING = 64;

export const SESSION: usize = memory.data(SESSION_SIZE, 16);
export const FRAMES: usize = memory.data(16, 16);
export const CONTROL: usize = memory.data(128, 16);
export const HEADER: usize = memory.data(16, 16);
export const KEYS: usize = memory.data(KEYS_SIZE, 16);
export const RECORDS: usize = memory.data((WINDOW_SIZE / 2 + 4) * RECORD_WORDS * 4, 16);
export const WINDOW: usize = memory.data(WINDOW_SIZE + PADDING, 16);
export const OUT: usize = memory.data(OUT_SIZE + PADDING, 16);

// Decoder phases. Everything is zero at rest: between two frames, with no message open.
export const PHASE_HEADER: i32 = 0;
export const PHASE_PAYLOAD: i32 = 1;
/** After a close frame or a fault, everything is ignored. */
export const PHASE_DONE: i32 = 2;

//    0  busy            4  phase           8  opcode          12  fin
//   16  remaining      20  key            24  messageOpcode   28  messageLength
//   32  fragments      36  parted         40  utf8            44  headerLength
//   48  controlLength  52  header, 14 bytes                   66  control, 125 bytes
@unmanaged
export class Session {
  /** 0 at rest: the struct then needs no saving. */
  busy: i32;
  phase: i32;
  /** Opcode of the frame that is being read. */
  opcode: i32;
  fin: i32;
  /** Payload bytes of that frame still to come. */
  remaining: u32;
  /** Mask key as a little-endian word, rotated to the next payload byte; 0 when unmasked. */
  key: u32;
  /** Text or binary, with DEFLATED_BIT, while a message is open, else 0. */
  messageOpcode: i32;
  messageLength: u32;
  /** Frames of the open message. */
  fragments: u32;
  /** 1 once bytes of the open message were reported as RECORD_PART. */
  parted: u32;
  utf8: u32;
  /** Bytes in `header`: a header that is not complete yet. */
  headerLength: i32;
  /** Bytes in `control`: a control frame that is not complete yet. */
  controlLength: u32;
}

export const SESSION_HEADER: usize = SESSION + 52;
export const SESSION_CONTROL: usize = SESSION + 66;

// Sending of messages through a connection's outbox: checks of the limits, and the encoding of each kind of message.
import { OPCODE_BINARY, OPCODE_TEXT } from '../../assembly/abi.js';
import { ERR_INVALID_DATA, ERR_OUT_OF_MEMORY, FAILED, type GodotError, OK } from '../binding/errors.js';
import type { Codec } from '../codec/codec.js';
import { State } from './lifecycle.js';
import type { Outbox } from './outbox.js';
import { REPORT, SETTINGS, type Session, type SessionOwner } from './session.js';
import type { SharedMessage } from './shared-message.js';

/** The connection that sends. */
export interface Sender extends Pick<Session, 'side' | 'state'> {
  readonly owner: SessionOwner;
  readonly outbox: Outbox;
  /** Whether messages can still be sent; closes the connection if the stream has ended. */
  checkSendable(): boolean;
}

const encoder = new TextEncoder();

export function sendBytes(sender: Sender, bytes: Uint8Array, isText: boolean): GodotError {
  const admission = admit(sender, bytes.length);
  if (admission !== OK) return admission;
  if (sender.outbox.data(isText ? OPCODE_TEXT : OPCODE_BINARY, bytes, isText)) return OK;
  const message = `send: the ${bytes.length} bytes to send as text are not valid UTF-8`;
  sender.owner[REPORT](message);
  return ERR_INVALID_DATA;
}

export function sendText(sender: Sender, text: string): GodotError {
  const { outbox } = sender;
  const { outboundBufferSize } = sender.owner[SETTINGS];
  // UTF-8 takes at most three bytes per UTF-16 unit: the exact size matters only near the limit.
  const upperBound = text.length * 3;
  if (outboundBufferSize === 0 || outbox.bytes + upperBound <= outboundBufferSize) {
    const admission = admit(sender, upperBound);
    if (admission === OK) outbox.text(text);
    return admission;
  }
  const bytes = encoder.encode(text);
  const admission = admit(sender, bytes.length);
  if (admission === OK) outbox.data(OPCODE_TEXT, bytes, false);
  return admission;
}

/** `message`, if it is text, was already checked to be valid UTF-8. */
export function sendShared(sender: Sender, message: SharedMessage, codec: Pick<Codec, 'encodeFrame'>): GodotError {
  const { bytes, isText } = message;
  const admission = admit(sender, bytes.length);
  if (admission !== OK) return admission;
  const opcode = isText ? OPCODE_TEXT : OPCODE_BINARY;
  if (sender.side === 'client') {
    sender.outbox.data(opcode, bytes, false); // each frame of a client has its own mask
    return OK;
  }
  const deflated = sender.outbox.compressor?.sharedFrame(opcode, message) ?? null;
  if (deflated !== null) {
    sender.outbox.shared(deflated, bytes.length);
    return OK;
  }
  message.frame ??= codec.encodeFrame({ opcode, payload: bytes });
  sender.outbox.shared(message.frame, bytes.length);
  return OK;
}

/** Whether a packet of `size` bytes may be sent now. */
function admit(sender: Sender, size: number): GodotError {
  if (!sender.checkSendable()) return FAILED;
  if (fits(sender, size)) return OK;
  const { outbox, owner } = sender;
  outbox.flush(); // the engine writes at once, too: only bytes that the network has not accepted count
  if (sender.state > State.OPEN) return FAILED; // ended by the stream's code during the flush
  if (fits(sender, size)) return OK;
  const { maxUnsentPackets, outboundBufferSize } = owner[SETTINGS];
  const waiting = `${outbox.frames} packets with ${outbox.bytes} bytes wait`;
  const limits = `outbound_buffer_size ${outboundBufferSize}, max_queued_packets ${maxUnsentPackets}`;
  const cause = outbox.frames >= maxUnsentPackets ? 'send: too many packets wait' : 'send: too many bytes wait';
  owner[REPORT](`send: no room for ${size} bytes, ${waiting} (${limits})`, 'error', null, cause);
  return ERR_OUT_OF_MEMORY;
}

function fits({ outbox, owner }: Sender, size: number): boolean {
  const { maxUnsentPackets, outboundBufferSize } = owner[SETTINGS];
  if (outbox.frames >= maxUnsentPackets) return false;
  return outboundBufferSize === 0 || outbox.bytes + size <= outboundBufferSize;
}

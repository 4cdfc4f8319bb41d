// The packet half of WebSocketPeer: taking what arrived, sending, and the limits on both. How a connection comes and
// goes is told in web-socket-peer.ts.

import { OPCODE_BINARY, OPCODE_TEXT } from '../../assembly/abi.js';
import { requireBytes, requireInt, requireString, wrongType } from '../binding/arguments.js';
import { refuse, report } from '../binding/error-handler.js';
import {
  ERR_INVALID_DATA,
  ERR_OUT_OF_MEMORY,
  ERR_UNAVAILABLE,
  FAILED,
  type GodotError,
  OK,
} from '../binding/errors.js';
import { type ConstantsOf, defineConstants } from '../binding/signal.js';
import type { Bytes, int, int32 } from '../binding/types.js';
import { codec } from '../codec/load.js';
import type { Connection } from '../protocol/connection.js';
import { type ConnectionOwner, NEWS, SETTINGS } from '../protocol/connection-settings.js';
import { State } from '../protocol/lifecycle.js';
import { WebSocketPeerSettings } from './websocket/web-socket-peer-settings.js';

const NO_PACKET = new Uint8Array(0);
const encoder = new TextEncoder();

/** One of the group WebSocketPeer.WriteMode. */
export type WriteMode = number;

export interface WebSocketPeerPackets extends ConstantsOf<typeof WebSocketPeerPackets> {}

/** @internal */
export abstract class WebSocketPeerPackets extends WebSocketPeerSettings implements ConnectionOwner {
  /** Packets are text: UTF-8, which a web page gets as a string. */
  static readonly WRITE_MODE_TEXT = 0;
  /** Packets are bytes. */
  static readonly WRITE_MODE_BINARY = 1;
  static readonly WriteMode = Object.freeze({ WRITE_MODE_TEXT: 0, WRITE_MODE_BINARY: 1 });

  static {
    defineConstants(this);
  }

  /** The connection of the last `connect_to_url` or `accept_stream`; kept when it is closed, to tell how it ended. */
  protected connection: Connection | null = null;
  #packetError: GodotError = OK;

  /**
   * Sends `message` to many peers and encodes it only once.
   *
   * Peers that are not open are passed over; one that has no room is reported as by `send`. Returns the number of
   * peers that took the message, or -1 with a message for text that is not UTF-8.
   *
   * @addition
   */
  static broadcast(
    peers: Iterable<WebSocketPeerPackets>,
    message: Bytes,
    write_mode: WriteMode = WebSocketPeerPackets.WRITE_MODE_BINARY,
  ): int {
    const bytes = requireBytes('message', message);
    const text = requireInt('write_mode', write_mode) === WebSocketPeerPackets.WRITE_MODE_TEXT;
    if (text && !codec.isValidUtf8(bytes)) {
      refuse(ERR_INVALID_DATA, `broadcast: the ${bytes.length} bytes to send as text are not valid UTF-8`);
      return -1;
    }
    const opcode = text ? OPCODE_TEXT : OPCODE_BINARY;
    let frame: Uint8Array | null = null;
    let taken = 0;
    for (const peer of peers) {
      const { connection } = peer;
      if (connection?.state !== State.OPEN || peer.#admit(bytes.length) !== OK) continue;
      if (connection.side === 'server') {
        frame ??= codec.encodeFrame({ opcode, payload: bytes });
        connection.outbox.shared(frame, bytes.length);
      } else {
        connection.outbox.data(opcode, bytes, false); // a client's frames each have a mask of their own
      }
      taken += 1;
    }
    return taken;
  }

  abstract [NEWS](): void;

  /** @const */
  abstract get_ready_state(): State;

  override get_available_packet_count(): int32 {
    return this.connection === null ? 0 : this.connection.availablePackets;
  }

  override get_packet(): Uint8Array {
    const connection = this.connection;
    if (connection === null || connection.availablePackets === 0) return this.#noPacket();
    this.#packetError = OK;
    return connection.takePacket();
  }

  /**
   * Takes the next packet into `target`, without making an object.
   *
   * Returns the packet's length. When that is more than `target` has room for, nothing was taken: call again with a
   * larger one. Returns -1 when there is no packet; `get_packet_error` then tells why.
   *
   * @addition
   */
  get_packet_into(target: Uint8Array): int32 {
    if (!(target instanceof Uint8Array)) throw wrongType('target', 'a Uint8Array', target);
    const { connection } = this;
    if (connection === null || connection.availablePackets === 0) {
      this.#noPacket();
      return -1;
    }
    this.#packetError = OK;
    return connection.takePacketInto(target);
  }

  protected override takePacket(): Uint8Array | GodotError {
    const { connection } = this;
    if (connection !== null && connection.availablePackets > 0) return connection.takePacket();
    return this.#noPacketError();
  }

  override get_packet_error(): GodotError {
    return this.#packetError;
  }

  /**
   * Whether the packet taken last came as text.
   *
   * @const
   */
  was_string_packet(): boolean {
    return this.connection?.lastWasText ?? false;
  }

  protected override putPacket(bytes: Uint8Array): GodotError {
    return this.send(bytes);
  }

  /**
   * Sends `message` as one packet, binary unless `write_mode` is WRITE_MODE_TEXT.
   *
   * The bytes are copied before the call returns and leave at the next `poll` or at the end of the turn of the
   * event loop, whichever is first. Returns FAILED when the connection is not open; ERR_OUT_OF_MEMORY when
   * `outbound_buffer_size` or `max_queued_packets` has no room; ERR_INVALID_DATA for text that is not UTF-8.
   */
  send(message: Bytes, write_mode: WriteMode = WebSocketPeerPackets.WRITE_MODE_BINARY): GodotError {
    const bytes = requireBytes('message', message);
    const text = requireInt('write_mode', write_mode) === WebSocketPeerPackets.WRITE_MODE_TEXT;
    const { connection } = this;
    const admission = this.#admit(bytes.length);
    if (admission !== OK) return admission;
    const { outbox } = connection as Connection;
    if (outbox.data(text ? OPCODE_TEXT : OPCODE_BINARY, bytes, text)) return OK;
    return refuse(ERR_INVALID_DATA, `send: the ${bytes.length} bytes to send as text are not valid UTF-8`, this);
  }

  /** Sends `message` as one text packet, encoded as UTF-8; otherwise as `send`. */
  send_text(message: string): GodotError {
    requireString('message', message);
    // Three bytes a UTF-16 unit is the most that UTF-8 takes: only near the limit the exact size matters.
    const { connection } = this;
    const { outboundBufferSize } = this[SETTINGS];
    const upperBound = message.length * 3;
    if (outboundBufferSize !== 0 && this.get_current_outbound_buffered_amount() + upperBound > outboundBufferSize) {
      const bytes = encoder.encode(message);
      const admission = this.#admit(bytes.length);
      if (admission === OK) (connection as Connection).outbox.data(OPCODE_TEXT, bytes, false);
      return admission;
    }
    const admission = this.#admit(upperBound);
    if (admission === OK) (connection as Connection).outbox.text(message);
    return admission;
  }

  /**
   * Payload bytes of the packets that have not left completely.
   *
   * @const
   */
  get_current_outbound_buffered_amount(): int32 {
    const connection = this.connection;
    return connection === null || connection.state !== State.OPEN ? 0 : connection.outbox.bytes;
  }

  #noPacket(): Uint8Array {
    this.#packetError = this.#noPacketError();
    return NO_PACKET;
  }

  #noPacketError(): GodotError {
    if (this.get_ready_state() === State.OPEN) return ERR_UNAVAILABLE;
    return refuse(FAILED, 'there is no packet, and the connection is not open', this);
  }

  /** Whether a packet of `size` bytes may be sent now. */
  #admit(size: number): number {
    const connection = this.connection;
    if (connection?.state !== State.OPEN) return refuse(FAILED, 'send: the connection is not open', this);
    if (!connection.checkSendable()) return FAILED;
    if (this.#fits(connection, size)) return OK;
    const { outbox } = connection;
    outbox.flush(); // the engine writes at once: only what the network does not take counts
    if (connection.state > State.OPEN) return FAILED; // a stream's own code has ended it
    if (this.#fits(connection, size)) return OK;
    const { maxUnsentPackets, outboundBufferSize } = this[SETTINGS];
    const waiting = `${outbox.frames} packets with ${outbox.bytes} bytes wait`;
    const limits = `outbound_buffer_size ${outboundBufferSize}, max_queued_packets ${maxUnsentPackets}`;
    const cause = outbox.frames >= maxUnsentPackets ? 'send: too many packets wait' : 'send: too many bytes wait';
    report('error', `send: no room for ${size} bytes, ${waiting} (${limits})`, this, null, cause);
    return ERR_OUT_OF_MEMORY;
  }

  #fits({ outbox }: Connection, size: number): boolean {
    const { maxUnsentPackets, outboundBufferSize } = this[SETTINGS];
    if (outbox.frames >= maxUnsentPackets) return false;
    return outboundBufferSize === 0 || outbox.bytes + size <= outboundBufferSize;
  }
}

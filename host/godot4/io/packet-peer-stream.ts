// Godot's PacketPeerStream: packets over any stream of bytes.
//
//   [ length: 4 bytes, the lowest first ][ payload ]

import { requireInstance, requireInt32 } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { PacketPeerStreamInfo } from '../../binding/class-infos.generated.js';
import { printError, refuse } from '../../binding/error-handler.js';
import { ERR_INVALID_PARAMETER, ERR_UNAVAILABLE, ERR_UNCONFIGURED, type GodotError, OK } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import type { int32, OwnBytes } from '../../binding/types.js';
import { ownedCopy } from '../../bytes.js';
import { PacketPeer } from './packet-peer.js';
import { StreamPeer } from './stream-peer.js';

const HEADER = 4;
/** Godot's project setting network/limits/packet_peer_stream/max_buffer_po2 (16), in bytes. */
const USUAL_BUFFER = 65536;
const LARGEST_BUFFER = 268435456;
const NO_PACKET = new Uint8Array(0);

/**
 * Packets over a stream: each is preceded by its length in four bytes.
 *
 * Its owner connects, polls and closes the stream. Limits do not count the four bytes of the length: a buffer of 65532
 * bytes holds packets of up to 65532 bytes.
 */
export class PacketPeerStream extends PacketPeer {
  #stream: StreamPeer | null = null;
  #inputSize = USUAL_BUFFER;
  #outputSize = USUAL_BUFFER;
  /** Bytes read and not taken: `#input[#start .. #end)`. */
  #input = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #packetError: GodotError = OK;

  override [CLASS_INFO](): ClassInfo {
    return PacketPeerStreamInfo();
  }

  /**
   * The stream; null, as at start, for none. Setting it drops what was read from the one before.
   *
   * @unlisted
   */
  get stream_peer(): StreamPeer | null {
    return this.#stream;
  }
  set stream_peer(peer: StreamPeer | null) {
    this.set_stream_peer(peer);
  }
  /** @const */
  get_stream_peer(): StreamPeer | null {
    return this.#stream;
  }
  set_stream_peer(peer: StreamPeer | null): void {
    if (peer !== null) requireInstance('peer', StreamPeer, peer);
    if (peer === this.#stream) return;
    this.#stream = peer;
    this.#start = 0;
    this.#end = 0;
  }

  /**
   * Bytes of the largest packet that is received; 65532 unless set.
   *
   * Rounded up so that with the four bytes of the length it is a power of two. For a number below 0, or less than the
   * bytes that wait here, a message is printed and the old value stays.
   */
  get input_buffer_max_size(): int32 {
    return this.#inputSize - HEADER;
  }
  set input_buffer_max_size(max_size_bytes: int32) {
    this.set_input_buffer_max_size(max_size_bytes);
  }
  /** @const */
  get_input_buffer_max_size(): int32 {
    return this.#inputSize - HEADER;
  }
  set_input_buffer_max_size(max_size_bytes: int32): void {
    const size = rounded('input_buffer_max_size', max_size_bytes);
    if (size === null) return;
    if (size >= this.#end - this.#start) this.#inputSize = size;
    else
      printError(
        `input_buffer_max_size: ${this.#end - this.#start} bytes wait to be taken, got ${max_size_bytes}`,
        this,
      );
  }

  /** Bytes of the largest packet that is sent; 65532 unless set, rounded as `input_buffer_max_size` is. */
  get output_buffer_max_size(): int32 {
    return this.#outputSize - HEADER;
  }
  set output_buffer_max_size(max_size_bytes: int32) {
    this.set_output_buffer_max_size(max_size_bytes);
  }
  /** @const */
  get_output_buffer_max_size(): int32 {
    return this.#outputSize - HEADER;
  }
  set_output_buffer_max_size(max_size_bytes: int32): void {
    this.#outputSize = rounded('output_buffer_max_size', max_size_bytes) ?? this.#outputSize;
  }

  /** @const */
  override get_available_packet_count(): int32 {
    if (this.#stream === null) return refuse(0, 'get_available_packet_count: there is no stream_peer', this);
    this.#read(this.#stream);
    let count = 0;
    for (let at = this.#start; this.#lengthAt(at) >= 0; at += HEADER + this.#lengthAt(at)) count += 1;
    return count;
  }

  override get_packet(): OwnBytes {
    const packet = this.takePacket();
    this.#packetError = typeof packet === 'number' ? packet : OK;
    return typeof packet === 'number' ? NO_PACKET : packet;
  }

  /** @const */
  override get_packet_error(): GodotError {
    return this.#stream === null ? ERR_UNCONFIGURED : this.#packetError;
  }

  protected override takePacket(): OwnBytes | GodotError {
    const stream = this.#stream;
    if (stream === null) return refuse(ERR_UNCONFIGURED, 'get_packet: there is no stream_peer', this);
    this.#read(stream);
    const length = this.#lengthAt(this.#start);
    if (length < 0) return this.#nothing();
    const from = this.#start + HEADER;
    this.#start = from + length;
    return ownedCopy(this.#input.subarray(from, this.#start));
  }

  protected override putPacket(bytes: Uint8Array): GodotError {
    if (this.#stream === null) return refuse(ERR_UNCONFIGURED, 'put_packet: there is no stream_peer', this);
    if (bytes.length > this.get_output_buffer_max_size()) {
      const limit = this.get_output_buffer_max_size();
      return refuse(
        ERR_INVALID_PARAMETER,
        `put_packet: packet of ${bytes.length} bytes (output_buffer_max_size ${limit})`,
        this,
      );
    }
    const packet = new Uint8Array(HEADER + bytes.length);
    new DataView(packet.buffer).setUint32(0, bytes.length, true);
    packet.set(bytes, HEADER);
    return this.#stream.put_data(packet);
  }

  /** Reports why there is no packet: none has arrived, or the next is larger than the buffer. */
  #nothing(): GodotError {
    const announced = this.#announcedAt(this.#start);
    const limit = this.get_input_buffer_max_size();
    const tooMany = `a packet of ${announced} bytes is announced (input_buffer_max_size ${limit})`;
    return refuse(ERR_UNAVAILABLE, `get_packet: ${announced > limit ? tooMany : 'there is no packet'}`, this);
  }

  /** Length of the packet at `at`; -1 while it is incomplete. */
  #lengthAt(at: number): number {
    const length = this.#announcedAt(at);
    return length >= 0 && at + HEADER + length <= this.#end ? length : -1;
  }

  #announcedAt(at: number): number {
    if (at + HEADER > this.#end) return -1;
    return new DataView(this.#input.buffer).getUint32(at, true);
  }

  /** Reads as much as fits; the rest stays in the stream. */
  #read(stream: StreamPeer): void {
    const room = this.#inputSize - (this.#end - this.#start);
    if (room <= 0) return;
    const [error, bytes] = stream.get_partial_data(room);
    if (error !== OK || bytes.length === 0) return;
    if (this.#end + bytes.length > this.#input.length) this.#makeRoom(bytes.length);
    this.#input.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  #makeRoom(extra: number): void {
    const waiting = this.#input.subarray(this.#start, this.#end);
    const needed = waiting.length + extra;
    const target = needed <= this.#input.length / 2 ? this.#input : new Uint8Array(needed * 2);
    target.set(waiting);
    this.#input = target;
    this.#start = 0;
    this.#end = waiting.length;
  }
}

/** Size of the buffer for packets of `wanted` bytes; null with a message when out of range. */
function rounded(property: string, wanted: number): number | null {
  const size = requireInt32(property, wanted);
  if (size >= 0 && size + HEADER <= LARGEST_BUFFER) return 2 ** Math.ceil(Math.log2(size + HEADER));
  printError(`${property} must be 0 to ${LARGEST_BUFFER - HEADER}, got ${size}`);
  return null;
}

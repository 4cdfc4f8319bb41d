// Godot's PacketPeer: what every class that speaks in packets offers. No socket, no queue of its own.
import { requireBytes, requireInt } from '../binding/arguments.js';
import { printError } from '../binding/error-handler.js';
import { OK } from '../binding/errors.js';
import { RefCounted } from '../binding/ref-counted.js';

const LEAST_ENCODE_BUFFER = 1024;
const LARGEST_ENCODE_BUFFER = 268435456;

/**
 * Abstraction of a connection that sends and receives packets.
 *
 * Packets keep their borders: what one side puts in one call, the other side gets in one call.
 */
export abstract class PacketPeer extends RefCounted {
  #encodeBufferMaxSize = 8388608;

  /** Number of packets that can be taken with `get_packet` at the moment. */
  abstract get_available_packet_count(): number;

  /**
   * Takes the next packet.
   *
   * Returns its bytes, or an empty array when there is none; `get_packet_error` then tells why. The bytes are the
   * caller's. **Note:** several packets may share one `ArrayBuffer`; use the array itself, or its `byteOffset`.
   */
  abstract get_packet(): Uint8Array;

  /** Result of the last `get_packet` call; OK before the first. */
  abstract get_packet_error(): number;

  /** Sends what is not empty. */
  protected abstract putPacket(bytes: Uint8Array): number;

  /**
   * Sends `buffer` as one packet.
   *
   * An empty buffer returns OK in every state and sends nothing, as in the engine. The bytes are copied before the
   * call returns.
   */
  put_packet(buffer: Uint8Array | ArrayBufferLike | ArrayBufferView): number {
    const bytes = requireBytes('buffer', buffer);
    return bytes.length === 0 ? OK : this.putPacket(bytes);
  }

  /**
   * Largest encoded size of a Variant, in bytes; 8 MiB unless set.
   *
   * Rounded up to a power of two. Below 1024 or above 268435456 a message is printed and the old value stays.
   */
  get encode_buffer_max_size(): number {
    return this.#encodeBufferMaxSize;
  }

  set encode_buffer_max_size(max_size: number) {
    this.set_encode_buffer_max_size(max_size);
  }

  get_encode_buffer_max_size(): number {
    return this.#encodeBufferMaxSize;
  }

  set_encode_buffer_max_size(max_size: number): void {
    requireInt('max_size', max_size);
    if (max_size < LEAST_ENCODE_BUFFER || max_size > LARGEST_ENCODE_BUFFER) {
      printError(
        `encode_buffer_max_size must be ${LEAST_ENCODE_BUFFER} to ${LARGEST_ENCODE_BUFFER} bytes, got ${max_size}`,
      );
      return;
    }
    this.#encodeBufferMaxSize = 2 ** Math.ceil(Math.log2(max_size));
  }
}

// Godot's PacketPeer: what every class that speaks in packets offers. No socket, no queue of its own.

import { requireBool, requireBytes, requireInt } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { PacketPeerInfo } from '../binding/class-infos.generated.js';
import { printError } from '../binding/error-handler.js';
import { ERR_OUT_OF_MEMORY, type GodotError, OK } from '../binding/errors.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { RefCounted } from '../binding/ref-counted.js';
import type { Bytes, int32 } from '../binding/types.js';
import { decodeVariant, encodeVariant } from '../variant/codec.js';

const LEAST_ENCODE_BUFFER = 1024;
const LARGEST_ENCODE_BUFFER = 268435456;

/**
 * Abstraction of a connection that sends and receives packets.
 *
 * Packets keep their borders: what one side puts in one call, the other side gets in one call.
 */
export abstract class PacketPeer extends RefCounted {
  #encodeBufferMaxSize = 8388608;

  override [CLASS_INFO](): ClassInfo {
    return PacketPeerInfo();
  }

  /**
   * Number of packets that can be taken with `get_packet` at the moment.
   *
   * @const
   */
  abstract get_available_packet_count(): int32;

  /**
   * Takes the next packet.
   *
   * Returns its bytes, or an empty array when there is none; `get_packet_error` then tells why. The bytes are the
   * caller's. **Note:** several packets may share one `ArrayBuffer`; use the array itself, or its `byteOffset`.
   */
  abstract get_packet(): Uint8Array;

  /**
   * Result of the last `get_packet` call; OK before the first.
   *
   * @const
   */
  abstract get_packet_error(): GodotError;

  /** Sends what is not empty. */
  protected abstract putPacket(bytes: Uint8Array): GodotError;

  /** Takes the next packet as `get_packet` does, for `get_packet_error` unseen; an error code when there is none. */
  protected abstract takePacket(): Uint8Array | GodotError;

  /** Whose Variant format packets hold: that of Godot 3 or 4. */
  protected get generation(): 3 | 4 {
    return 4;
  }

  /**
   * Sends `buffer` as one packet.
   *
   * An empty buffer returns OK in every state and sends nothing, as in the engine. The bytes are copied before the
   * call returns.
   */
  put_packet(buffer: Bytes): GodotError {
    const bytes = requireBytes('buffer', buffer);
    return bytes.length === 0 ? OK : this.putPacket(bytes);
  }

  /**
   * Takes the next packet and decodes the Variant in it.
   *
   * With `allow_objects`, whole objects are decoded, too, as descriptions that run nothing. Returns null, with a
   * message, when there is no packet or it does not decode; the packet is gone then. `get_packet_error` is left as
   * it was. What follows the value in its packet is ignored.
   */
  get_var(allow_objects = false): unknown {
    requireBool('allow_objects', allow_objects);
    const packet = this.takePacket();
    if (typeof packet === 'number') {
      printError('get_var: there is no packet');
      return null;
    }
    const { error, reason, value } = decodeVariant(this.generation, packet, { allowObjects: allow_objects });
    if (error !== OK) printError(`get_var: the packet of ${packet.length} bytes does not decode: ${reason}`);
    return value;
  }

  /**
   * Sends a Variant as one binary packet.
   *
   * `full_objects` sends objects whole instead of by their ids. Returns ERR_OUT_OF_MEMORY, with a message, when the
   * encoded value is larger than `encode_buffer_max_size` or nested more than 1024 deep, in whatever state the
   * connection is; otherwise what `put_packet` returns. Throws a TypeError for what no Variant can be.
   */
  put_var(var_: unknown, full_objects = false): GodotError {
    requireBool('full_objects', full_objects);
    const { bytes, error, reason } = encodeVariant(this.generation, var_, { fullObjects: full_objects });
    if (error !== OK) {
      printError(`put_var: ${reason}`);
      return error;
    }
    if (bytes.length > this.#encodeBufferMaxSize) {
      printError(`put_var: ${bytes.length} bytes (encode_buffer_max_size ${this.#encodeBufferMaxSize})`);
      return ERR_OUT_OF_MEMORY;
    }
    return this.putPacket(bytes);
  }

  /**
   * Largest encoded size of a Variant, in bytes; 8 MiB unless set.
   *
   * Rounded up to a power of two. Below 1024 or above 268435456 a message is printed and the old value stays.
   */
  get encode_buffer_max_size(): int32 {
    return this.#encodeBufferMaxSize;
  }

  set encode_buffer_max_size(max_size: int32) {
    this.set_encode_buffer_max_size(max_size);
  }

  /** @const */
  get_encode_buffer_max_size(): int32 {
    return this.#encodeBufferMaxSize;
  }

  set_encode_buffer_max_size(max_size: int32): void {
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

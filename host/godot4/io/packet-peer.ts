// Godot's PacketPeer: the interface of every class that sends and receives packets.

import { requireBool, requireBytes } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { PacketPeerInfo } from '../../binding/class-infos.generated.js';
import { type GodotError, OK } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import { RefCounted } from '../../binding/ref-counted.js';
import type { Bytes, int32, OwnBytes } from '../../binding/types.js';
import { DEFAULT_ENCODE_BUFFER, encodeBufferSize, packetOf, variantOf } from './packet-variants.js';

/**
 * Abstraction of a connection that sends and receives packets.
 *
 * Packets keep their boundaries: what one side puts in one call, the other side gets in one call.
 */
export abstract class PacketPeer extends RefCounted {
  #encodeBufferMaxSize = DEFAULT_ENCODE_BUFFER;

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
   * Returns its bytes, or an empty array when there is none; `get_packet_error` then tells why. The array is a copy that
   * belongs to the caller: it may be kept and changed, and nothing here changes it.
   *
   * **Note:** several packets may share one `ArrayBuffer`; use the array itself, or its `byteOffset`.
   */
  abstract get_packet(): OwnBytes;

  /**
   * Result of the last `get_packet` call; OK before the first.
   *
   * @const
   */
  abstract get_packet_error(): GodotError;

  /** Sends a packet that is not empty. */
  protected abstract putPacket(bytes: Uint8Array): GodotError;

  /** Takes the next packet without changing `get_packet_error`; an error code when there is none. */
  protected abstract takePacket(): OwnBytes | GodotError;

  /**
   * Sends `buffer` as one packet.
   *
   * An empty buffer returns OK in every state and sends nothing, as in the engine. The bytes are copied before the
   * call returns. Returns OK when the packet was taken to be sent, and else, with a message, what the class says: FAILED
   * or ERR_UNCONFIGURED without a connection, ERR_OUT_OF_MEMORY without room, ERR_INVALID_PARAMETER for a target that is
   * not there.
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
    return variantOf(this.takePacket(), 4, allow_objects);
  }

  /**
   * Sends a Variant as one binary packet.
   *
   * `full_objects` sends objects whole instead of by their ids. Returns ERR_OUT_OF_MEMORY, with a message, when the
   * encoded value is larger than `encode_buffer_max_size` or nested more than 1024 deep, in whatever state the
   * connection is; otherwise what `put_packet` returns. Throws a TypeError for what is no Variant.
   */
  put_var(var_: unknown, full_objects = false): GodotError {
    requireBool('full_objects', full_objects);
    const packet = packetOf(var_, 4, full_objects, this.#encodeBufferMaxSize);
    return typeof packet === 'number' ? packet : this.putPacket(packet);
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
    this.#encodeBufferMaxSize = encodeBufferSize(max_size, this.#encodeBufferMaxSize);
  }
}

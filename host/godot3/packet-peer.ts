// Godot 3's PacketPeer: the interface of every class that sends and receives packets.

import { requireBool, requireBytes } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { type GodotError, OK } from '../binding/errors.js';
import { CLASS_INFO } from '../binding/lineage.js';
import type { Bytes, int, OwnBytes } from '../binding/types.js';
import { DEFAULT_ENCODE_BUFFER, encodeBufferSize, packetOf, variantOf } from '../godot4/io/packet-variants.js';
import { PacketPeerInfo } from './class-infos.generated.js';
import { Reference } from './reference.js';

const NO_PACKET = new Uint8Array(0);

/**
 * Abstraction of a connection that sends and receives packets.
 *
 * Packets keep their boundaries: what one side puts in one call, the other side gets in one call.
 */
export abstract class PacketPeer extends Reference {
  #packetError: GodotError = OK;
  #encodeBufferMaxSize = DEFAULT_ENCODE_BUFFER;
  #allowsObjects = false;

  override [CLASS_INFO](): ClassInfo {
    return PacketPeerInfo();
  }

  /**
   * Number of packets that can be taken with `get_packet` at the moment.
   *
   * @const
   */
  abstract get_available_packet_count(): int;

  /** Sends a packet that is not empty. */
  protected abstract putPacket(bytes: Uint8Array): GodotError;

  /** Takes the next packet, an error code when there is none. */
  protected abstract takePacket(): OwnBytes | GodotError;

  /**
   * Takes the next packet.
   *
   * Returns its bytes, or an empty array when there is none; `get_packet_error` then tells why. The array is a copy that
   * belongs to the caller: it may be kept and changed, and nothing here changes it.
   *
   * **Note:** several packets may share one `ArrayBuffer`; use the array itself, or its `byteOffset`.
   */
  get_packet(): OwnBytes {
    const packet = this.takePacket();
    this.#packetError = typeof packet === 'number' ? packet : OK;
    return typeof packet === 'number' ? NO_PACKET : packet;
  }

  /**
   * Result of the last `get_packet` call; OK before the first.
   *
   * @const
   */
  get_packet_error(): GodotError {
    return this.#packetError;
  }

  /**
   * Sends `buffer` as one packet.
   *
   * An empty buffer returns OK in every state and sends nothing, as in the engine. The bytes are copied before the
   * call returns. Returns OK when the packet was taken to be sent, and else, with a message, an error: without a
   * connection, without room (ERR_OUT_OF_MEMORY), or for a target that is not there.
   */
  put_packet(buffer: Bytes): GodotError {
    const bytes = requireBytes('buffer', buffer);
    return bytes.length === 0 ? OK : this.putPacket(bytes);
  }

  /**
   * Takes the next packet and decodes the Variant in it, in the format of Godot 3.
   *
   * With `allow_objects` or `allow_object_decoding`, whole objects are decoded, too, as descriptions that run nothing.
   * Returns null, with a message, when there is no packet or it does not decode; the packet is gone then.
   * `get_packet_error` is left as it was.
   */
  get_var(allow_objects = false): unknown {
    requireBool('allow_objects', allow_objects);
    return variantOf(this.takePacket(), 3, allow_objects || this.#allowsObjects);
  }

  /**
   * Sends a Variant as one packet, in the format of Godot 3.
   *
   * `full_objects` or `allow_object_decoding` sends objects whole instead of by their ids. Returns ERR_OUT_OF_MEMORY,
   * with a message, when the encoded value is larger than `encode_buffer_max_size` or nested too deeply; otherwise what
   * `put_packet` returns. Throws a TypeError for what no Variant can be.
   */
  put_var(var_: unknown, full_objects = false): GodotError {
    const fullObjects = requireBool('full_objects', full_objects) || this.#allowsObjects;
    const packet = packetOf(var_, 3, fullObjects, this.#encodeBufferMaxSize);
    return typeof packet === 'number' ? packet : this.putPacket(packet);
  }

  /**
   * Largest encoded size of a Variant, in bytes; 8 MiB unless set.
   *
   * Rounded up to a power of two. Below 1024 or above 268435456 a message is printed and the old value stays.
   */
  get encode_buffer_max_size(): int {
    return this.#encodeBufferMaxSize;
  }
  set encode_buffer_max_size(max_size: int) {
    this.set_encode_buffer_max_size(max_size);
  }
  get_encode_buffer_max_size(): int {
    return this.#encodeBufferMaxSize;
  }
  set_encode_buffer_max_size(max_size: int): void {
    this.#encodeBufferMaxSize = encodeBufferSize(max_size, this.#encodeBufferMaxSize);
  }

  /**
   * Whether `get_var` and `put_var` take whole objects without being asked to; `false` unless set.
   *
   * **Note:** decoded objects are descriptions here, and no script of theirs is run.
   *
   * @getter is_object_decoding_allowed
   */
  get allow_object_decoding(): boolean {
    return this.#allowsObjects;
  }
  set allow_object_decoding(enable: boolean) {
    this.set_allow_object_decoding(enable);
  }
  is_object_decoding_allowed(): boolean {
    return this.#allowsObjects;
  }
  set_allow_object_decoding(enable: boolean): void {
    this.#allowsObjects = requireBool('enable', enable);
  }
}

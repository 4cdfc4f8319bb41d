// Variants as packets, for the PacketPeer of both generations: errors and messages. The encoding is in ../variant.

import { decodeVariant, encodeVariant } from '#variant-codec';
import { requireInt32 } from '../binding/arguments.js';
import { printError } from '../binding/error-handler.js';
import { ERR_OUT_OF_MEMORY, type GodotError, OK } from '../binding/errors.js';

type Generation = 3 | 4;

/** Default of `encode_buffer_max_size`: 8 MiB. */
export const DEFAULT_ENCODE_BUFFER = 8388608;
const LEAST_ENCODE_BUFFER = 1024;
const LARGEST_ENCODE_BUFFER = 268435456;

/** The value in `packet`; null with a message when that is an error code or does not decode. */
export function variantOf(packet: Uint8Array | GodotError, generation: Generation, allowObjects: boolean): unknown {
  if (typeof packet === 'number') {
    printError('get_var: there is no packet');
    return null;
  }
  const { error, reason, value } = decodeVariant(generation, packet, { allowObjects });
  if (error !== OK) printError(`get_var: the packet of ${packet.length} bytes does not decode: ${reason}`);
  return value;
}

/** The packet with `value`; an error code with a message when it can't be encoded. */
export function packetOf(
  value: unknown,
  generation: Generation,
  { fullObjects, maxSize }: { fullObjects: boolean; maxSize: number },
): Uint8Array | GodotError {
  const { bytes, error, reason } = encodeVariant(generation, value, { fullObjects });
  if (error !== OK) {
    printError(`put_var: ${reason}`);
    return error;
  }
  if (bytes.length <= maxSize) return bytes;
  printError(`put_var: the value takes ${bytes.length} bytes (encode_buffer_max_size ${maxSize})`);
  return ERR_OUT_OF_MEMORY;
}

/** New value of `encode_buffer_max_size` for `size`: a power of two, or `old` with a message. */
export function encodeBufferSize(wanted: number, old: number): number {
  const size = requireInt32('max_size', wanted);
  if (size >= LEAST_ENCODE_BUFFER && size <= LARGEST_ENCODE_BUFFER) return 2 ** Math.ceil(Math.log2(size));
  printError(`encode_buffer_max_size must be ${LEAST_ENCODE_BUFFER} to ${LARGEST_ENCODE_BUFFER} bytes, got ${size}`);
  return old;
}

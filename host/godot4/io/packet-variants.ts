// Variants in packets, for the PacketPeer of every generation: the packets themselves come with the codec.
import { requireInt32 } from '../../binding/arguments.js';
import { printError } from '../../binding/error-handler.js';

export { packetOf, variantOf } from '#variant-codec';

/** Default of `encode_buffer_max_size`: 8 MiB. */
export const DEFAULT_ENCODE_BUFFER = 8388608;
const LEAST_ENCODE_BUFFER = 1024;
const LARGEST_ENCODE_BUFFER = 268435456;

/** What `encode_buffer_max_size` becomes when so many bytes are wanted: a power of two, or `old` with a message. */
export function encodeBufferSize(wanted: number, old: number): number {
  const size = requireInt32('max_size', wanted);
  if (size >= LEAST_ENCODE_BUFFER && size <= LARGEST_ENCODE_BUFFER) return 2 ** Math.ceil(Math.log2(size));
  printError(`encode_buffer_max_size must be ${LEAST_ENCODE_BUFFER} to ${LARGEST_ENCODE_BUFFER} bytes, got ${size}`);
  return old;
}

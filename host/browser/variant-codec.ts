// Stand-in for the Variant codec in a page until `websocketpeer/variant` is imported: most games send packets in their
// own format, and the codec is larger than the rest of the package together.
import { printError } from '../binding/error-handler.js';
import { ERR_UNAVAILABLE } from '../binding/errors.js';
import type * as codecs from '../variant/codec.js';

type VariantCodec = Pick<typeof codecs, 'encodeVariant' | 'decodeVariant' | 'packetOf' | 'variantOf'>;

const REASON = 'a page needs: import "websocketpeer/variant"';

let codec: VariantCodec | null = null;

/** Installs the codec: variables can be sent and received from now on. */
export function useVariantCodec(real: VariantCodec): void {
  codec = real;
}

export const encodeVariant: VariantCodec['encodeVariant'] = (...args) =>
  codec?.encodeVariant(...args) ?? { error: ERR_UNAVAILABLE, bytes: new Uint8Array(0), reason: REASON };

export const decodeVariant: VariantCodec['decodeVariant'] = (...args) =>
  codec?.decodeVariant(...args) ?? { error: ERR_UNAVAILABLE, value: null, size: 0, reason: REASON };

export const packetOf: VariantCodec['packetOf'] = (...args) => {
  if (codec !== null) return codec.packetOf(...args);
  printError(`put_var: ${REASON}`);
  return ERR_UNAVAILABLE;
};

export const variantOf: VariantCodec['variantOf'] = (...args) => {
  if (codec !== null) return codec.variantOf(...args);
  printError(`get_var: ${REASON}`);
  return null;
};

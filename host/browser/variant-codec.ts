// The Variant format in a page: left out until `websocketpeer/variant` is imported, as most games send packets of their
// own and the format is larger than everything else together.
import { ERR_UNAVAILABLE } from '../binding/errors.js';
import type { Decoded, decodeVariant as decode, Encoded, encodeVariant as encode } from '../variant/codec.js';

interface VariantCodec {
  readonly encodeVariant: typeof encode;
  readonly decodeVariant: typeof decode;
}

const REASON = 'a page needs: import "websocketpeer/variant"';
const MISSING: VariantCodec = {
  encodeVariant: (): Encoded => ({ error: ERR_UNAVAILABLE, bytes: new Uint8Array(0), reason: REASON }),
  decodeVariant: (): Decoded => ({ error: ERR_UNAVAILABLE, value: null, size: 0, reason: REASON }),
};

let codec = MISSING;

/** From now on variables can be sent and received. */
export function useVariantCodec(real: VariantCodec): void {
  codec = real;
}

export const encodeVariant: typeof encode = (...args) => codec.encodeVariant(...args);
export const decodeVariant: typeof decode = (...args) => codec.decodeVariant(...args);

// The Variant entry in pages and workers. Importing it also lets packet peers and streams send and receive variables.
import { useVariantCodec } from '../browser/variant-codec.js';
import { decodeVariant, encodeVariant, packetOf, variantOf } from './codec.js';

export * from './index.js';

useVariantCodec({ encodeVariant, decodeVariant, packetOf, variantOf });

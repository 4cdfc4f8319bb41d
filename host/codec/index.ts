// `websocketpeer/codec`: the codec by itself, for other libraries and for benchmarks. Names in JavaScript's style.
import { codec } from './load.js';

export type { Codec, DecoderEvent, DecoderOptions, FrameOptions } from './codec.js';

export const { backend, encodeFrame, isValidUtf8, mask, MessageDecoder, Utf8Validator } = codec;
export type MessageDecoder = InstanceType<typeof codec.MessageDecoder>;
export type Utf8Validator = InstanceType<typeof codec.Utf8Validator>;

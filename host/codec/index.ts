// `websocketpeer/codec`: the codec alone, for other libraries and benchmarks. Names in JavaScript's style.
import { codec } from './load.js';

export type { Codec, DecoderEvent, DecoderOptions, FrameOptions } from './codec.js';

/** Which build of the core is in use: with vector instructions or without. */
export const backend = codec.backend;
/** Makes one frame; see `Codec`. */
export const encodeFrame = codec.encodeFrame;
/** Whether bytes are well-formed UTF-8; see `Codec`. */
export const isValidUtf8 = codec.isValidUtf8;
/** XORs bytes with a key in place; see `Codec`. */
export const mask = codec.mask;
/** Turns the chunks of a stream into messages, control frames, and at most one fault. */
export const MessageDecoder = codec.MessageDecoder;
export type MessageDecoder = InstanceType<typeof codec.MessageDecoder>;
/** Checks a text that arrives in pieces. */
export const Utf8Validator = codec.Utf8Validator;
export type Utf8Validator = InstanceType<typeof codec.Utf8Validator>;

// Glue for bundlers, and for runtimes that import WebAssembly modules.
import { codecOf } from './exports.mjs';
import * as wasm from './websocketpeer_bg.wasm';

export const { backend, encodeFrame, isValidUtf8, mask, MessageDecoder, Utf8Validator } = codecOf(wasm);

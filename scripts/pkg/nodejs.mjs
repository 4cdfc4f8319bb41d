// Glue for Node's `require`: reads the module from the file beside this one.
import { readFileSync } from 'node:fs';
import { codecOf } from './exports.mjs';

const bytes = readFileSync(`${__dirname}/websocketpeer_bg.wasm`);
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));

export const { backend, encodeFrame, isValidUtf8, mask, MessageDecoder, Utf8Validator } = codecOf(exports);

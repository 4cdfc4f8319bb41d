// Glue for browsers without a bundler; usable after `init` has resolved or `initSync` has returned.
import { codecOf } from './exports.mjs';

// Live bindings: undefined until the module is there.
export let backend;
export let encodeFrame;
export let isValidUtf8;
export let mask;
export let MessageDecoder;
export let Utf8Validator;

let exports = null;

function start(instance) {
  exports = instance.exports;
  ({ backend, encodeFrame, isValidUtf8, mask, MessageDecoder, Utf8Validator } = codecOf(exports));
  return exports;
}

/** A response is compiled while it arrives, unless its server sends another type than `application/wasm`. */
async function instanceOf(source) {
  if (source instanceof WebAssembly.Module) return WebAssembly.instantiate(source);
  if (typeof Response === 'undefined' || !(source instanceof Response)) {
    return (await WebAssembly.instantiate(source)).instance;
  }
  if (!source.ok) throw new Error(`${source.url} answered ${source.status}`);
  const type = source.headers.get('Content-Type') ?? '';
  if (type.split(';')[0].trim().toLowerCase() === 'application/wasm') {
    return (await WebAssembly.instantiateStreaming(source)).instance;
  }
  return (await WebAssembly.instantiate(await source.arrayBuffer())).instance;
}

function isAddress(source) {
  return (
    typeof source === 'string' ||
    (typeof URL === 'function' && source instanceof URL) ||
    (typeof Request === 'function' && source instanceof Request)
  );
}

let starting = null;

export default function init(input) {
  if (exports !== null) return Promise.resolve(exports);
  starting ??= begin(input).catch((error) => {
    starting = null; // the next call may try again
    throw error;
  });
  return starting;
}

async function begin(input) {
  const source = (await input) ?? new URL('websocketpeer_bg.wasm', import.meta.url);
  const instance = await instanceOf(isAddress(source) ? await fetch(source) : source);
  return exports ?? start(instance); // initSync may have been quicker
}

export function initSync(module) {
  if (exports !== null) return exports;
  return start(
    new WebAssembly.Instance(module instanceof WebAssembly.Module ? module : new WebAssembly.Module(module)),
  );
}

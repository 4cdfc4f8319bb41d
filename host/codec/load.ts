// Start of the core: chooses the build that this runtime supports and instantiates it synchronously.
import { createCodec } from './codec.js';
import { Core, type CoreExports } from './core.js';
import { scalarModule, simdModule } from './modules.generated.js';

/** Decodes base64: by Buffer in Node, by a loop elsewhere. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  if (typeof Buffer !== 'undefined') return new Uint8Array(Buffer.from(text, 'base64'));
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

function compile(): WebAssembly.Module {
  const simd = fromBase64(simdModule);
  try {
    if (WebAssembly.validate(simd)) return new WebAssembly.Module(simd);
  } catch (error) {
    // Chromium before 115 compiles at most 4 KiB synchronously in a page: enough only for the build without vectors.
    if (!(error instanceof RangeError)) throw error;
  }
  return new WebAssembly.Module(fromBase64(scalarModule));
}

/** The core that the whole package shares, and its codec. */
export const core = new Core(new WebAssembly.Instance(compile()).exports as unknown as CoreExports);
export const codec = /* @__PURE__ */ createCodec(core);

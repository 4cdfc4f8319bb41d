// XOR with a mask key: bytes of the caller, and bytes that lie in linear memory already.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mask } from 'websocketpeer/codec';
import { timePerCall } from '../lib/contest.mjs';
import { loadBufferutil } from '../lib/contestants.mjs';
import { somePayload } from '../lib/frames.mjs';

export const title = 'Mask';
export const unit = 'ns';
export const better = 'lower';

const KEY = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
const KEY_WORD = KEY.readInt32LE(0);
const SIZES = [16, 125, 1024, 16384, 65536];

function plainLoop(bytes, key) {
  for (let i = 0; i < bytes.length; i += 1) bytes[i] ^= key[i & 3];
}

function rawModule() {
  const path = fileURLToPath(import.meta.resolve('websocketpeer/codec.wasm'));
  return new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path))).exports;
}

export function cases({ quick, milliseconds }) {
  const { unmask } = loadBufferutil();
  const raw = rawModule();
  return (quick ? [16, 1024, 65536] : SIZES).map((size) => {
    const bytes = Buffer.from(somePayload(size));
    return {
      label: `${size} B`,
      contestants: {
        websocketpeer: () => timePerCall(() => mask(bytes, KEY), milliseconds),
        'websocketpeer, in linear memory': () => timePerCall(() => raw.mask(size, KEY_WORD), milliseconds),
        bufferutil: () => timePerCall(() => unmask(bytes, KEY), milliseconds),
        'JavaScript loop': () => timePerCall(() => plainLoop(bytes, KEY), milliseconds),
      },
    };
  });
}

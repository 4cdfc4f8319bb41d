// XOR with a mask key: of the caller's bytes, and of bytes in linear memory.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mask } from 'websocketpeer/codec';
import { timePerCall } from '../lib/contest.mjs';
import { loadModule } from '../lib/contestants.mjs';
import { formatSize } from '../lib/format.mjs';
import { somePayload } from '../lib/frames.mjs';

export const title = 'Mask';
export const unit = 'ns';
export const better = 'lower';
export const about =
  'XOR of a payload with its key. "In linear memory": where the frames of a connection lie anyway; ' +
  'otherwise the bytes come from outside and go back there.';

const KEY = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
const KEY_WORD = KEY.readInt32LE(0);
const SIZES = [16, 125, 1024, 16384, 65536, 1048576];
/** Most bytes of one call of the core. */
const WINDOW_SIZE = 65536;
const INSIDE = 'websocketpeer, in linear memory';

/** As one would write it without any help: words, then the bytes that are left. A Buffer begins at a word. */
function plainLoop(bytes, key) {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  const word = key[0] | (key[1] << 8) | (key[2] << 16) | (key[3] << 24);
  for (let i = 0; i < words.length; i += 1) words[i] ^= word;
  for (let i = words.length * 4; i < bytes.length; i += 1) bytes[i] ^= key[i & 3];
}

function rawModule() {
  const path = fileURLToPath(import.meta.resolve('websocketpeer/codec.wasm'));
  return new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path))).exports;
}

function maskInside(raw, size) {
  let key = KEY_WORD;
  for (let left = size; left > 0; left -= WINDOW_SIZE) key = raw.mask(Math.min(left, WINDOW_SIZE), key);
}

function targetsFor(size) {
  const inside = { of: INSIDE, versus: 'bufferutil', atLeast: 1 };
  return size <= 16384 ? [{ versus: 'bufferutil', atLeast: 1 }, inside] : [inside];
}

export function cases({ quick, milliseconds }) {
  const bufferutil = loadModule('bufferutil');
  const raw = rawModule();
  return (quick ? [16, 1024, 65536] : SIZES).map((size) => {
    const bytes = Buffer.from(somePayload(size));
    const native = { bufferutil: () => timePerCall(() => bufferutil.unmask(bytes, KEY), milliseconds) };
    return {
      label: formatSize(size),
      contestants: {
        websocketpeer: () => timePerCall(() => mask(bytes, KEY), milliseconds),
        [INSIDE]: () => timePerCall(() => maskInside(raw, size), milliseconds),
        ...(bufferutil === null ? {} : native),
        'JavaScript, 32-bit loop': () => timePerCall(() => plainLoop(bytes, KEY), milliseconds),
      },
      targets: targetsFor(size),
    };
  });
}

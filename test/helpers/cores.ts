// The three builds of the core, side by side: every codec test runs on each of them.
import { readFileSync } from 'node:fs';
import { type Codec, createCodec } from '../../host/codec/codec.js';
import { Core } from '../../host/codec/core.js';

export interface Build {
  readonly name: 'simd' | 'scalar' | 'debug';
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly core: Core;
  readonly codec: Codec;
}

function load(name: Build['name']): Build {
  const file = readFileSync(new URL(`../../build/wasm/${name}.wasm`, import.meta.url));
  const bytes = new Uint8Array(file);
  const core = new Core(new WebAssembly.Module(bytes));
  return { name, bytes, core, codec: createCodec(core) };
}

export const BUILDS: readonly Build[] = [load('simd'), load('scalar'), load('debug')];

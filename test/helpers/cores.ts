// The three builds of the core: every codec test runs on each of them.
import { readFileSync } from 'node:fs';
import { type Codec, createCodec } from '../../host/codec/codec.js';
import { Core, type CoreExports } from '../../host/codec/core.js';

export interface Build {
  readonly name: 'simd' | 'scalar' | 'debug';
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly core: Core;
  readonly codec: Codec;
}

function load(name: Build['name']): Build {
  const file = readFileSync(new URL(`../../build/wasm/${name}.wasm`, import.meta.url));
  const bytes = new Uint8Array(file);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const core = new Core(exports as unknown as CoreExports);
  return { name, bytes, core, codec: createCodec(core) };
}

export const BUILDS: readonly Build[] = [load('simd'), load('scalar'), load('debug')];

// pkg/ as it is built: the codec for Node's require, for browsers and for bundlers.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type * as codec from '../../host/codec/index.js';
import { exerciseCodec } from './exercise.js';

type Web = typeof codec & {
  default(input?: unknown): Promise<WebAssembly.Exports>;
  initSync(module: BufferSource | WebAssembly.Module): WebAssembly.Exports;
};

const place = (path: string): string => fileURLToPath(new URL(`../../pkg/${path}`, import.meta.url));
const wasm = (): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(place('web/websocketpeer_bg.wasm')));

let copies = 0;

/** The web glue as a page sees it at first: not started. */
async function freshWeb(): Promise<Web> {
  copies += 1;
  return import(`${place('web/websocketpeer.js')}?copy=${copies}`);
}

const served = (type: string): Response => new Response(wasm(), { headers: { 'Content-Type': type } });

const SOURCES: [string, () => unknown][] = [
  ['bytes', wasm],
  ['a buffer', () => wasm().buffer],
  ['a module', () => new WebAssembly.Module(wasm())],
  ['a response', () => served('application/wasm')],
  ['a response of another type', () => served('application/octet-stream')],
  ['a promise', () => Promise.resolve(wasm())],
  ['an address', () => `data:application/wasm;base64,${Buffer.from(wasm()).toString('base64')}`],
];

describe('pkg/nodejs', () => {
  it('works through require', () => {
    exerciseCodec(createRequire(import.meta.url)(place('nodejs/websocketpeer.js')));
  });
});

describe('pkg/web', () => {
  it('works at once after initSync', async () => {
    const web = await freshWeb();
    expect(web.mask).toBeUndefined();
    web.initSync(wasm());
    exerciseCodec(web);
  });

  it.each(SOURCES)('starts from %s', async (_, source) => {
    const web = await freshWeb();
    const exports = await web.default(source());
    expect(exports.memory).toBeInstanceOf(WebAssembly.Memory);
    exerciseCodec(web);
  });

  it('starts once, however often it is asked', async () => {
    const web = await freshWeb();
    const [first, second] = await Promise.all([web.default(wasm()), web.default(wasm())]);
    expect(second).toBe(first);
    expect(web.initSync(wasm())).toBe(first);
  });

  it('may be started again after a failure', async () => {
    const web = await freshWeb();
    await expect(web.default(Uint8Array.of(1, 2, 3))).rejects.toThrow(WebAssembly.CompileError);
    await expect(web.default(new Response('', { status: 404 }))).rejects.toThrow('404');
    await web.default(wasm());
    exerciseCodec(web);
  });
});

describe('pkg/bundler', () => {
  it('works where WebAssembly modules are imported like others', () => {
    const script = `
      import * as codec from ${JSON.stringify(place('bundler/websocketpeer.js'))};
      const frame = codec.encodeFrame({ opcode: 'text', payload: new TextEncoder().encode('Hello') });
      const [event] = new codec.MessageDecoder({ role: 'client' }).push(frame);
      console.log(event.kind, new TextDecoder().decode(event.data), codec.backend);`;
    const flags = ['--experimental-wasm-modules', '--no-warnings', '--input-type=module', '--eval', script];
    expect(execFileSync(process.execPath, flags, { encoding: 'utf8' })).toBe('text Hello simd\n');
  });
});

describe.each(['bundler', 'web', 'nodejs'])('pkg/%s', (target) => {
  it('holds the very module that the package embeds', () => {
    const shipped = readFileSync(place(`${target}/websocketpeer_bg.wasm`));
    expect(shipped.equals(readFileSync(new URL('../../build/wasm/simd.wasm', import.meta.url)))).toBe(true);
  });

  it('names only files that are there', () => {
    const manifest = JSON.parse(readFileSync(place(`${target}/package.json`), 'utf8'));
    for (const file of [...manifest.files, manifest.main, manifest.types]) {
      expect(readFileSync(place(`${target}/${file}`)).length).toBeGreaterThan(0);
    }
  });
});

// Which build of the core starts, by what a runtime can do.
import { afterEach, describe, expect, it, vi } from 'vitest';

const { validate, Module, Instance } = WebAssembly;

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** `WebAssembly.Module` of a runtime that compiles no more than `limit` bytes at once, and says so with `Refusal`. */
function limited(limit: number, Refusal: new (message: string) => Error): typeof Module {
  return new Proxy(Module, {
    construct: (target, [bytes]: [BufferSource]) => {
      if (bytes.byteLength > limit) throw new Refusal(`the buffer size is larger than ${limit} bytes`);
      return new target(bytes);
    },
  });
}

const RUNTIMES: [string, object, string][] = [
  ['with vectors', { validate, Module }, 'simd'],
  ['without vectors', { validate: () => false, Module }, 'scalar'],
  ['that compiles 4 KiB at once', { validate, Module: limited(4096, RangeError) }, 'scalar'],
];

async function started(runtime: object): Promise<string> {
  vi.stubGlobal('WebAssembly', { Instance, ...runtime });
  vi.resetModules();
  const { backend, isValidUtf8 } = await import('../../host/codec/index.js');
  expect(isValidUtf8(Uint8Array.of(0xc3, 0xa4))).toBe(true);
  return backend;
}

describe('the codec', () => {
  it.each(RUNTIMES)('starts at once in a runtime %s', async (_, runtime, wanted) => {
    expect(await started(runtime)).toBe(wanted);
  });

  it('says what a page’s policy forbids', async () => {
    await expect(started({ validate, Module: limited(0, Error) })).rejects.toThrow('larger than 0 bytes');
  });
});

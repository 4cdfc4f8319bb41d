/** Source of the module: an address, a response, its bytes, or the compiled module. */
export type InitInput = string | URL | Request | Response | BufferSource | WebAssembly.Module;

/**
 * Fetches and starts the module; everything else works once the promise has resolved.
 *
 * Without `input` the module is fetched from beside this file. Further calls return the first one's result, unless
 * that failed.
 */
export default function init(input?: InitInput | Promise<InitInput>): Promise<InitOutput>;

/**
 * Starts a module that is already here, at once.
 *
 * **Note:** browsers refuse to compile large modules synchronously on the main thread; this one is small enough.
 */
export function initSync(module: BufferSource | WebAssembly.Module): InitOutput;

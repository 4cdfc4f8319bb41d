// The memory that all sockets read into: each chunk is consumed before the next read.
import type { OnReadOpts } from 'node:net';
import { fsModule } from './builtins.js';

let buffer: Uint8Array = new Uint8Array(65_536);

/** Sockets opened from now on read into `next`. */
export function useReadBuffer(next: Uint8Array): void {
  buffer = next;
}

/** The memory that newly opened sockets read into. */
export function readBuffer(): Uint8Array {
  return buffer;
}

/** Socket option: reads into the shared buffer and passes chunks to `deliver`, which returns whether to go on. */
export function readInto(deliver: (chunk: Uint8Array, length: number) => boolean): OnReadOpts {
  return { buffer, callback: (length, chunk) => deliver(chunk, length) };
}

/** Reads from a non-blocking socket; 0 for nothing, or for an end or error that the event loop will report. */
export function readAtOnce(fd: number, target: Uint8Array): number {
  try {
    return fsModule().readSync(fd, target);
  } catch {
    return 0;
  }
}

/**
 * Whether sockets can read into given memory. Node documents it; the runtimes that imitate Node's modules accept
 * the option and ignore it, so they read by 'data' events.
 */
export const canReadInto =
  process.release?.name === 'node' && process.versions.bun === undefined && !('Deno' in globalThis);

// The memory that sockets read into. Shared by all of them: a chunk is used up before the next read begins.
import type { OnReadOpts } from 'node:net';
import { fsModule } from './builtins.js';

let buffer: Uint8Array = new Uint8Array(65_536);

/** Sockets opened from now on read into `next`. */
export function useReadBuffer(next: Uint8Array): void {
  buffer = next;
}

/** What sockets that are opened now read into. */
export function readBuffer(): Uint8Array {
  return buffer;
}

/** Reads into the shared buffer and shows each chunk to `deliver`, which says whether reading goes on. */
export function readInto(deliver: (chunk: Uint8Array, length: number) => boolean): OnReadOpts {
  return { buffer, callback: (length, chunk) => deliver(chunk, length) };
}

/** Reads what waits in a socket, which never blocks; 0: nothing, or something that the event loop has to tell. */
export function readAtOnce(fd: number, target: Uint8Array): number {
  try {
    return fsModule().readSync(fd, target);
  } catch {
    return 0;
  }
}

/**
 * Whether sockets can read into memory of ours. Node documents it; the runtimes that imitate Node's modules take
 * the option without honouring it, so they read by 'data' events.
 */
export const canReadInto =
  process.release?.name === 'node' && process.versions.bun === undefined && !('Deno' in globalThis);

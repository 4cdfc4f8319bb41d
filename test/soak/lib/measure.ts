// What a process holds: memory after a collection, descriptors of sockets, and whatever keeps it alive.
import { readdirSync, readlinkSync } from 'node:fs';

const PATIENCE_MS = 120_000;
const MIB = 2 ** 20;

/** A bound that does not hold. */
export class Unbounded extends Error {}

export function demand(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Unbounded(what);
}

export function pause(ms = 1): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Runs the event loop until `condition` holds; fails with `what` when it never does. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > end) throw new Unbounded(`waited in vain for ${what}`);
    await pause();
  }
}

function isSocket(descriptor: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith('socket:');
  } catch {
    return false;
  }
}

/** Sockets that this process holds; 0 where the system does not say. */
export function sockets(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').filter(isSocket).length : 0;
}

/** Handles of connections and servers that keep this process alive; not those of its own input and output. */
export function handles(): number {
  return process.getActiveResourcesInfo().filter((name) => /TCP|TLS/.test(name)).length;
}

/** Bytes in use after a collection: objects of JavaScript, and buffers beside them. */
export async function memory(): Promise<number> {
  // What waits for a finalizer goes in a later round.
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc?.();
    await pause(20);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

export const inMiB = (bytes: number): number => Math.round((bytes / MIB) * 100) / 100;

/** Runs `work` for each of `items`, at most `atOnce` of them at a time. */
export async function inParallel<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

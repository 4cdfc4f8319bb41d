// What a remote call leaves behind for the garbage collector, counted in a process that does not collect meanwhile.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('./call-loop.mjs', import.meta.url));
const NO_COLLECTION = ['--max-semi-space-size=64', '--min-semi-space-size=64'];

/** Bytes of heap for each call. */
function bytesOf(way: 'in' | 'out', peers: number, kind: string): number {
  const args = [...NO_COLLECTION, SCRIPT, way, String(peers), kind];
  const output = execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
  const { bytes, calls, collections } = JSON.parse(output) as { bytes: number; calls: number; collections: number };
  expect(Math.round(calls)).toBe(20_000);
  expect(collections).toBe(0);
  return bytes;
}

/** The way, the values that are sent, and bytes that a call may make: about a quarter above what it makes. */
const CALLS: readonly (readonly ['in' | 'out', string, number])[] = [
  ['in', 'nothing', 150],
  ['in', 'numbers', 390],
  ['in', 'place', 500],
  ['in', 'text', 430],
  ['out', 'numbers', 510],
  ['out', 'place', 430],
  ['out', 'text', 430],
];

describe('a remote call', () => {
  test.each(CALLS)('%s, with %s, makes few objects', (way, kind, most) => {
    expect(bytesOf(way, 1, kind)).toBeLessThan(most);
  });

  test('is encoded once for all who know the node', () => {
    // A copy for each of the other 49 would have at least 100 bytes.
    expect(bytesOf('out', 50, 'numbers') - bytesOf('out', 1, 'numbers')).toBeLessThan(2000);
  });
});

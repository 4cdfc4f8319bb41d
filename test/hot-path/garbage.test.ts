// What a packet's way leaves behind for the garbage collector, counted in a process with a tiny young generation.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('./echo-loop.mjs', import.meta.url));
/** Bytes of heap that a run may seem to keep: code and feedback of the engine itself. */
const SLACK = 1_000_000;

interface Outcome {
  /** Collections of a young generation of 1 MB during 100,000 packets there and back. */
  readonly collections: number;
  /** Bytes of heap that stayed. */
  readonly kept: number;
}

function echo(size: number, mode: 'into' | 'get'): Outcome {
  const args = ['--max-semi-space-size=1', SCRIPT, String(size), mode];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 })) as Outcome;
}

describe('100,000 packets both ways', () => {
  test.each([16, 125])('of %i bytes keep no heap, whichever way they are taken', (size) => {
    expect(echo(size, 'get').kept).toBeLessThan(SLACK);
    expect(echo(size, 'into').kept).toBeLessThan(SLACK);
  });

  test.each([16, 125])('of %i bytes make no object each when they are taken by get_packet_into', (size) => {
    // A view of a packet has about 100 bytes: 200,000 of them fill 1 MB twenty times.
    expect(echo(size, 'get').collections - echo(size, 'into').collections).toBeGreaterThan(10);
  });
});

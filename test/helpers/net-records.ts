// Runs recorded situations of the stream classes: a table gives each record's id what to do, and the answer and the
// reports are compared with the engine's. A record without an entry, and an entry without a record, fail.
import { expect, it } from 'vitest';
import { behaviourRecords } from './net.js';
import type { Reports } from './reports.js';

export interface Situation {
  /** Brings the situation about and returns what the recorded call returned. */
  run(): unknown;
  /** What is returned here, where it is not what the engine returned. */
  returned?: unknown;
  /** Why that is so. */
  because?: string;
}

export type Situations = Record<string, Situation | (() => unknown)>;

/** Bytes as the records write them. */
export function shown(bytes: Uint8Array): { bytes: number; hex: string } {
  return { bytes: bytes.length, hex: Buffer.from(bytes).toString('hex') };
}

/** `reports` listen while the tests of the caller run. */
export function runRecords(prefixes: string[], situations: Situations, reports: Reports): void {
  const records = behaviourRecords(...prefixes);

  it('every record has its situation', () => {
    expect(Object.keys(situations).sort()).toEqual(records.map(({ id }) => id).sort());
  });

  it.each(records)('$id: $call, $setup', async ({ id, returned, errors_printed }) => {
    const entry = situations[id];
    const situation: Situation = typeof entry === 'function' ? { run: entry } : entry;
    const result = await situation.run();
    if (situation.because === undefined) expect(result).toEqual(returned);
    else expect(result).toEqual(situation.returned);
    // The engine may need two lines for one failure; here it is one message.
    expect(reports.errors.length).toBe(Math.min(errors_printed, 1));
  });
}

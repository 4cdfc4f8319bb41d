// Tests from recorded situations of the stream classes: a table maps each record's id to its steps, and result and
// reports are compared with the engine's. Records without entries, and entries without records, fail.
import { expect, it } from 'vitest';
import { behaviourRecords } from './net.js';
import type { Reports } from './reports.js';

export interface Situation {
  /** Creates the situation and returns the result of the recorded call. */
  run(): unknown;
  /** Result of this package where it differs from the engine's. */
  returned?: unknown;
  /** Number of this package's reports where it differs. */
  reports?: number;
  /** Reason for the difference. */
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
    else expect(result).toEqual('returned' in situation ? situation.returned : returned);
    // The engine may print two lines for one failure; this package prints one message.
    expect(reports.errors.length).toBe(situation.reports ?? Math.min(errors_printed, 1));
  });
}

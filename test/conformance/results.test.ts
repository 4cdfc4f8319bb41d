// The committed results of the conformance suite: every subject is there, this package fails nowhere, and `ws` does as
// it is known to.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { chooseCases } from '../../host/command/conformance/all-cases.js';
import type { Role } from '../../host/command/conformance/case.js';
import { SUBJECTS } from '../../scripts/conformance.mjs';

interface Result {
  readonly subject: string;
  readonly role: Role;
  readonly version: string;
  readonly date: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly cases: Readonly<Record<string, string>>;
}

const directory = fileURLToPath(new URL('./results/', import.meta.url));
const read = (file: string): Result => JSON.parse(readFileSync(`${directory}${file}.json`, 'utf8'));

const idsOf = ({ cases }: Result, verdict: string): string[] =>
  Object.keys(cases).filter((id) => cases[id].startsWith(verdict));

const NO_EMPTY_ECHO = ['1.1.1', '1.2.1', '6.1.1', '6.1.2', 'C.4.1.11', 'C.4.1.12'];
/** Offers and answers of compression, of which `ws` takes or refuses more than it should. */
const isAgreement = (id: string): boolean => /^C\.[12]\./.test(id);

const files = SUBJECTS.map(({ file }) => String(file));
const own = files.filter((file) => file.startsWith('websocketpeer'));

describe('the committed results', () => {
  it('are those of the subjects', () => {
    expect(readdirSync(directory).sort()).toEqual(files.map((file) => `${file}.json`).sort());
  });

  it.each(files)('of %s are of all cases, with version and date', (file) => {
    const { role, version, date, counts, cases } = read(file);
    const chosen = chooseCases({ role, isHeavy: false, patterns: [] }).map(({ id }) => id);
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(chosen.length);
    expect(chosen).toEqual(expect.arrayContaining(Object.keys(cases)));
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(date).toMatch(/^20\d\d-\d\d-\d\d$/);
  });

  it.each(own)('of %s are strict, but for the empty packets that Godot 3 can’t send', (file) => {
    expect(idsOf(read(file), 'non-strict')).toEqual([]);
    expect(idsOf(read(file), 'failed')).toEqual(file.includes('godot3') ? NO_EMPTY_ECHO : []);
  });

  it.each(['ws-server', 'ws-client'])('of %s agree with what is known', (file) => {
    expect(idsOf(read(file), 'failed').filter((id) => !isAgreement(id))).toEqual([]);
    expect(idsOf(read(file), 'non-strict').filter((id) => !isAgreement(id))).toEqual([
      '6.4.1',
      '6.4.2',
      '6.4.3',
      '6.4.4',
    ]);
  });
});

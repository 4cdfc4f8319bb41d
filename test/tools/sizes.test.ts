// The tolerance of the check of docs/sizes.md: sizes may drift a little, since compilers and zlib do.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isClose } from '../../scripts/lib/sizes-page.mjs';

const page = readFileSync(new URL('../../docs/sizes.md', import.meta.url), 'utf8');
const row = (...sizes: string[]): string => `| a socket | ${sizes.join(' | ')} |\n`;

describe('docs/sizes.md', () => {
  it.each([
    { title: 'with the same sizes is up to date', known: row('100.0', '12.0'), built: row('100.0', '12.0'), is: true },
    { title: 'may be 5 % away', known: row('95.5', '12.5'), built: row('100.0', '12.0'), is: true },
    { title: 'may not be 6 % away', known: row('94.0', '12.0'), built: row('100.0', '12.0'), is: false },
    { title: 'may not be 6 % too large', known: row('100.0', '12.8'), built: row('100.0', '12.0'), is: false },
    { title: 'may be 0.2 KB away', known: row('0.6', '1.8'), built: row('0.8', '1.6'), is: true },
    { title: 'may not have another text', known: row('1.0'), built: row('1.0').replace('socket', 'server'), is: false },
    { title: 'may not lack a size', known: row('1.0'), built: row('1.0', '1.0'), is: false },
    { title: 'may not be empty', known: '', built: row('1.0'), is: false },
  ])('$title', ({ known, built, is }) => {
    expect(isClose(known, built)).toBe(is);
  });

  it('has three sizes in each row', () => {
    const rows = page.split('\n').filter((line) => /^\| .*\d \|$/.test(line));
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((line) => !/ \| \d+\.\d \| \d+\.\d \| \d+\.\d \|$/.test(line))).toEqual([]);
  });
});

// What recorded runs become: one body of suites, the README's block, the results page. The recorded numbers themselves
// are not judged, only that what is written about them agrees.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { summary } from '../../bench/lib/contest.mjs';
import { HEADLINES, headlinesOf } from '../../bench/lib/headlines.mjs';
import { countsOf, markdownOf } from '../../bench/lib/markdown.mjs';
import { SUITES } from '../../bench/lib/options.mjs';
import { drawPage } from '../../bench/lib/page/page.mjs';
import { recordedRuns, together } from '../../bench/lib/results.mjs';

const PATHS = { chart: 'chart.svg', page: 'index.html' };
const MACHINE = { system: 'linux 6 x64', processor: 'chip', cores: 2, memoryGiB: 8, loadAverage: 0.1 };

interface Part {
  readonly date: string;
  readonly quick?: boolean;
  readonly suites: Readonly<Record<string, number>>;
}

/** A run whose suites have one case, in which this package has reached the number that is given. */
function runOf({ date, quick = false, suites }: Part): object {
  const parts = Object.entries(suites).map(([name, value]) => ({
    ...{ name, title: name, unit: 'ns', better: 'lower', about: '', seconds: 1 },
    cases: [
      {
        label: '1 KiB',
        results: { websocketpeer: summary([value]), bufferutil: summary([10]) },
        failures: {},
        targets: [{ of: 'websocketpeer', versus: 'bufferutil', atLeast: 1 }],
      },
    ],
  }));
  const versions = { websocketpeer: '1.0.0', Node: '20.0.0' };
  return {
    ...{ date, commit: date, versions, backend: 'simd', machine: MACHINE, options: { quick, rounds: 1 }, absent: {} },
    suites: parts,
  };
}

const OLD = { date: '2026-01-01', suites: { mask: 1, utf8: 1, echo: 1 } };
const NEW = { date: '2026-02-01', suites: { mask: 2 } };

describe('recorded runs together', () => {
  it.each<[string, Part[], string[]]>([
    ['one run is all of it', [OLD], ['mask 1', 'utf8 1', 'echo 1']],
    ['a later partial run replaces its suites', [OLD, NEW], ['mask 2', 'utf8 1', 'echo 1']],
    ['in whatever order they are read', [NEW, OLD], ['mask 2', 'utf8 1', 'echo 1']],
    ['a quick run replaces none', [OLD, { ...NEW, quick: true }], ['mask 1', 'utf8 1', 'echo 1']],
    ['a quick run brings what no other has', [NEW, { ...OLD, quick: true }], ['mask 2', 'utf8 1', 'echo 1']],
    ['a new suite takes its place', [NEW, { date: '2026-03-01', suites: { x: 3 } }], ['mask 2', 'x 3']],
  ])('%s', (_, parts, wanted) => {
    const { suites } = together(parts.map(runOf));
    expect(suites.map(({ name, cases }) => `${name} ${cases[0].results.websocketpeer.median}`)).toEqual(wanted);
  });

  it('name the run of each suite, those of the other runs at the suite', () => {
    const measured = together([OLD, NEW].map(runOf));
    expect(measured.runs.map(({ date }) => date)).toEqual(['2026-01-01', '2026-02-01']);
    const page = drawPage(measured);
    expect(page.split('From another run: 2026-02-01, commit 2026-02-01, 1 round<')).toHaveLength(2);
    expect(page).not.toContain('From another run: 2026-01-01');
    expect(markdownOf(measured, PATHS)).toContain('From another run: Masking 1 KiB (2026-02-01, commit 2026-02-01');
  });

  it('tell of another run what was different', () => {
    const [old, later] = [OLD, NEW].map(runOf) as [object, { versions: object; machine: object }];
    const elsewhere = { ...later, versions: { Node: '20.0.0', ws: '9.0.0' }, machine: { ...MACHINE, cores: 8 } };
    const words = 'commit 2026-02-01, 1 round; 8 × chip, ws 9.0.0';
    const measured = together([old, elsewhere]);
    expect(markdownOf(measured, PATHS)).toContain(words);
    expect(drawPage(measured)).toContain(words);
  });

  it('are judged anew whenever they are read', () => {
    const targetsOf = (value: number): unknown =>
      together([runOf({ date: 'x', suites: { mask: value } })]).suites[0].cases[0].targets;
    expect([targetsOf(10), targetsOf(11)]).toMatchObject([[{ met: true }], [{ met: false }]]);
  });

  it('are shown without what has dropped out', () => {
    const run = runOf({ date: 'x', suites: { mask: 1 } }) as { suites: { cases: object[] }[] };
    run.suites[0].cases = [
      { label: '1 KiB', results: { bufferutil: summary([1]) }, failures: { websocketpeer: 'gone' }, targets: [] },
    ];
    const measured = together([run]);
    expect(drawPage(measured)).toContain('websocketpeer is out: gone');
    expect(countsOf(measured).all).toBe(0);
  });
});

describe('the suites', () => {
  it('are the files of their folder, and may be asked for', () => {
    const files = readdirSync(fileURLToPath(new URL('../../bench/suites', import.meta.url)));
    expect(files.map((name) => name.replace('.mjs', ''))).toEqual([...SUITES].sort());
  });

  it.each(SUITES)('%s says what it measures', async (name: string) => {
    const suite = (await import(`../../bench/suites/${name}.mjs`)) as Record<string, unknown>;
    expect(suite).toMatchObject({
      title: expect.any(String),
      about: expect.any(String),
      unit: expect.any(String),
      better: expect.stringMatching(/^(higher|lower)$/),
      cases: expect.any(Function),
    });
  });

  it('have the cases that stand for the others', () => {
    const measured = together(recordedRuns());
    const named = HEADLINES.filter(({ suite }) => measured.suites.some(({ name }) => name === suite));
    expect(headlinesOf(measured)).toHaveLength(named.length);
    expect(HEADLINES.filter(({ suite }) => !SUITES.includes(suite))).toEqual([]);
  });
});

describe('the recorded results', () => {
  const measured = together(recordedRuns());
  const block = markdownOf(measured, PATHS);
  const rows = block.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Measured'));
  /** The first number of a cell: 4.54 M, Bun: 1.26, **45.2×**. */
  const numberOf = (cell: string): number => {
    const [, digits, step = ''] = /([\d.]+)(?: ([kMG])\b)?[×\s]/.exec(`${cell.replace(/^[^:]*: /, '')} `) ?? [];
    return Number(digits) * ({ k: 1e3, M: 1e6, G: 1e9 }[step] ?? 1);
  };

  it('make a block of few lines, without targets', () => {
    expect(block.split('\n').length).toBeLessThanOrEqual(22);
    expect(block).not.toMatch(/target|met\b|missed/);
  });

  it.each(rows)('have a ratio that follows from the medians beside it: %s', (row) => {
    const [words = '', own = '', other = '', ratio = ''] = row.replace(/^\| /, '').split(' | ');
    const isRate = /\/s$/.test(words);
    const quotient = isRate ? numberOf(own) / numberOf(other) : numberOf(other) / numberOf(own);
    expect(quotient / numberOf(ratio)).toBeGreaterThan(0.985);
    expect(quotient / numberOf(ratio)).toBeLessThan(1.015);
    const [, least, greatest, verdict] = /\(([\d.]+)–([\d.]+)\) (\w+)/.exec(ratio) ?? [];
    expect(Number(least)).toBeLessThanOrEqual(numberOf(ratio));
    expect(Number(greatest)).toBeGreaterThanOrEqual(numberOf(ratio));
    expect(verdict === 'even' || verdict === (numberOf(ratio) > 1 ? 'better' : 'worse')).toBe(true);
  });

  it('make a page that asks for nothing from elsewhere', () => {
    expect(drawPage(measured)).not.toMatch(/(src|href)="(?!#|data:)|url\(|@import/);
  });
});

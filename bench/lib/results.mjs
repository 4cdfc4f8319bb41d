// Recorded runs, and what they say together: each suite as it was measured last.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SUITES } from './options.mjs';
import { judge } from './targets.mjs';

/** Where recorded runs lie, with the chart and the page that are drawn from them. */
export const RESULTS_FOLDER = fileURLToPath(new URL('../results', import.meta.url));

/** The recorded runs, without verdicts: those follow from rounds and targets whenever a run is read. */
export function recordedRuns() {
  const files = readdirSync(RESULTS_FOLDER).filter((name) => name.endsWith('.json'));
  return files.map((name) => JSON.parse(readFileSync(join(RESULTS_FOLDER, name), 'utf8')));
}

const placeOf = ({ name }) => (SUITES.includes(name) ? SUITES.indexOf(name) : SUITES.length);

/** A suite with its targets judged. */
export function judged(suite) {
  const cases = suite.cases.map((one) => {
    return { ...one, targets: judge(one.targets, one.results, one.better ?? suite.better) };
  });
  return { ...suite, cases };
}

/**
 * The suites of `runs`, each from the newest run that has it; from a quick one only where no other has it. Rounds of
 * different runs are never mixed. `runs` of the result are those that contribute, the one with most suites first.
 */
export function together(runs) {
  const isBefore = (a, b) => (a.options.quick === b.options.quick ? a.date < b.date : a.options.quick);
  const newest = new Map();
  for (const run of runs) {
    for (const suite of run.suites) {
      const known = newest.get(suite.name);
      if (known === undefined || isBefore(known.run, run)) newest.set(suite.name, { ...judged(suite), run });
    }
  }
  const suites = [...newest.values()].sort((a, b) => placeOf(a) - placeOf(b));
  const share = (run) => suites.filter((suite) => suite.run === run).length;
  const contributing = [...new Set(suites.map(({ run }) => run))].sort((a, b) => share(b) - share(a));
  return { runs: contributing, suites };
}

// Targets of this package, and whether they are met. A target is one of
//   { versus, atLeast }        so many times better than `versus`
//   { versus, atMostAbove }    at most that much above `versus`
//   { atMost }                 at most that much
// each for the contestant `of`.
import { ratioOf } from './compare.mjs';

/** As reports show it; what is judged is what is shown. */
const shown = (value) => value.toFixed(Math.abs(value) >= 100 ? 0 : 2);

/** What was reached, as the target puts it. */
function reachedBy({ atLeast, atMostAbove }, own, other, better) {
  if (atLeast !== undefined) return ratioOf(own, other, better).value;
  return atMostAbove === undefined ? own.median : own.median - other.median;
}

function judgeOne(target, results, better) {
  const { of, versus, atLeast, atMost, atMostAbove } = target;
  const own = results[of];
  const other = versus === undefined ? null : results[versus];
  if (own === undefined || other === undefined) return { reached: null, met: null };
  const reached = reachedBy(target, own, other, better);
  const met =
    atLeast === undefined ? Number(shown(reached)) <= (atMost ?? atMostAbove) : Number(shown(reached)) >= atLeast;
  return { reached, met };
}

/** Each target with what was reached; `met` is null where a contestant is missing. */
export function judge(targets, results, better) {
  return targets.map((target) => ({ ...target, ...judgeOne(target, results, better) }));
}

/** A target in words. */
export function wordsOf({ of, versus, atLeast, atMost, atMostAbove }, unit) {
  if (atLeast !== undefined) return `${of} ≥ ${atLeast} × ${versus}`;
  if (atMost !== undefined) return `${of} ≤ ${atMost} ${unit}`;
  return `${of} ≤ ${atMostAbove} ${unit} above ${versus}`;
}

/** What was reached, in the same words. */
export function reachedOf({ reached, atLeast }, unit) {
  if (reached === null) return 'not measured';
  return atLeast === undefined ? `${shown(reached)} ${unit}` : `${shown(reached)}×`;
}

export function outcomeOf({ met }) {
  if (met === null) return '';
  return met ? 'met' : 'MISSED';
}

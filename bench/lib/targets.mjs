// Targets of this package, and whether they are met. A target is one of
//   { versus, atLeast }        so many times better than `versus`
//   { versus, atMostAbove }    at most that much above `versus`
//   { atMost }                 at most that much
// each for the suite's first contestant unless `of` names another one.
import { median } from '../../scripts/lib/median.mjs';

/**
 * How many times better `own` is than `other`: median of the rounds' ratios, since rounds that were measured one after
 * the other met the same state of the machine.
 */
export function ratioOf(own, other, better) {
  const rounds = Math.min(own.rounds.length, other.rounds.length);
  const ratios = Array.from({ length: rounds }, (_, round) => {
    return better === 'higher' ? own.rounds[round] / other.rounds[round] : other.rounds[round] / own.rounds[round];
  });
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}

function judgeOne(target, results, better) {
  const { of, versus, atLeast, atMost, atMostAbove } = target;
  const own = results[of];
  const other = versus === undefined ? null : results[versus];
  if (own === undefined || other === undefined) return { reached: null, met: null };
  if (atLeast !== undefined) {
    const { median: reached, min, max } = ratioOf(own, other, better);
    return { reached, min, max, met: reached >= atLeast };
  }
  if (atMostAbove === undefined) return { reached: own.median, met: own.median <= atMost };
  const above = median(own.rounds.map((value, round) => value - other.rounds[round]));
  return { reached: above, met: above <= atMostAbove };
}

/** Each target with what was reached; `met` is null where a contestant is missing. */
export function judge(targets, results, better, first) {
  return targets.map((given) => {
    const target = { of: first, ...given };
    return { ...target, ...judgeOne(target, results, better) };
  });
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
  const text = Math.abs(reached) >= 100 ? reached.toFixed(0) : reached.toFixed(2);
  return atLeast === undefined ? `${text} ${unit}` : `${text} ×`;
}

export function verdictOf({ met }) {
  if (met === null) return '';
  return met ? 'met' : 'MISSED';
}

// Comparison of two contestants of one case: the one definition of a ratio, for report, page, README, chart and targets.
import { isLimit, isOwn } from './names.mjs';

const times = (own, other, better) => (better === 'higher' ? own / other : other / own);

/**
 * How many times better `own` is than `other`: the ratio of their medians, so that it never contradicts the medians beside
 * it. `min` and `max` are the ratios of single rounds, whose measurements met the same state of the machine; the ratio of
 * medians always lies between them.
 */
export function ratioOf(own, other, better) {
  const ratios = own.rounds.map((value, round) => times(value, other.rounds[round], better));
  return { value: times(own.median, other.median, better), min: Math.min(...ratios), max: Math.max(...ratios) };
}

/** 'better' or 'worse' when all rounds say so, else 'even'. */
export function verdictOf({ min, max }) {
  if (min > 1) return 'better';
  return max < 1 ? 'worse' : 'even';
}

/**
 * What a contestant is compared with: this package in the same variant ("ws, one reads nothing"), else in the first;
 * undefined when it has dropped out.
 */
export function ownFor(name, results) {
  const comma = name.indexOf(', ');
  const twin = comma < 0 || isOwn(name) ? undefined : results[`websocketpeer${name.slice(comma)}`];
  const [first] = Object.keys(results);
  return twin ?? (isOwn(first) ? results[first] : undefined);
}

/** Whether a contestant is another product: no variant of one, no limit, no few lines of JavaScript. */
export function isRival(name) {
  return !isOwn(name) && !isLimit(name) && !/^JavaScript| (over|without) /.test(name);
}

/** All comparisons of a suite with other products, as { label, name, ratio, verdict }. */
export function comparisonsOf({ cases, better }) {
  return cases.flatMap(({ label, results, better: kind = better }) => {
    return Object.keys(results).flatMap((name) => {
      const own = ownFor(name, results);
      if (own === undefined || !isRival(name)) return [];
      const ratio = ratioOf(own, results[name], kind);
      return [{ label, name, ratio, verdict: verdictOf(ratio) }];
    });
  });
}

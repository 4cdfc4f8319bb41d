// One contest: contestants take turns for several rounds, so that a machine that slows down affects all alike.
import { median } from '../../scripts/lib/median.mjs';

/** Median, minimum and maximum of the rounds' results, and the results. */
export function summary(rounds) {
  return { median: median(rounds), min: Math.min(...rounds), max: Math.max(...rounds), rounds };
}

/** The same of measurements with a share of processor time beside the value. */
function summarize(measurements) {
  const result = summary(measurements.map(({ value }) => value));
  const shares = measurements.map(({ cpu }) => cpu).filter((cpu) => cpu !== undefined);
  if (shares.length === 0) return result;
  return { ...result, cpu: { server: middleOf(shares, 'server'), load: middleOf(shares, 'load') } };
}

function middleOf(shares, side) {
  const known = shares.map((share) => share[side]).filter((share) => share !== null);
  return known.length === 0 ? null : median(known);
}

/**
 * `contestants` maps names to functions that measure once and return a number, or `{ value, cpu }`; each round begins
 * with another one. `warmUp` adds a round that does not count: engines compile hot code again while it runs. A failing
 * one drops out, with its reason in `failures`; the others go on.
 */
export async function contest(contestants, rounds, warmUp) {
  const names = Object.keys(contestants);
  const taken = new Map(names.map((name) => [name, []]));
  const failures = {};
  for (let round = warmUp ? -1 : 0; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(Math.max(round, 0) + turn) % names.length];
      if (name in failures) continue;
      try {
        const measured = await contestants[name]();
        if (round >= 0) taken.get(name).push(typeof measured === 'number' ? { value: measured } : measured);
      } catch (error) {
        failures[name] = error.message;
      }
    }
  }
  const lasting = names.filter((name) => !(name in failures));
  return { results: Object.fromEntries(lasting.map((name) => [name, summarize(taken.get(name))])), failures };
}

/** Nanoseconds that one call of `work` takes, over at least `milliseconds` of calls. */
export function timePerCall(work, milliseconds) {
  let calls = 1;
  for (;;) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < calls; i += 1) work();
    const elapsed = Number(process.hrtime.bigint() - start);
    if (elapsed >= milliseconds * 1e6) return elapsed / calls;
    const aim = elapsed < milliseconds * 1e5 ? milliseconds * 1e5 : milliseconds * 1.1e6;
    calls = Math.max(calls + 1, Math.ceil((calls * aim) / Math.max(elapsed, 1)));
  }
}

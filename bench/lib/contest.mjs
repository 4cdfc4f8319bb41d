// One contest: contestants take turns, several rounds, so that a machine that slows down slows all of them down.
// Knows nothing of what is measured.

function median(sorted) {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median, least and greatest of what the rounds gave. */
export function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: median(sorted), min: sorted[0], max: sorted[sorted.length - 1] };
}

/**
 * `contestants` maps names to functions that measure once and return a number; each round begins with another one.
 * `warmUp` adds a round that does not count: engines compile hot code again while it runs.
 */
export async function contest(contestants, rounds, warmUp) {
  const names = Object.keys(contestants);
  if (warmUp) for (const name of names) await contestants[name]();
  const values = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length];
      values.get(name).push(await contestants[name]());
    }
  }
  return Object.fromEntries(names.map((name) => [name, summary(values.get(name))]));
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

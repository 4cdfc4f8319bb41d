// How fast functions are that do the same: rounds in which they take turns, long enough for the browser's clock. Between
// two turns the page may draw and answer.
export const ROUNDS = 11;
const TURN_MS = 20;

const breathe = () => new Promise((resolve) => setTimeout(resolve, 0));

/**
 * Bytes per second of each of `sides`, which do `bytes` at each call, as { median, min, max, rounds } by name. `turned` is
 * called after each turn of a round.
 *
 * @param {AbortSignal} signal ends it with the signal's reason
 */
export async function speedsOf(sides, bytes, turned, signal) {
  const names = Object.keys(sides);
  const times = {};
  for (const name of names) times[name] = await timesFor(sides[name]);
  const rounds = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      await breathe();
      signal.throwIfAborted();
      const name = names[(round + turn) % names.length];
      rounds[name].push(bytes * timesPerSecond(sides[name], times[name]));
      turned();
    }
  }
  return Object.fromEntries(names.map((name) => [name, summary(rounds[name])]));
}

function summary(rounds) {
  const sorted = [...rounds].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1], min: sorted[0], max: sorted.at(-1), rounds };
}

/**
 * The ratio of the medians of `own` and the fastest of `others`, so that it never contradicts them; `min` and `max` are
 * the ratios of single rounds.
 */
export function timesOver(own, others) {
  const best = others.reduce((a, b) => (b.median > a.median ? b : a));
  const ratios = own.rounds.map((speed, round) => speed / best.rounds[round]);
  return { value: own.median / best.median, min: Math.min(...ratios), max: Math.max(...ratios) };
}

/** One turn; as many batches of `times` as it takes, should the machine have been busy while `times` was found. */
function timesPerSecond(work, times) {
  const from = performance.now();
  let done = 0;
  let elapsed = 0;
  while (elapsed < TURN_MS / 2) {
    for (let index = 0; index < times; index += 1) work();
    done += times;
    elapsed = performance.now() - from;
  }
  return (done * 1000) / elapsed;
}

/** How often `work` must run to fill a turn; finding out warms it up. */
async function timesFor(work) {
  for (let times = 1; ; times *= 2) {
    await breathe();
    const from = performance.now();
    for (let index = 0; index < times; index += 1) work();
    const elapsed = performance.now() - from;
    if (elapsed >= TURN_MS / 2) return Math.max(1, Math.round((times * TURN_MS) / elapsed));
  }
}

// How fast one function is: rounds that are long enough for the browser's clock, of which the median counts.
const ROUND_MS = 40;
const ROUNDS = 5;

/** Lets the page draw and answer. */
const breathe = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Bytes per second of `work`, which does `bytes` each time. */
export async function speedOf(work, bytes) {
  const times = timesFor(work);
  const speeds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await breathe();
    speeds.push(bytes * timesPerSecond(work, times));
  }
  return speeds.sort((a, b) => a - b)[ROUNDS >> 1];
}

/** One round; as many batches of `times` as it takes, should the machine have been busy while `times` was found. */
function timesPerSecond(work, times) {
  const from = performance.now();
  let done = 0;
  let elapsed = 0;
  while (elapsed < ROUND_MS / 2) {
    for (let index = 0; index < times; index += 1) work();
    done += times;
    elapsed = performance.now() - from;
  }
  return (done * 1000) / elapsed;
}

/** How often `work` must run to fill a round; finding out warms it up. */
function timesFor(work) {
  for (let times = 1; ; times *= 2) {
    const from = performance.now();
    for (let index = 0; index < times; index += 1) work();
    const elapsed = performance.now() - from;
    if (elapsed >= ROUND_MS / 2) return Math.max(1, Math.round((times * ROUND_MS) / elapsed));
  }
}

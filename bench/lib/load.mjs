// Jobs of suites with a load generator: one job for one server, and a restart after a failure.

/** `op` and `job` as load/generator.mjs knows them; returns { value, cpu }. */
export async function underLoad({ program, raw }, generator, op, job) {
  const { port } = await program.start();
  try {
    return await generator.ask({ op, ...job, port, raw, pid: program.pid });
  } catch (error) {
    program.stop();
    generator.stop();
    throw error;
  }
}

/** Contestants of one case: each of `programs` under the same job. */
export function eachUnder(programs, generator, op, job) {
  const entries = Object.entries(programs);
  return Object.fromEntries(entries.map(([name, one]) => [name, () => underLoad(one, generator, op, job)]));
}

/** How long a rate is measured. */
export function timesOf({ quick }) {
  return quick ? { warmUpMs: 60, measureMs: 140 } : { warmUpMs: 300, measureMs: 1000 };
}

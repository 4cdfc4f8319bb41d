// Set-up load: repeated connections with handshake and reset; and idle connections.
import { keep } from './held.mjs';
import { rateOf } from './measure.mjs';
import { openMany, Wire } from './wire.mjs';

/** Answers a job with the handshakes per second, `atOnce` of them under way at a time. */
export async function knock(job) {
  let count = 0;
  let index = 0;
  let going = true;
  const visitor = async () => {
    while (going) {
      // Reset connections block no port, so a few loopback addresses can be reused.
      const wire = Wire.to({ ...job, index: index++ % 65536 });
      await wire.ready;
      count += 1;
      wire.end();
    }
  };
  const visitors = Array.from({ length: job.atOnce }, visitor);
  try {
    return await Promise.race([rateOf(() => count, job), Promise.all(visitors)]);
  } finally {
    going = false;
    await Promise.allSettled(visitors);
  }
}

/** Opens idle connections and keeps them until they are released. */
export async function hold({ port, connections }) {
  const wires = await openMany({ port }, connections);
  keep(wires);
  return { open: wires.length };
}

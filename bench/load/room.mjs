// Broadcast load: listeners in a room whose server sends each message of one of them to all. Some need not read. Counts
// what the others receive.
import { clientFrame, serverFrame } from '../lib/frames.mjs';
import { keep } from './held.mjs';
import { rateOf } from './measure.mjs';
import { openMany } from './wire.mjs';

/** Answers a job with the broadcasts per second that reached everyone who reads; `keep` leaves them in the room. */
export async function room(job) {
  const { size, inFlight, connections, deaf } = job;
  const question = clientFrame(size);
  const answerSize = serverFrame(size).length;
  const wires = await openMany(job, connections + deaf);
  const listeners = wires.slice(0, connections);
  for (const wire of wires.slice(connections)) wire.socket.pause();
  const whole = connections * answerSize;
  let received = 0;
  let sent = inFlight;
  let over = false;
  const listen = (_, length) => {
    received += length;
    if (over) return;
    for (; received >= (sent - inFlight + 1) * whole; sent += 1) listeners[0].socket.write(question);
  };
  const broken = new Promise((_, reject) => {
    for (const wire of listeners) {
      wire.onBroken = reject;
      wire.onBytes = listen;
    }
  });
  for (let i = 0; i < inFlight; i += 1) listeners[0].socket.write(question);
  try {
    return await Promise.race([rateOf(() => received / whole, job), broken]);
  } finally {
    over = true;
    if (job.keep) keep(wires);
    else for (const wire of wires) wire.end();
  }
}

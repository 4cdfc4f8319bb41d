// Load of messages that may be compressed: echoed one by one, or said to a room.
import { questionOf, snapshots } from '../lib/snapshots.mjs';
import { Answers } from './answers.mjs';
import { keep } from './held.mjs';
import { rateOf } from './measure.mjs';
import { openMany } from './wire.mjs';

/** Different messages; each connection says them in turn. */
const TICKS = 64;

class Talker {
  wire;
  answers;
  #questions;
  #next = 0;

  constructor(wire, questions, first) {
    this.wire = wire;
    this.answers = new Answers(first);
    this.#questions = questions;
  }

  ask() {
    this.wire.socket.write(this.#questions[this.#next]);
    this.#next = (this.#next + 1) % this.#questions.length;
  }
}

/** The wires of a job with their answers; `onAnswers(talker, count)` is called when some have come. */
async function talkersOf(job, onAnswers) {
  const payloads = snapshots(job.size, TICKS);
  const questions = payloads.map((payload) => questionOf(payload, job.deflate));
  const wires = await openMany(job, job.connections);
  const talkers = wires.map((wire) => new Talker(wire, questions, payloads[0]));
  const broken = new Promise((_, reject) => {
    for (const talker of talkers) {
      talker.wire.onBroken = reject;
      talker.wire.onBytes = (bytes, length) => {
        const before = talker.answers.count;
        try {
          talker.answers.take(bytes, length);
        } catch (error) {
          reject(error);
        }
        onAnswers(talker, talker.answers.count - before);
      };
    }
  });
  return { talkers, broken };
}

const sumOf = (talkers, name) => talkers.reduce((sum, { answers }) => sum + answers[name], 0);

/** `rateOf` of the answers, divided by `share`, and the bytes of one on the wire. */
async function measured({ talkers, broken }, job, share) {
  try {
    const rate = await Promise.race([rateOf(() => sumOf(talkers, 'count') / share, job), broken]);
    return { ...rate, bytes: sumOf(talkers, 'bytes') / sumOf(talkers, 'count') };
  } finally {
    for (const { wire } of talkers) wire.end();
  }
}

/** Answers a job with the messages per second that come back. */
export async function talk(job) {
  const all = await talkersOf(job, (talker, count) => {
    for (let left = count; left > 0; left -= 1) talker.ask();
  });
  for (const talker of all.talkers) for (let i = 0; i < job.inFlight; i += 1) talker.ask();
  return measured(all, job, 1);
}

/** Answers a job with the broadcasts per second that reach everyone. */
export async function tellAll(job) {
  let received = 0;
  let sent = job.inFlight;
  let first = null;
  const all = await talkersOf(job, (_, count) => {
    received += count;
    for (; received >= (sent - job.inFlight + 1) * job.connections; sent += 1) first.ask();
  });
  [first] = all.talkers;
  for (let i = 0; i < job.inFlight; i += 1) first.ask();
  return measured(all, job, job.connections);
}

/** Opens connections, has messages echoed on each, all at once, and keeps them until they are released. */
export async function talkAndHold(job) {
  let missing = job.connections * job.inFlight;
  let over = null;
  const done = new Promise((resolve) => {
    over = resolve;
  });
  const { talkers, broken } = await talkersOf(job, (_, count) => {
    missing -= count;
    if (missing === 0) over();
  });
  keep(talkers.map(({ wire }) => wire));
  for (const talker of talkers) for (let i = 0; i < job.inFlight; i += 1) talker.ask();
  await Promise.race([done, broken]);
  return { open: talkers.length };
}

// Echo load: keeps a number of messages in flight on each connection and counts the bytes that come back. All frames
// are built before the clock runs.
import { clientFrame, repeat, serverFrame } from '../lib/frames.mjs';
import { rateOf } from './measure.mjs';
import { openMany } from './wire.mjs';

/** Largest batch that is prebuilt in memory; for larger ones, a single frame is written repeatedly. */
const BATCH_LIMIT = 16 << 20;
const MASK_SIZE = 4;
/** Bytes of the first answer that are compared. */
const CHECK_SIZE = 65536;

/** Sent frames and expected answers: a server answers with unmasked frames, a client with masked ones. */
function framesFor({ size, inFlight, raw, towards }) {
  const sent = towards === 'client' ? serverFrame(size) : clientFrame(size);
  const count = Math.max(1, Math.min(inFlight, Math.floor(BATCH_LIMIT / sent.length)));
  const answer = raw ? sent : serverFrame(size);
  return { frameSize: sent.length, batch: repeat(sent, count), answer, masked: !raw && towards === 'client' };
}

class Flow {
  received = 0;
  #wire;
  #frames;
  #answerSize;
  #unanswered = 0;
  #first = Buffer.alloc(0);
  #checked = false;

  constructor(wire, frames) {
    this.#wire = wire;
    this.#frames = frames;
    this.#answerSize = frames.answer.length + (frames.masked ? MASK_SIZE : 0);
    wire.onBytes = (bytes, length) => this.#count(bytes, length);
  }

  send(count) {
    const { batch, frameSize } = this.#frames;
    const most = batch.length / frameSize;
    let left = count;
    for (; left > most; left -= most) this.#wire.socket.write(batch);
    this.#wire.socket.write(left === most ? batch : batch.subarray(0, left * frameSize));
  }

  /** Sends a message for each one that came back. */
  #count(bytes, length) {
    if (!this.#checked) this.#check(bytes, length);
    this.received += length;
    this.#unanswered += length;
    if (this.#unanswered < this.#answerSize) return;
    const whole = Math.floor(this.#unanswered / this.#answerSize);
    this.#unanswered -= whole * this.#answerSize;
    this.send(whole);
  }

  /** Compares the first answer byte by byte, so that a wrong echo does not count. */
  #check(bytes, length) {
    this.#first = Buffer.concat([this.#first, bytes.subarray(0, length)]);
    const { answer, masked } = this.#frames;
    const wanted = Buffer.from(answer.buffer, answer.byteOffset, Math.min(answer.length, CHECK_SIZE));
    if (this.#first.length < wanted.length + (masked ? MASK_SIZE : 0)) return;
    this.#checked = true;
    const found = masked ? unmasked(this.#first, wanted.length) : this.#first.subarray(0, wanted.length);
    this.#first = Buffer.alloc(0);
    if (!found.equals(wanted)) this.#wire.onBroken(new Error('what comes back is not what was sent'));
  }
}

/** The first `length` bytes of a masked frame as they would be without the mask (RFC 6455 §5.3). */
function unmasked(frame, length) {
  const indicator = frame[1] & 0x7f;
  const headSize = indicator === 127 ? 10 : indicator === 126 ? 4 : 2;
  const plain = Buffer.allocUnsafe(length);
  frame.copy(plain, 0, 0, headSize);
  plain[1] &= 0x7f;
  const key = frame.subarray(headSize, headSize + MASK_SIZE);
  for (let i = 0; i < length - headSize; i += 1) {
    plain[headSize + i] = frame[headSize + MASK_SIZE + i] ^ key[i & 3];
  }
  return plain;
}

/** Answers a job with the messages per second that came back, over existing or new connections. */
export async function flow(job, wires = null) {
  const frames = framesFor(job);
  const used = wires ?? (await openMany(job, job.connections));
  const broken = new Promise((_, reject) => {
    for (const wire of used) wire.onBroken = reject;
  });
  const flows = used.map((wire) => new Flow(wire, frames));
  const answerSize = frames.answer.length + (frames.masked ? MASK_SIZE : 0);
  const messages = () => flows.reduce((sum, { received }) => sum + received, 0) / answerSize;
  for (const one of flows) one.send(job.inFlight);
  try {
    return await Promise.race([rateOf(messages, job), broken]);
  } finally {
    for (const wire of used) wire.end();
  }
}

// Load generator, in a process of its own: keeps a number of messages in flight on each connection and counts the
// bytes that come back. Everything that it sends is prebuilt, so that it costs less than any server.
// Job (by IPC): { port, raw, connections, inFlight, size, warmUpMs, measureMs }; answer: { messagesPerSecond }.
import { connect } from 'node:net';
import { clientFrame, repeat, serverFrame } from './lib/frames.mjs';

const REQUEST = [
  'GET / HTTP/1.1',
  'Host: 127.0.0.1',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  '\r\n',
].join('\r\n');

const HEAD_END = Buffer.from('\r\n\r\n');

// One read buffer for all connections: bytes are looked at inside the callback only.
const readBuffer = Buffer.allocUnsafeSlow(1 << 20);

class Connection {
  #job;
  #onReady;
  #socket;
  #batch;
  #expected;
  #answerSize;
  #head = Buffer.alloc(0);
  #open = false;
  #checked = 0;
  #partial = 0;
  received = 0;

  constructor(job, frames, onReady) {
    this.#job = job;
    this.#onReady = onReady;
    this.#batch = frames.batch;
    this.#expected = frames.expected;
    this.#answerSize = frames.expected.length;
    this.#socket = connect({
      host: '127.0.0.1',
      port: job.port,
      noDelay: true,
      onread: { buffer: readBuffer, callback: (length, buffer) => this.#read(buffer.subarray(0, length)) },
    });
    this.#socket.on('error', fail);
    this.#socket.on('close', () => fail(new Error('the server closed a connection')));
    this.#socket.on('connect', () => {
      if (job.raw) this.#begin();
      else this.#socket.write(REQUEST);
    });
  }

  #begin() {
    this.#open = true;
    this.#onReady(() => this.#socket.write(this.#batch));
  }

  #read(bytes) {
    if (this.#open) this.#count(bytes);
    else this.#readHead(bytes);
    return true;
  }

  #readHead(bytes) {
    this.#head = Buffer.concat([this.#head, bytes]);
    const end = this.#head.indexOf(HEAD_END);
    if (end < 0) return;
    if (!this.#head.toString('latin1', 0, 12).endsWith('101')) fail(new Error('the server refused the handshake'));
    this.#begin();
  }

  /** For each message that came back another one goes out. */
  #count(bytes) {
    if (this.#checked < this.#answerSize) this.#check(bytes);
    this.#partial += bytes.length;
    const whole = Math.floor(this.#partial / this.#answerSize);
    if (whole === 0) return;
    this.#partial -= whole * this.#answerSize;
    this.received += whole;
    const frameSize = this.#batch.length / this.#job.inFlight;
    this.#socket.write(this.#batch.subarray(0, whole * frameSize));
  }

  /** The first answer is looked at byte by byte: a server that sends something else has not won. */
  #check(bytes) {
    const length = Math.min(bytes.length, this.#answerSize - this.#checked);
    const wanted = this.#expected.subarray(this.#checked, this.#checked + length);
    if (!bytes.subarray(0, length).equals(wanted)) fail(new Error('the server does not echo'));
    this.#checked += length;
  }
}

function fail(error) {
  process.send({ error: String(error.message ?? error) }, () => process.exit(1));
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function run(job) {
  const frame = clientFrame(job.size);
  const expected = Buffer.from(job.raw ? frame : serverFrame(job.size));
  const frames = { batch: repeat(frame, job.inFlight), expected };
  const connections = [];
  const ready = Array.from({ length: job.connections }, () => {
    return new Promise((resolve) => connections.push(new Connection(job, frames, resolve)));
  });
  for (const begin of await Promise.all(ready)) begin();
  const total = () => connections.reduce((sum, { received }) => sum + received, 0);
  await pause(job.warmUpMs);
  const [count, start] = [total(), performance.now()];
  await pause(job.measureMs);
  const messagesPerSecond = ((total() - count) * 1000) / (performance.now() - start);
  process.send({ messagesPerSecond }, () => process.exit());
}

process.on('disconnect', () => process.exit());
process.once('message', (job) => run(job).catch(fail));

// Ends a run whose input does not come to an end: a worker sees that no other one has begun, and stores it.
import { Worker } from 'node:worker_threads';

const PATIENCE_MS = 20_000;
const MOST_BYTES = 65_536;

/** The worker's program; it has no other module. */
const PROGRAM = `
const { workerData: { shared, patience }, parentPort } = require('node:worker_threads');
const { mkdirSync, writeFileSync } = require('node:fs');
const head = new Int32Array(shared, 0, 2);
const bytes = new Uint8Array(shared, 8);
let name = '';
let last = -1;
parentPort.on('message', (told) => { name = told; last = -1; });
setInterval(() => {
  const count = Atomics.load(head, 0);
  if (count !== last || name === '') { last = count; return; }
  const file = 'test/fuzz/corpus/' + name + '/endless-' + count + '.bin';
  mkdirSync('test/fuzz/corpus/' + name, { recursive: true });
  writeFileSync(file, bytes.slice(0, head[1]));
  console.error(name + ': run ' + count + ' does not end; to run it again: npm run fuzz -- --target ' + name + ' --input ' + file);
  process.kill(process.pid, 'SIGKILL');
}, patience);
`;

export class Watchdog {
  readonly #shared = new SharedArrayBuffer(8 + MOST_BYTES);
  readonly #head = new Int32Array(this.#shared, 0, 2);
  readonly #bytes = new Uint8Array(this.#shared, 8);
  readonly #worker = new Worker(PROGRAM, {
    eval: true,
    workerData: { shared: this.#shared, patience: PATIENCE_MS },
    stderr: false,
  });

  /** The next inputs are those of the target `name`. */
  watch(name: string): void {
    this.#worker.postMessage(name);
  }

  /** `input` begins to run. */
  note(input: Uint8Array): void {
    const size = Math.min(input.length, MOST_BYTES);
    this.#bytes.set(input.subarray(0, size));
    this.#head[1] = size;
    Atomics.add(this.#head, 0, 1);
  }

  end(): void {
    void this.#worker.terminate();
  }
}

// The arena over several processes of node:cluster, as start.mjs knows a server: it forks them, forks anew what dies, and
// adds their figures up. Nobody plays in this process; each of the others is a gateway and a host of rooms.
import cluster from 'node:cluster';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { ClusterBroker } from 'websocketpeer/cluster';
import { addCounts, linesOf } from './figures.mjs';

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url));
/** A process that dies as soon as it is there is not forked more often than that. */
const FORK_AGAIN_MS = 500;
const NO_FIGURES = { rooms: [], players: 0, guests: 0, totals: {} };

export class ArenaProcesses {
  #count;
  #nats;
  #print;
  #broker = null;
  #task = null;
  #isStopping = false;
  #startedAt = 0;
  /** Figures of each process that lives. */
  #figures = new Map();
  /** Totals of those that do not. */
  #totals = {};
  #rooms = new Set();

  /** `nats`: URL of a NATS server that connects the processes, of other machines too; '' for none. */
  constructor(count, nats, print) {
    this.#count = count;
    this.#nats = nats;
    this.#print = print;
  }

  /** As ArenaServer's. */
  async listen(port, host, originsOf) {
    const found = await freePort(port, host);
    this.#task = { kind: 'serve', port: found, host, origins: originsOf(found), nats: this.#nats };
    cluster.setupPrimary({ exec: WORKER, args: [], serialization: 'advanced' });
    if (this.#nats === '') this.#broker = new ClusterBroker();
    try {
      await Promise.all(Array.from({ length: this.#count }, () => this.#fork()));
    } catch (error) {
      this.#isStopping = true;
      for (const worker of this.#figures.keys()) worker.process.kill('SIGKILL');
      throw error;
    }
    this.#startedAt = performance.now();
  }

  get port() {
    return this.#task.port;
  }

  get players() {
    return this.#sum(({ players }) => players);
  }

  get guests() {
    return this.#sum(({ guests }) => guests);
  }

  async stop() {
    this.#isStopping = true;
    await Promise.all(
      [...this.#figures.keys()].map((worker) => {
        const ended = new Promise((resolve) => worker.once('exit', resolve));
        if (worker.isConnected()) worker.send({ kind: 'stop' });
        return ended;
      }),
    );
    await this.#broker?.close();
  }

  summary() {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const processes = this.#count === 1 ? '1 process' : `${this.#count} processes`;
    return [
      ...linesOf(this.#totals, seconds),
      `server: ${processes}, rooms played in: ${[...this.#rooms].sort().join(', ') || 'none'}`,
    ];
  }

  #sum(of) {
    return [...this.#figures.values()].reduce((total, figures) => total + of(figures), 0);
  }

  /** Resolves when the new process listens; rejects when it can't. */
  #fork() {
    const worker = cluster.fork();
    this.#figures.set(worker, NO_FIGURES);
    return new Promise((resolve, reject) => {
      worker.on('message', (message) => {
        if (message.kind === 'ready') worker.send(this.#isStopping ? { kind: 'stop' } : this.#task);
        if (message.kind === 'line') this.#print(message.line);
        if (message.kind === 'figures') this.#note(worker, message.figures);
        if (message.kind === 'listening') {
          this.#print(`process ${worker.process.pid} has begun`);
          resolve();
        }
        if (message.kind === 'failed') reject(message);
      });
      worker.once('exit', (code, signal) => {
        this.#died(worker, code, signal);
        reject(new Error(`a process has ended with ${signal ?? code}`));
      });
    });
  }

  #note(worker, figures) {
    this.#figures.set(worker, figures);
    for (const room of figures.rooms) this.#rooms.add(room);
  }

  #died(worker, code, signal) {
    addCounts(this.#totals, this.#figures.get(worker).totals);
    this.#figures.delete(worker);
    if (this.#isStopping) return;
    this.#print(`process ${worker.process.pid} has ended (${signal ?? code}), another one takes its place`);
    setTimeout(() => {
      if (!this.#isStopping) this.#fork().catch(({ message }) => this.#print(message));
    }, FORK_AGAIN_MS);
  }
}

/** `port`, or one that is free for 0, once it is certain that it can be listened on. */
function freePort(port, host) {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(port, host, () => {
      const found = probe.address().port;
      probe.close(() => resolve(found));
    });
  });
}

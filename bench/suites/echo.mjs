// Echo servers, each in a process of its own, under the load generator in another one.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const title = 'Echo server';
export const unit = 'messages/s';
export const better = 'higher';
/** The load generator warms each server up by itself. */
export const warmUp = false;

const file = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

// Connections, messages in flight on each, bytes of a message.
const GRID = [
  [1, 1, 16],
  [1, 256, 16],
  [50, 1, 16],
  [50, 64, 125],
  [8, 16, 1024],
  [4, 4, 16384],
  [2, 2, 1048576],
];
const QUICK = [GRID[1], GRID[3], GRID[5]];

/** The next message of a child, or why there is none. */
function answerOf(child, name) {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      if (message.error) reject(new Error(`${name}: ${message.error}`));
      else resolve(message);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${name} ended with code ${code}`)));
  });
}

class Server {
  #name;
  #raw;
  #child = null;
  #port = 0;

  constructor(name, raw = false) {
    this.#name = name;
    this.#raw = raw;
  }

  async measure(job) {
    await this.#start();
    const load = fork(file('load.mjs'));
    const answer = answerOf(load, `load on ${this.#name}`);
    load.send({ ...job, port: this.#port, raw: this.#raw });
    const { messagesPerSecond } = await answer;
    return messagesPerSecond;
  }

  async #start() {
    if (this.#child !== null) return;
    this.#child = fork(file(`servers/${this.#name}.mjs`));
    this.#port = (await answerOf(this.#child, this.#name)).port;
  }

  stop() {
    this.#child?.disconnect();
    this.#child = null;
  }
}

const servers = [new Server('websocketpeer'), new Server('ws'), new Server('net', true)];

export function cases({ quick }) {
  const times = quick ? { warmUpMs: 300, measureMs: 700 } : { warmUpMs: 700, measureMs: 2000 };
  return (quick ? QUICK : GRID).map(([connections, inFlight, size]) => {
    const [own, ws, raw] = servers.map((server) => () => server.measure({ connections, inFlight, size, ...times }));
    return {
      label: `${connections} x ${inFlight} x ${size} B`,
      contestants: { websocketpeer: own, ws, 'raw bytes (net)': raw },
    };
  });
}

/** Ends the servers. */
export function finish() {
  for (const server of servers) server.stop();
}

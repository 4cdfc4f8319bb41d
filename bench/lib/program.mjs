// Programs that take part in a contest, each in a process of its own: started when first asked, asked by lines of JSON,
// ended with this process or before.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** No job takes longer; a program that does is out. */
const PATIENCE_MS = 60_000;

export class Program {
  #name;
  #command;
  #child = null;
  #complaints = '';
  /** Who waits for the next line. */
  #waiting = null;
  /** What it said first: a server tells its port. */
  #greeting = null;

  /** `command` is [file, ...arguments]; `options` are those of spawn. */
  constructor(name, command, options = {}) {
    this.#name = name;
    this.#command = { file: command[0], args: command.slice(1), options };
  }

  get pid() {
    return this.#child?.pid ?? null;
  }

  /** Starts the program unless it runs; what it says first. */
  async start() {
    if (this.#child !== null) return this.#greeting;
    const { file, args, options } = this.#command;
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
    this.#child = child;
    this.#complaints = '';
    child.stdin.on('error', () => {});
    child.stderr.on('data', (text) => {
      this.#complaints = (this.#complaints + text).slice(-1000);
    });
    createInterface({ input: child.stdout }).on('line', (line) => this.#hear(line));
    child.once('error', (error) => this.#gone(child, error.message));
    child.once('exit', (code, signal) => this.#gone(child, `ended (${code ?? signal})`));
    this.#greeting = await this.#nextLine();
    return this.#greeting;
  }

  /** What the program answers to `request`. */
  async ask(request) {
    await this.start();
    const answer = this.#nextLine();
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return answer;
  }

  stop() {
    const child = this.#child;
    this.#child = null;
    child?.removeAllListeners('exit');
    child?.kill('SIGKILL');
  }

  #nextLine() {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#settle({ error: 'no answer' });
        this.stop();
      }, PATIENCE_MS);
      this.#waiting = { resolve, reject, late };
    });
  }

  /** Engines print what they like; only our own lines begin with a brace. */
  #hear(line) {
    if (line.startsWith('{')) this.#settle(JSON.parse(line));
  }

  #settle(message) {
    const waiting = this.#waiting;
    if (waiting === null) return;
    this.#waiting = null;
    clearTimeout(waiting.late);
    if (message.error === undefined) waiting.resolve(message);
    else waiting.reject(new Error(`${this.#name}: ${message.error}`));
  }

  #gone(child, reason) {
    if (this.#child === child) this.#child = null;
    this.#settle({ error: `${reason} ${this.#complaints.trim()}`.trim() });
  }
}

// Programs in a contest, each in a separate process: started at the first request, addressed by lines of JSON, and
// ended with this process at the latest.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Time limit of a job, after which the program drops out. */
const PATIENCE_MS = 60_000;

export class Program {
  #name;
  #command;
  #child = null;
  #complaints = '';
  /** Resolvers that wait for the next line. */
  #waiting = null;
  /** Its first message: a server sends its port. */
  #greeting = null;

  /** `command` is [file, ...arguments]; `options` are those of spawn. */
  constructor(name, command, options = {}) {
    this.#name = name;
    this.#command = { file: command[0], args: command.slice(1), options };
  }

  get pid() {
    return this.#child?.pid ?? null;
  }

  /** Starts the program unless it runs; returns its first message. */
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

  /** The program's answer to `request`. */
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

  /** Ignores other output of engines: only our lines begin with a brace. */
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

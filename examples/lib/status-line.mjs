// One line that is always up to date: rewritten in place on a terminal, printed once a second elsewhere.
const ERASE = '\r\x1b[2K';

export class StatusLine {
  #out;
  #intervalMs;
  #shownAt = performance.now();
  #shown = '';

  /** @param {NodeJS.WriteStream} out */
  constructor(out) {
    this.#out = out;
    this.#intervalMs = out.isTTY ? 250 : 1000;
  }

  /** Writes `text` above the status line. */
  print(text) {
    if (this.#out.isTTY) this.#out.write(`${ERASE}${text}\n${this.#shown}`);
    else this.#out.write(`${text}\n`);
  }

  /** Shows `text`, if it is time. */
  show(text) {
    const now = performance.now();
    if (now - this.#shownAt < this.#intervalMs) return;
    this.#shownAt = now;
    this.#shown = this.#out.isTTY ? text.slice(0, (this.#out.columns || 80) - 1) : text;
    this.#out.write(this.#out.isTTY ? `${ERASE}${this.#shown}` : `${text}\n`);
  }

  /** Leaves the line as it is and goes on below. */
  end() {
    if (this.#out.isTTY && this.#shown !== '') this.#out.write('\n');
  }
}

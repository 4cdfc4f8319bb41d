// One line that is always up to date: rewritten in place on a terminal, printed once a second elsewhere.
const ERASE = '\r\x1b[2K';

export class StatusLine {
  #out;
  #intervalMs;
  #last = { time: performance.now(), sent: { packets: 0, bytes: 0 }, received: { packets: 0, bytes: 0 } };
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

  /** Shows where things stand, if it is time. */
  update(client, server) {
    const time = performance.now();
    const elapsed = time - this.#last.time;
    if (elapsed < this.#intervalMs) return;
    const rate = (kind, unit) => (((client[kind][unit] - this.#last[kind][unit]) * 1000) / elapsed).toFixed(0);
    const both = (unit) => `${rate('sent', unit)}/${rate('received', unit)} ${unit}/s`;
    const trip = client.roundTrip === null ? '-' : client.roundTrip.toFixed(2);
    const guests = (server?.clients ?? 0) - 1;
    const joined = guests > 0 ? ` | ${guests} more` : '';
    this.#show(`${client.stateName} | out/in ${both('packets')}, ${both('bytes')} | round trip ${trip} ms${joined}`);
    this.#last = { time, sent: { ...client.sent }, received: { ...client.received } };
  }

  /** Leaves the line as it is and goes on below. */
  end() {
    if (this.#out.isTTY && this.#shown !== '') this.#out.write('\n');
  }

  #show(text) {
    this.#shown = this.#out.isTTY ? text.slice(0, (this.#out.columns || 80) - 1) : text;
    this.#out.write(this.#out.isTTY ? `${ERASE}${this.#shown}` : `${text}\n`);
  }
}

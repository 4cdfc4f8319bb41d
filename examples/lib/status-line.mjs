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
    const rate = (kind, unit) => ((client[kind][unit] - this.#last[kind][unit]) * 1000) / elapsed;
    const parts = [
      client.stateName,
      `out ${flow(rate('sent', 'packets'), rate('sent', 'bytes'))}`,
      `in ${flow(rate('received', 'packets'), rate('received', 'bytes'))}`,
      `round trip ${client.roundTrip === null ? '-' : client.roundTrip.toFixed(2)} ms`,
    ];
    if (server !== null) parts.push(`${server.clients} ${server.clients === 1 ? 'client' : 'clients'}`);
    this.#show(parts.join(' | '));
    this.#last = { time, sent: { ...client.sent }, received: { ...client.received } };
  }

  /** Leaves the line as it is and goes on below. */
  end() {
    if (this.#out.isTTY && this.#shown !== '') this.#out.write('\n');
  }

  #show(text) {
    this.#shown = this.#out.isTTY ? text.slice(0, this.#out.columns - 1) : text;
    this.#out.write(this.#out.isTTY ? `${ERASE}${this.#shown}` : `${text}\n`);
  }
}

function flow(packets, bytes) {
  return `${packets.toFixed(0)} packets/s ${bytes.toFixed(0)} bytes/s`;
}

// The other side of a TCP connection, controlled by the test: sends any bytes, collects received ones, ends in any way.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { until } from './game.js';
import { concat } from './memory-stream.js';
import { parseFrames, type WireFrame } from './raw-peer-frames.js';
import { answerTo, headEnd, requestFor } from './raw-peer-handshake.js';

const NOTHING = new Uint8Array(0);

export class RawPeer {
  readonly socket: Socket;
  /** The other side has finished sending, or has closed. */
  hasEnded = false;
  isClosed = false;
  #received: Uint8Array = NOTHING;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.#received = concat([this.#received, chunk]);
    });
    socket.on('end', () => {
      this.hasEnded = true;
    });
    socket.on('close', () => {
      this.hasEnded = true;
      this.isClosed = true;
    });
    socket.on('error', () => {});
  }

  static async connect(port: number, host = '127.0.0.1'): Promise<RawPeer> {
    const raw = new RawPeer(connect(port, host));
    await until(() => !raw.socket.connecting, 'a raw connection');
    return raw;
  }

  /** Everything received and not taken. */
  get received(): Uint8Array {
    return this.#received;
  }

  send(...pieces: readonly Uint8Array[]): void {
    this.socket.write(concat(pieces));
  }

  take(): Uint8Array {
    const bytes = this.#received;
    this.#received = NOTHING;
    return bytes;
  }

  /** Whole frames received so far; a part stays. */
  takeFrames(): WireFrame[] {
    const { frames, rest } = parseFrames(this.#received);
    this.#received = rest.slice();
    return frames;
  }

  /** The head of a request or answer; what follows it stays. */
  takeHead(): Uint8Array | null {
    const end = headEnd(this.#received);
    if (end < 0) return null;
    const head = this.#received.slice(0, end);
    this.#received = this.#received.slice(end);
    return head;
  }

  sendRequest(target = '/', headers: readonly string[] = [], host = '127.0.0.1'): void {
    this.send(requestFor(target, headers, host));
  }

  sendAnswer(request: Uint8Array, headers: readonly string[] = []): void {
    this.send(answerTo(request, headers));
  }

  /** Stops reading, so that the other side's output is blocked. */
  stopReading(): void {
    this.socket.pause();
  }

  readOn(): void {
    this.socket.resume();
  }

  /** Sends FIN. */
  end(): void {
    this.socket.end();
  }

  /** Sends RST. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** Listens, and keeps every connection as a RawPeer. */
export class RawServer {
  readonly #server: Server;
  readonly #waiting: RawPeer[] = [];
  readonly #all: RawPeer[] = [];

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      const raw = new RawPeer(socket);
      this.#waiting.push(raw);
      this.#all.push(raw);
    });
  }

  static async listen(host = '127.0.0.1'): Promise<RawServer> {
    const server = createServer({ highWaterMark: 65536 });
    const raw = new RawServer(server);
    server.listen(0, host);
    await until(() => server.listening, 'a raw server');
    return raw;
  }

  get port(): number {
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  /** The connection that has waited longest, null when there is none. */
  take(): RawPeer | null {
    return this.#waiting.shift() ?? null;
  }

  close(): void {
    this.#server.close();
    for (const raw of this.#all) raw.destroy();
  }
}

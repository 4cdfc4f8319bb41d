// One connection of the load generator after the handshake, of either side. All read into one buffer, since received
// bytes are only counted.
import { createHash } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { readInto } from '../lib/onread.mjs';

const readBuffer = Buffer.allocUnsafeSlow(1 << 20);
const HEAD_END = Buffer.from('\r\n\r\n');
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const REQUEST = [
  'GET / HTTP/1.1',
  'Host: 127.0.0.1',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  '\r\n',
].join('\r\n');
/** What a browser offers. */
const OFFER = 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n';
const OFFERING = REQUEST.replace(/\r\n$/, `${OFFER}\r\n`);

function acceptanceOf(head) {
  const field = head.split('\r\n').find((line) => line.toLowerCase().startsWith('sec-websocket-key:'));
  const key = field.slice(field.indexOf(':') + 1).trim();
  const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    '\r\n',
  ].join('\r\n');
}

export class Wire {
  socket = null;
  /** Gets chunks once the handshake is over: (bytes, length), valid during the call. */
  onBytes = () => {};
  /** Called once when the connection breaks unexpectedly. */
  onBroken = () => {};
  #head = '';
  #settled = false;
  /** Whether the server has to agree to compression. */
  #deflate = false;
  #ended = false;
  #opened;
  #failed;
  #done = (head) => this.#checkAnswer(head);
  /** Resolves to the wire when the handshake is over. */
  ready = new Promise((resolve, reject) => {
    this.#opened = resolve;
    this.#failed = reject;
  });

  /** To a server: `job` has port, raw (no handshake), index (its number), and deflate (compression is offered). */
  static to({ port, raw = false, index = 0, deflate = false }) {
    const wire = new Wire();
    wire.#deflate = deflate;
    const onread = {
      buffer: readBuffer,
      callback: (length, bytes) => {
        wire.#read(bytes, length);
        return true;
      },
    };
    // A loopback address for each 4,096 connections, since the ports of one address do not suffice.
    const local = process.platform === 'linux' ? { localAddress: `127.0.0.${1 + (index >> 12)}` } : {};
    wire.#watch(connect({ host: '127.0.0.1', port, noDelay: true, onread, ...local }));
    wire.socket.once('connect', () => (raw ? wire.#open() : wire.socket.write(deflate ? OFFERING : REQUEST)));
    return wire;
  }

  /** From a client that was accepted by a server with pauseOnConnect. */
  static from(accepted) {
    const wire = new Wire();
    wire.#done = (head) => {
      wire.socket.write(acceptanceOf(head));
      wire.#open();
    };
    wire.#watch(readInto(accepted, readBuffer, (bytes, length) => wire.#read(bytes, length)));
    return wire;
  }

  /** Resets the connection, so that it blocks no port. */
  end() {
    this.#ended = true;
    this.socket.resetAndDestroy();
  }

  #watch(socket) {
    this.socket = socket;
    this.ready.catch(() => {}); // reported to callers that await it
    socket.on('error', (error) => this.#broken(error));
    socket.on('close', () => this.#broken(new Error('a connection was closed')));
  }

  #broken(error) {
    if (this.#ended) return;
    this.#ended = true;
    this.#failed(error);
    if (this.#settled) this.onBroken(error);
  }

  #open() {
    this.#settled = true;
    this.#opened(this);
  }

  #read(bytes, length) {
    if (this.#settled) this.onBytes(bytes, length);
    else this.#readHead(bytes, length);
  }

  #readHead(bytes, length) {
    this.#head += bytes.toString('latin1', 0, length);
    const end = this.#head.indexOf(HEAD_END.toString());
    if (end < 0) return;
    const early = this.#head.length - (end + HEAD_END.length);
    this.#done(this.#head.slice(0, end));
    if (early > 0) this.onBytes(bytes.subarray(length - early, length), early);
  }

  #checkAnswer(head) {
    const isWrong = this.#deflate !== /^sec-websocket-extensions: *permessage-deflate/im.test(head);
    if (head.startsWith('HTTP/1.1 101') && !isWrong) this.#open();
    else if (isWrong) this.#broken(new Error('the server compresses what it should not, or does not what it should'));
    else this.#broken(new Error(`the server refused: ${head.slice(0, 40)}`));
  }
}

/** Opens `count` connections, in batches so that no backlog overflows; `use` gets each before it reads anything. */
export async function openMany(job, count, atOnce = 256, use = () => {}) {
  const wires = [];
  for (let index = 0; index < count; index += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, count - index) }, (_, i) => {
      const wire = Wire.to({ ...job, index: index + i });
      use(wire);
      return wire;
    });
    wires.push(...(await Promise.all(some.map(({ ready }) => ready))));
  }
  return wires;
}

/** A listener for clients: its port and accepted connections. */
export async function openPlace() {
  const wires = [];
  const server = createServer({ pauseOnConnect: true, backlog: 4096 }, (accepted) => wires.push(Wire.from(accepted)));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, wires };
}

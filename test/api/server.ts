// The other side of the API suite's connections, over sockets or any link. The path of the URL names its behaviour.
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Identity } from '../helpers/certificates.js';
import { concat } from '../helpers/memory-stream.js';
import { closeBody, frame, fromHex, OP, parseFrames } from '../helpers/raw-peer-frames.js';
import { answerTo, headEnd } from '../helpers/raw-peer-handshake.js';

/** Outgoing direction of a connection. */
export interface Link {
  send(bytes: Uint8Array): void;
  end(): void;
}

const NOTHING = new Uint8Array(0);
const REFUSAL = new TextEncoder().encode('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');

/** A text packet, the integer 7 as a Variant, and a binary one: the packets that wait in the suite's situations. */
export const PACKETS = [fromHex('0200000007000000'), fromHex('0102')] as const;

/** Frames sent directly after the handshake, by path. */
const GREETINGS: Readonly<Record<string, readonly Uint8Array[]>> = {
  packets: [frame(OP.TEXT, PACKETS[0]), frame(OP.BINARY, PACKETS[1])],
  bye: [frame(OP.CLOSE, closeBody(4001, 'bye'))],
  bare: [frame(OP.CLOSE)],
};

/** The other side of one connection; call `receive` with its bytes. */
export class OtherSide {
  readonly #link: Link;
  #received: Uint8Array = NOTHING;
  #path: string | null = null;

  constructor(link: Link) {
    this.#link = link;
  }

  receive(chunk: Uint8Array): void {
    this.#received = concat([this.#received, chunk]);
    if (this.#path === null && headEnd(this.#received) > 0) this.#greet();
    if (this.#path === 'open' || this.#path === 'packets') this.#echo();
  }

  #greet(): void {
    const end = headEnd(this.#received);
    const request = new TextDecoder().decode(this.#received.subarray(0, end));
    this.#received = this.#received.slice(end);
    const path = request.slice(request.indexOf('/') + 1).split(' ')[0];
    this.#path = path;
    if (path === 'mute') return;
    this.#link.send(path === 'refuse' ? REFUSAL : concat([answerTo(request), ...(GREETINGS[path] ?? [])]));
    if (path === 'refuse' || path === 'drop') this.#link.end();
  }

  #echo(): void {
    const { frames, rest } = parseFrames(this.#received);
    this.#received = rest.slice();
    for (const { opcode, payload } of frames) {
      this.#link.send(frame(opcode, payload));
      if (opcode === OP.CLOSE) this.#link.end();
    }
  }
}

export interface ApiServer {
  /** Scheme, host and port. */
  readonly origin: string;
  close(): void;
}

/** Listens with TCP, or with TLS as `identity`. */
export async function serveApi(identity: Identity | null = null): Promise<ApiServer> {
  const sockets: Socket[] = [];
  const serve = (socket: Socket): void => {
    const other = new OtherSide({ send: (bytes) => socket.write(bytes), end: () => socket.end() });
    sockets.push(socket);
    socket.on('data', (chunk) => other.receive(chunk));
    socket.on('error', () => {});
  };
  const server: Server = identity === null ? createServer(serve) : createTlsServer(identity, serve);
  await new Promise<void>((go) => {
    server.listen(0, '127.0.0.1', 300, go);
  });
  const { port } = server.address() as { port: number };
  return {
    origin: `${identity === null ? 'ws' : 'wss'}://127.0.0.1:${port}`,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

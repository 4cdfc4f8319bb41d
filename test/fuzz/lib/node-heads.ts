// Node's HTTP parser over streams in memory: whether it takes a head for an upgrade, and what it reads in it.
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { Duplex } from 'node:stream';

/** A head as Node reads it. */
export interface NodeHead {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly version: string;
  /** Names in lower case with their values, in order. */
  readonly headers: readonly (readonly [string, string])[];
  /** Bytes behind the head. */
  readonly rest: Uint8Array;
}

class Wire extends Duplex {
  override _read(): void {}

  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
}

function headOf(message: IncomingMessage, rest: Buffer): NodeHead {
  const { rawHeaders, method = '', url = '', statusCode = 0, httpVersion } = message;
  const headers: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    headers.push([rawHeaders[at].toLowerCase(), rawHeaders[at + 1]]);
  }
  return { method, url, status: statusCode, version: httpVersion, headers, rest: new Uint8Array(rest) };
}

let server: Server | null = null;

/** Node's reading of a request; a text says why it has none. */
export function readRequest(bytes: Uint8Array): Promise<NodeHead | string> {
  server ??= createServer({ maxHeaderSize: 65_536 });
  const own = server;
  const wire = new Wire();
  return new Promise((resolve) => {
    const answer = (what: NodeHead | string): void => {
      own.removeAllListeners();
      wire.destroy();
      resolve(what);
    };
    own.removeAllListeners();
    own.on('upgrade', (message, _socket, rest) => answer(headOf(message, rest)));
    own.on('request', () => answer('no upgrade'));
    own.on('clientError', (error) => answer(error.message));
    own.on('checkContinue', () => answer('no upgrade'));
    own.on('connect', () => answer('CONNECT'));
    // The one listener that createServer() adds itself is gone with the others.
    connectionListener.call(own, wire);
    wire.on('error', () => {});
    wire.push(bytes);
    setImmediate(() => setImmediate(() => answer('nothing')));
  });
}

const [connectionListener] = createServer().listeners('connection') as [(this: Server, wire: Duplex) => void];

/** Node's reading of an answer to an upgrade request. */
export function readAnswer(bytes: Uint8Array): Promise<NodeHead | string> {
  const wire = new Wire();
  return new Promise((resolve) => {
    const call = request({
      createConnection: () => wire as never,
      headers: { Connection: 'Upgrade', Upgrade: 'websocket' },
      maxHeaderSize: 65_536,
    });
    const answer = (what: NodeHead | string): void => {
      wire.destroy();
      resolve(what);
    };
    call.on('upgrade', (message, _socket, rest) => answer(headOf(message, rest)));
    call.on('response', () => answer('no upgrade'));
    call.on('error', (error) => answer(error.message));
    call.end();
    setImmediate(() => {
      wire.push(bytes);
      setImmediate(() => setImmediate(() => answer('nothing')));
    });
  });
}

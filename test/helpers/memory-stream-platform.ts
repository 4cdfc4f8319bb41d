// A platform with a network in memory and the test's clock. A test file replaces the runtime's by it:
// vi.mock('#platform', () => import('./memory-stream-platform.js')).
import { createHash, randomFillSync } from 'node:crypto';
import { StreamPhase } from '../../host/transport/byte-stream.js';
import type { Cryptography } from '../../host/transport/cryptography.js';
import type { Clock, Files, Listener, ListenResult, Sockets, WaitingLimits } from '../../host/transport/platform.js';
import { MemoryStream, memoryPair } from './memory-stream.js';
import { MemoryLoop } from './memory-stream-loop.js';

/** Network and event loop of the platform; new for each test. */
export const world = {
  loop: new MemoryLoop(),
  /** Requested streams that are still connecting, oldest first. */
  dialled: [] as MemoryStream[],
  /** Listening servers by port; connections to these ports reach them. */
  listeners: new Map<number, MemoryListener>(),

  reset(): void {
    world.loop.settle(); // the package keeps one queue for the end of the turn, whatever the test
    world.loop = new MemoryLoop();
    world.dialled = [];
    world.listeners.clear();
  },
};

class MemoryListener implements Listener {
  readonly localPort: number;
  readonly #arrived: () => void;
  #waiting: MemoryStream[] = [];

  constructor(localPort: number, arrived: () => void) {
    this.localPort = localPort;
    this.#arrived = arrived;
  }

  get available(): number {
    return this.#waiting.length;
  }

  knock(stream: MemoryStream): void {
    this.#waiting.push(stream);
    this.#arrived();
  }

  take(): MemoryStream | null {
    return this.#waiting.shift() ?? null;
  }

  close(): void {
    world.listeners.delete(this.localPort);
    for (const stream of this.#waiting) stream.destroy();
    this.#waiting = [];
  }
}

function listen({ port }: { port: number }, arrived: () => void, _limits?: WaitingLimits): ListenResult {
  if (world.listeners.has(port)) return { errorCode: 'EADDRINUSE', listener: null };
  const listener = new MemoryListener(port === 0 ? 20_000 + world.listeners.size : port, arrived);
  world.listeners.set(listener.localPort, listener);
  return { errorCode: '', listener };
}

function dial(secure: boolean, port = 0): MemoryStream {
  const listener = world.listeners.get(port);
  if (listener !== undefined) return reach(listener);
  const stream = new MemoryStream(world.loop, { phase: StreamPhase.CONNECTING, secure });
  world.dialled.push(stream);
  return stream;
}

function reach(listener: MemoryListener): MemoryStream {
  const [left, right] = memoryPair(world.loop, StreamPhase.CONNECTING);
  world.dialled.push(left);
  world.loop.later(() => {
    left.open();
    if (world.listeners.get(listener.localPort) === listener) listener.knock(right);
    else left.reset();
  });
  return left;
}

function missing(): never {
  throw new Error('this network has none');
}

export const clock: Clock = {
  now: () => world.loop.now(),
  atTurnEnd: (callback) => world.loop.atTurnEnd(callback),
  alarm: (delayMs, callback) => world.loop.alarm(delayMs, callback),
};

export const files: Files = { readFile: missing, writeFile: missing };

export const sockets: Sockets = {
  connectTcp: (_host, port) => dial(false, port),
  connectTls: () => dial(true),
  wrapTlsClient: missing,
  wrapTlsServer: missing,
  connectUds: missing,
  bindUds: missing,
  listenUds: missing,
  adoptSocket: missing,
  listen,
  useReadBuffer: () => {},
};

export const cryptography: Cryptography = {
  fillRandom: (bytes) => void randomFillSync(bytes),
  sha1: (bytes) => createHash('sha1').update(bytes).digest(),
  parseCertificates: missing,
  parseKey: missing,
  hash: missing,
  hmac: missing,
  areEqual: missing,
  generateRsa: missing,
  rsaBytes: missing,
  signHash: missing,
  verifyHash: missing,
  signMessage: missing,
  encrypt: missing,
  decrypt: missing,
};

export { deflater } from '../../host/transport/node/deflater.js';

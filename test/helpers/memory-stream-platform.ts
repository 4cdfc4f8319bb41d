// A platform whose network is memory and whose clock is the test's. A test file puts it in the place of the
// runtime's own: vi.mock('#platform', () => import('../helpers/memory-stream-platform.js')).
import { createHash, randomFillSync } from 'node:crypto';
import { StreamPhase } from '../../host/transport/byte-stream.js';
import type { Platform } from '../../host/transport/platform.js';
import { MemoryStream } from './memory-stream.js';
import { MemoryLoop } from './memory-stream-loop.js';

/** The world that the platform stands in; a fresh one for each test. */
export const world = {
  loop: new MemoryLoop(),
  /** Streams that were asked for, oldest first, still connecting. */
  dialled: [] as MemoryStream[],

  reset(): void {
    world.loop.settle(); // the package keeps one queue for the end of the turn, whatever the test
    world.loop = new MemoryLoop();
    world.dialled = [];
  },
};

function dial(secure: boolean): MemoryStream {
  const stream = new MemoryStream(world.loop, { phase: StreamPhase.CONNECTING, secure });
  world.dialled.push(stream);
  return stream;
}

function missing(): never {
  throw new Error('this network has none');
}

export const platform: Platform = {
  connectTcp: () => dial(false),
  connectTls: () => dial(true),
  wrapTlsClient: missing,
  wrapTlsServer: missing,
  connectUds: missing,
  bindUds: missing,
  listenUds: missing,
  adoptSocket: missing,
  listen: missing,
  useReadBuffer: () => {},
  parseCertificates: missing,
  parseKey: missing,
  readFile: missing,
  writeFile: missing,
  get cryptography(): never {
    return missing();
  },
  sha1: (bytes) => createHash('sha1').update(bytes).digest(),
  fillRandom: (bytes) => void randomFillSync(bytes),
  now: () => world.loop.now(),
  atTurnEnd: (callback) => world.loop.atTurnEnd(callback),
  alarm: (delayMs, callback) => world.loop.alarm(delayMs, callback),
};

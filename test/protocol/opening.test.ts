// The time before a connection is open: rows of what the network does, and what a poll makes of it.
import { createHash, randomFillSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { core } from '../../host/codec/load.js';
import { Deadline } from '../../host/protocol/deadline.js';
import { ClientHandshake } from '../../host/protocol/handshake-client.js';
import { ServerHandshake } from '../../host/protocol/handshake-server.js';
import { type ConnectionRole, Opening } from '../../host/protocol/opening.js';
import { Outbox } from '../../host/protocol/outbox.js';
import { SERVER_DEFAULTS } from '../../host/protocol/server-settings.js';
import { NEWS, REPORT, SETTINGS, type SessionOwner } from '../../host/protocol/session.js';
import { defaultValues } from '../../host/protocol/settings.js';
import { TurnQueue } from '../../host/protocol/turn-queue.js';
import { parseUrl } from '../../host/protocol/url.js';
import { Visitor } from '../../host/protocol/visitor.js';
import { StreamPhase } from '../../host/transport/byte-stream.js';
import { ascii, joined } from '../helpers/feed.js';
import { MemoryStream } from '../helpers/memory-stream.js';
import { MemoryLoop } from '../helpers/memory-stream-loop.js';
import { answerTo, head, requestFor } from '../helpers/raw-peer-handshake.js';

type Side = 'client' | 'server';
const TIMEOUT = 2500;

const common = {
  protocols: ['chat'],
  headers: [],
  maxSize: 16384,
  tools: {
    sha1: (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest(),
    fillRandom: (bytes: Uint8Array): void => void randomFillSync(bytes),
  },
};

function roleOf(side: Side): ConnectionRole {
  if (side === 'server') {
    const policy = {
      visitor: new Visitor({ remoteAddress: '' }, false, SERVER_DEFAULTS),
      hook: null,
      allowedOrigins: [],
      allowedHosts: [],
    };
    return { side, handshake: new ServerHandshake({ ...common, ...policy }) };
  }
  const url = parseUrl('ws://game.example/');
  if (typeof url === 'string') throw new Error(url);
  return { side, handshake: new ClientHandshake({ ...common, url }), url: 'ws://game.example/' };
}

class Bench {
  readonly loop = new MemoryLoop();
  readonly stream: MemoryStream;
  readonly opening: Opening;
  readonly reports: string[] = [];

  constructor(side: Side, phase: StreamPhase = StreamPhase.OPEN) {
    this.stream = new MemoryStream(this.loop, { phase });
    const outbox = new Outbox(core, side === 'client', this.stream, new TurnQueue(this.loop));
    const owner: SessionOwner = {
      [SETTINGS]: defaultValues(),
      [NEWS]: () => {},
      [REPORT]: (message, kind = 'error') => this.reports.push(`${kind}: ${message}`),
    };
    this.opening = new Opening(roleOf(side), this.stream, outbox, new Deadline(this.loop, () => {}), owner, () => {});
  }

  receive(bytes: Uint8Array): void {
    this.opening.receive(bytes, bytes.length);
  }

  /** Start lines of what was written. */
  written(): string[] {
    this.loop.settle();
    const text = Buffer.from(this.stream.takeWritten()).toString();
    return text.split('\r\n').filter((line) => /^GET |^HTTP/.test(line));
  }

  /** A client has asked, and is answered. */
  answer(headers = ['Sec-WebSocket-Protocol: chat']): void {
    this.opening.poll();
    this.loop.settle();
    this.receive(answerTo(this.stream.takeWritten(), headers));
  }
}

const request = (headers = ['Sec-WebSocket-Protocol: chat']): Uint8Array => requestFor('/', headers);
const ofSystem = Object.assign(new Error('connect ECONNREFUSED'), { syscall: 'connect', code: 'ECONNREFUSED' });

interface Row {
  readonly title: string;
  readonly side: Side;
  readonly phase?: StreamPhase;
  readonly happens: (bench: Bench) => void;
  readonly outcome: string;
  readonly written?: readonly string[];
  readonly reports?: readonly (string | RegExp)[];
}

const NOT_DONE = 'not done within handshake_timeout, 2.5 s (TIMEOUT)';
const LATE = `error: WebSocketPeer: the handshake with the client at 127.0.0.1 failed: ${NOT_DONE}`;
const REFUSED = 'WebSocketPeer: the handshake with the client at 127.0.0.1 failed: request refused';
const NEVER_OPEN = `error: WebSocketPeer: can't connect to ws://game.example/: ${NOT_DONE}`;
const ASKED = ['GET / HTTP/1.1'];

const ROWS: readonly Row[] = [
  { title: 'nothing has come', side: 'server', happens: () => {}, outcome: 'waiting' },
  {
    title: 'half a request',
    side: 'server',
    happens: (bench) => bench.receive(request().subarray(0, 30)),
    outcome: 'waiting',
  },
  {
    title: 'a right request',
    side: 'server',
    happens: (bench) => bench.receive(request()),
    outcome: 'accepted',
    written: ['HTTP/1.1 101 Switching Protocols'],
  },
  {
    title: 'a wrong request',
    side: 'server',
    happens: (bench) => bench.receive(ascii('POST / HTTP/1.1\r\n\r\n')),
    outcome: 'refused',
    written: ['HTTP/1.1 405 Method Not Allowed'],
    reports: [`error: ${REFUSED} (405): the method is not GET, got "POST" (BAD_REQUEST)`],
  },
  {
    title: 'other subprotocols are no fault',
    side: 'server',
    happens: (bench) => bench.receive(request(['Sec-WebSocket-Protocol: other'])),
    outcome: 'refused',
    written: ['HTTP/1.1 400 Bad Request'],
    reports: [
      /^warning: .* the client at 127.0.0.1 failed: request refused \(400\): no subprotocol .* \(PROTOCOL_MISMATCH\)$/,
    ],
  },
  { title: 'the stream ends', side: 'server', happens: ({ stream }) => stream.reset(null), outcome: 'lost' },
  {
    title: 'a whole request counts, whatever has become of the stream',
    side: 'server',
    happens: (bench) => {
      bench.receive(request());
      bench.stream.reset();
    },
    outcome: 'accepted',
  },
  { title: 'not open yet', side: 'client', phase: StreamPhase.CONNECTING, happens: () => {}, outcome: 'waiting' },
  { title: 'open', side: 'client', happens: () => {}, outcome: 'waiting', written: ASKED },
  {
    title: 'open, and polled again',
    side: 'client',
    happens: ({ opening }) => opening.poll(),
    outcome: 'waiting',
    written: ASKED,
  },
  { title: 'a right answer', side: 'client', happens: (bench) => bench.answer(), outcome: 'accepted' },
  {
    title: 'no, to which a client has nothing to say',
    side: 'client',
    happens: (bench) => bench.receive(head(['HTTP/1.1 403 Forbidden', 'Content-Length: 0'])),
    outcome: 'lost',
    written: ASKED,
    reports: [/^error: WebSocketPeer: .*403/],
  },
  {
    title: 'an answer without the subprotocol is no fault',
    side: 'client',
    happens: (bench) => bench.answer([]),
    outcome: 'lost',
    reports: [/^warning: WebSocketPeer: .*subprotocol/],
  },
  {
    title: 'the network refuses, which is told',
    side: 'client',
    phase: StreamPhase.CONNECTING,
    happens: ({ stream }) => stream.reset(ofSystem),
    outcome: 'lost',
    reports: ["error: WebSocketPeer: can't connect to ws://game.example/: refused (ECONNREFUSED)"],
  },
  {
    title: 'TLS fails, which is told',
    side: 'client',
    phase: StreamPhase.CONNECTING,
    happens: ({ stream }) => stream.reset(new Error('self-signed certificate')),
    outcome: 'lost',
    reports: ["error: WebSocketPeer: can't connect to ws://game.example/: self-signed certificate (CONNECT_FAILED)"],
  },
  {
    title: 'the time is not over',
    side: 'server',
    happens: ({ loop, opening }) => {
      opening.begin(TIMEOUT);
      loop.advance(TIMEOUT - 1);
    },
    outcome: 'waiting',
  },
  {
    title: 'the time is over',
    side: 'server',
    happens: ({ loop, opening }) => {
      opening.begin(TIMEOUT);
      loop.advance(TIMEOUT);
    },
    outcome: 'late',
    reports: [LATE],
  },
  {
    title: 'the time is over while names, TCP and TLS are not done',
    side: 'client',
    phase: StreamPhase.CONNECTING,
    happens: ({ loop, opening }) => {
      opening.begin(TIMEOUT);
      loop.advance(TIMEOUT);
    },
    outcome: 'late',
    reports: [NEVER_OPEN],
  },
  {
    title: 'the time is over while only TLS is not done',
    side: 'client',
    phase: StreamPhase.CONNECTING,
    happens: ({ loop, opening, stream }) => {
      stream.isSecuring = true;
      opening.begin(TIMEOUT);
      loop.advance(TIMEOUT);
    },
    outcome: 'late',
    reports: [`error: WebSocketPeer: TLS with ws://game.example/ failed: ${NOT_DONE}`],
  },
  {
    title: 'a request that is here counts, even when the time is over',
    side: 'server',
    happens: (bench) => {
      bench.opening.begin(TIMEOUT);
      bench.receive(request());
      bench.loop.advance(TIMEOUT);
    },
    outcome: 'accepted',
    written: ['HTTP/1.1 101 Switching Protocols'],
  },
  {
    title: 'a time of 0 is never over',
    side: 'server',
    happens: ({ loop, opening }) => {
      opening.begin(0);
      loop.advance(1e9);
    },
    outcome: 'waiting',
  },
];

describe('a poll before the connection is open', () => {
  test.each(ROWS)('of a $side: $title: $outcome', ({ side, phase, happens, outcome, written = [], reports = [] }) => {
    const bench = new Bench(side, phase);
    happens(bench);
    expect(bench.opening.poll()).toBe(outcome);
    expect(bench.written()).toEqual(written);
    expect(bench.reports).toEqual(reports.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))));
  });
});

describe('what comes behind the handshake', () => {
  const frames = ascii('frames');

  test.each([0, 1, 3])('is kept for the frames, cut %i bytes behind the head', (cut) => {
    const { opening } = new Bench('server');
    const all = joined([request(), frames]);
    const at = request().length + cut;
    for (const piece of [all.slice(0, at), all.slice(at)]) {
      opening.receive(piece, piece.length);
      expect(opening.isDecided).toBe(true);
      piece.fill(0xdd); // the memory is lent for the call
    }
    expect(opening.poll()).toBe('accepted');
    expect(Buffer.from(opening.end()).toString()).toBe('frames');
    expect(opening.end()).toHaveLength(0);
  });

  test('is as long as is said, whatever the chunk holds', () => {
    const { opening } = new Bench('server');
    const all = joined([request(), frames, ascii('not received')]);
    opening.receive(all, request().length + frames.length);
    expect(Buffer.from(opening.end()).toString()).toBe('frames');
  });
});

describe('the end of an opening', () => {
  test('stops its clock', () => {
    const { opening, loop } = new Bench('server');
    opening.begin(TIMEOUT);
    expect(loop.pendingAlarms).toBe(1);
    opening.end();
    expect(loop.pendingAlarms).toBe(0);
  });

  test('leaves the subprotocol, and what a client asked for', () => {
    const [server, client] = [new Bench('server'), new Bench('client')];
    server.receive(requestFor('/room?x', ['Sec-WebSocket-Protocol: chat'], 'game.example'));
    client.answer();
    expect([server.opening.selectedProtocol, server.opening.requestedUrl]).toEqual([
      'chat',
      'ws://game.example/room?x',
    ]);
    expect([client.opening.selectedProtocol, client.opening.requestedUrl, client.opening.givenUrl]).toEqual([
      'chat',
      'ws://game.example/',
      'ws://game.example/',
    ]);
  });
});

describe('pages that nobody has looked at (RFC 6455 §10.2)', () => {
  test('are warned of once, whichever server accepts the first', () => {
    const benches = [new Bench('server'), new Bench('server')];
    for (const bench of benches) {
      bench.receive(request(['Sec-WebSocket-Protocol: chat', 'Origin: https://page.example']));
      expect(bench.opening.poll()).toBe('accepted');
    }
    const message = 'set allowed_origins to say which pages may, now all may';
    expect(benches.map(({ reports }) => reports)).toEqual([
      [`warning: WebSocketPeer: a page of "https://page.example" has connected; ${message}`],
      [],
    ]);
  });
});

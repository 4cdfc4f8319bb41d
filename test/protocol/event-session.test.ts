// A session that hears of its connection by events, over a line that the test plays.

import { describe, expect, test } from 'vitest';
import type { Failure } from '../../host/binding/error-handler.js';
import { ERR_INVALID_DATA, ERR_OUT_OF_MEMORY, FAILED, type GodotError, OK } from '../../host/binding/errors.js';
import type { OwnBytes } from '../../host/bytes.js';
import { EventSession, type Line, type LineEvent } from '../../host/protocol/event-session.js';
import { failureOf } from '../../host/protocol/failures.js';
import { State } from '../../host/protocol/lifecycle.js';
import { NEWS, REPORT, SETTINGS, type SessionOwner } from '../../host/protocol/session.js';
import { copyOf, defaultValues, type SettingValues } from '../../host/protocol/settings.js';
import type { VisiblePackets } from '../../host/protocol/visible-packets.js';
import { ascii } from '../helpers/feed.js';
import { MemoryLoop } from '../helpers/memory-stream-loop.js';

interface Noise {
  readonly kind: 'noise';
}

class PlayedLine implements Line<Noise> {
  readonly events: (LineEvent | Noise)[] = [];
  readonly calls: unknown[][] = [];
  unsentBytes = 0;
  answer: GodotError = OK;

  get next(): LineEvent | Noise | undefined {
    return this.events[0];
  }

  get isOver(): boolean {
    return this.events.at(-1)?.kind === 'closed';
  }

  skip(): void {
    this.events.shift();
  }

  send(bytes: Uint8Array, text: string | null): GodotError {
    this.calls.push(['send', Buffer.from(bytes).toString('latin1'), text]);
    return this.answer;
  }

  close(code: number, reason: string): void {
    this.calls.push(['close', code, reason]);
  }

  setNoDelay(enabled: boolean): void {
    this.calls.push(['no delay', enabled]);
  }

  taken(bytes: number): void {
    this.calls.push(['taken', bytes]);
  }

  retire(): void {
    this.calls.push(['retire']);
  }

  act(_: Noise, packets: VisiblePackets): void {
    this.calls.push(['act', packets.count]);
  }
}

const OPEN: LineEvent = { kind: 'open', protocol: 'chat', isCompressed: false };
const NOISE: Noise = { kind: 'noise' };

function packet(content: string, isText = true): LineEvent {
  return { kind: 'packet', data: new Uint8Array(ascii(content)) as OwnBytes, isText };
}

function closed(code: number, reason = '', isByPeer = true, failure: Failure | null = null): LineEvent {
  return { kind: 'closed', code, reason, isByPeer, failure };
}

class Bench {
  readonly loop = new MemoryLoop();
  readonly line = new PlayedLine();
  readonly session: EventSession<Noise>;
  readonly reports: string[] = [];
  news = 0;

  constructor(settings: Partial<SettingValues> = {}, graceMs = 0) {
    const owner: SessionOwner = {
      [SETTINGS]: copyOf(defaultValues(), settings),
      [NEWS]: () => {
        this.news += 1;
      },
      [REPORT]: (message, kind = 'error') => this.reports.push(`${kind}: ${message}`),
    };
    this.session = new EventSession(owner, 'ws://game.example/', this.line, this.loop, graceMs);
  }

  tell(...events: (LineEvent | Noise)[]): this {
    this.line.events.push(...events);
    return this;
  }

  poll(times = 1): this {
    for (let time = 0; time < times; time += 1) this.session.poll();
    return this;
  }

  takeAll(): string[] {
    const packets: string[] = [];
    while (this.session.availablePackets > 0) packets.push(Buffer.from(this.session.takePacket()).toString());
    return packets;
  }
}

const openBench = (settings?: Partial<SettingValues>): Bench => new Bench(settings).tell(OPEN).poll();

type Row = readonly [
  title: string,
  happens: (bench: Bench) => void,
  state: keyof typeof State,
  code: number,
  reason: string,
  isClosedByPeer: boolean,
];

const LIVES: readonly Row[] = [
  ['nothing was told', (it) => it.poll(), 'CONNECTING', -1, '', false],
  ['told of, and not polled', (it) => it.tell(OPEN), 'CONNECTING', -1, '', false],
  ['open', (it) => it.tell(OPEN).poll(), 'OPEN', -1, '', false],
  ['refused', (it) => it.tell(closed(1006)).poll(), 'CLOSED', 1006, '', false],
  ['closed by the other side', (it) => it.tell(OPEN, closed(4000, 'x')).poll(), 'CLOSED', 4000, 'x', true],
  ['broken', (it) => it.tell(OPEN, closed(-1, '', false)).poll(), 'CLOSED', -1, '', false],
  [
    'closed behind packets that are seen first',
    (it) => it.tell(OPEN, packet('a'), closed(1000)).poll(),
    'OPEN',
    -1,
    '',
    false,
  ],
  [
    'closed behind packets, and polled again',
    (it) => it.tell(OPEN, packet('a'), closed(1000)).poll(2),
    'CLOSED',
    1000,
    '',
    true,
  ],
  [
    'closed from here',
    (it) => {
      it.tell(OPEN).poll();
      it.session.close(1000, ascii('bye'));
    },
    'CLOSING',
    -1,
    '',
    false,
  ],
  [
    'closed from here, and answered',
    (it) => {
      it.tell(OPEN).poll();
      it.session.close(1000, ascii('bye'));
      it.tell(packet('a'), closed(1000, 'bye')).poll();
    },
    'CLOSED',
    1000,
    'bye',
    false,
  ],
  [
    'closed while it connects, which opening does not undo',
    (it) => {
      it.session.close(1000, ascii(''));
      it.tell(OPEN).poll();
    },
    'CLOSING',
    -1,
    '',
    false,
  ],
  [
    'dropped',
    (it) => {
      it.tell(OPEN).poll();
      it.session.destroy();
      it.tell(closed(1000)).poll();
    },
    'CLOSED',
    -1,
    '',
    false,
  ],
  [
    'left, which changes nothing by itself',
    (it) => {
      it.tell(OPEN).poll();
      it.session.leave();
      it.poll();
    },
    'OPEN',
    -1,
    '',
    false,
  ],
];

describe('the life of a session', () => {
  test.each(LIVES)('%s', (_, happens, state, code, reason, isClosedByPeer) => {
    const bench = new Bench();
    happens(bench);
    const { session } = bench;
    expect([session.state, session.closeCode, session.closeReason]).toEqual([State[state], code, reason]);
    expect(session.isClosedByPeer).toBe(isClosedByPeer);
    if (state !== 'CLOSED') return;
    expect([bench.line.calls.filter(([call]) => call === 'retire').length, bench.loop.pendingAlarms]).toEqual([1, 0]);
  });

  test('has been open only when it was: the subprotocol, the flag', () => {
    const [opened, refused] = [new Bench().tell(OPEN), new Bench().tell(closed(1006))].map((bench) => {
      bench.poll();
      return [bench.session.wasOpen, bench.session.selectedProtocol];
    });
    expect([opened, refused]).toEqual([
      [true, 'chat'],
      [false, ''],
    ]);
  });

  test('ends with the report that explains the end, once', () => {
    const bench = new Bench().tell(closed(-1, '', false, failureOf('tls', 'ERR_TLS_FAILED', 'it would not'))).poll(2);
    expect(bench.reports).toEqual(['error: WebSocketPeer: it would not']);
    expect(bench.session.failure).toMatchObject({ stage: 'tls', code: 'ERR_TLS_FAILED' });
  });

  test('polled until it is open leaves what came behind that', () => {
    const bench = new Bench().tell(OPEN, packet('a'));
    bench.session.poll(true);
    bench.session.poll(true);
    expect([bench.session.state, bench.session.availablePackets]).toEqual([State.OPEN, 0]);
    expect(bench.poll().takeAll()).toEqual(['a']);
  });
});

describe('the goodbye', () => {
  const GOODBYES: readonly [how: string, say: (bench: Bench) => void, calls: unknown[][]][] = [
    ['close with a code and a reason', ({ session }) => session.close(4000, Buffer.from('é')), [['close', 4000, 'é']]],
    ['close without a code', ({ session }) => session.close(0, ascii('')), [['close', 0, '']]],
    ['leave', ({ session }) => session.leave(), [['close', 1000, '']]],
    ['destroy', ({ session }) => session.destroy(), [['retire']]],
  ];

  test.each(GOODBYES)('of %s reaches the line', (_, say, calls) => {
    const bench = openBench();
    say(bench);
    expect(bench.line.calls).toEqual(calls);
  });
});

describe('time limits', () => {
  const connecting = (settings: Partial<SettingValues>, graceMs: number): Bench => new Bench(settings, graceMs);
  const closing = (settings: Partial<SettingValues>, graceMs: number): Bench => {
    const bench = new Bench(settings, graceMs).tell(OPEN).poll();
    bench.session.close(1000, ascii(''));
    return bench;
  };
  const LIMITS = [
    ['handshake_timeout', 'handshakeTimeoutMs', connecting],
    ['close_timeout', 'closeTimeoutMs', closing],
  ] as const;

  test.each(LIMITS)('of %s end the session in the poll after them, grace added', (_, name, begin) => {
    const bench = begin({ [name]: 1000 }, 50);
    const { state } = bench.session;
    bench.loop.advance(1049);
    expect([bench.poll().session.state, bench.news]).toEqual([state, 0]);
    bench.loop.advance(1);
    expect([bench.session.state, bench.news]).toEqual([state, 1]);
    expect(bench.poll().session.state).toBe(State.CLOSED);
    expect(bench.line.calls.at(-1)).toEqual(['retire']);
  });

  test.each(LIMITS)('of %s are none at 0', (_, name, begin) => {
    const bench = begin({ [name]: 0 }, 50);
    expect(bench.loop.pendingAlarms).toBe(0);
  });

  test('of the handshake are over once it is open', () => {
    expect(openBench().loop.pendingAlarms).toBe(0);
  });
});

describe('packets', () => {
  test('are taken in order, each with its kind, and the line is told how many bytes', () => {
    const bench = openBench().tell(packet('abc'), packet('é', false)).poll();
    const kinds: boolean[] = [];
    const texts = [1, 2].map(() => {
      const taken = Buffer.from(bench.session.takePacket()).toString();
      kinds.push(bench.session.lastWasText);
      return taken;
    });
    expect([texts, kinds, bench.line.calls]).toEqual([
      ['abc', 'é'],
      [true, false],
      [
        ['taken', 3],
        ['taken', 2],
      ],
    ]);
  });

  test('are copied into memory that is large enough, else only measured', () => {
    const { session } = openBench().tell(packet('abc')).poll();
    const target = new Uint8Array(3);
    expect([session.takePacketInto(new Uint8Array(2)), session.availablePackets]).toEqual([3, 1]);
    expect([session.takePacketInto(target), session.availablePackets]).toEqual([3, 0]);
    expect(Buffer.from(target).toString()).toBe('abc');
  });

  test('stay readable when it is over', () => {
    const bench = openBench().tell(packet('a'), packet('b'), closed(1000)).poll(2);
    expect([bench.session.state, bench.takeAll()]).toEqual([State.CLOSED, ['a', 'b']]);
  });

  test('beyond the limits wait, and are news at the end of the turn in which there is room', () => {
    const bench = openBench({ maxQueuedPackets: 2 }).tell(packet('a'), packet('b'), packet('c'), packet('d')).poll();
    bench.loop.settle();
    expect([bench.session.availablePackets, bench.news]).toEqual([2, 0]);
    expect(bench.takeAll()).toEqual(['a', 'b']);
    expect(bench.news).toBe(0);
    bench.loop.settle();
    expect(bench.news).toBe(1);
    expect(bench.poll().takeAll()).toEqual(['c', 'd']);
  });

  test('and other events come in their order', () => {
    expect(openBench().tell(packet('a'), NOISE, packet('b')).poll().line.calls).toEqual([['act', 1]]);
  });
});

type Send = (session: EventSession<Noise>) => GodotError;
const SENT: readonly [what: string, send: Send, bytes: string, text: string | null][] = [
  ['bytes', (it) => it.send(ascii('a'), false), 'a', null],
  ['bytes as text', (it) => it.send(Buffer.from('é'), true), 'Ã©', 'é'],
  ['text', (it) => it.sendText('é'), 'Ã©', 'é'],
  ['a shared packet', (it) => it.sendShared({ bytes: ascii('a'), isText: false }), 'a', null],
  ['a shared text', (it) => it.sendShared({ bytes: ascii('a'), isText: true }), 'a', 'a'],
];

const ROOM: readonly [limit: number, unsent: number, size: number, answer: GodotError][] = [
  [10, 0, 10, OK],
  [10, 4, 6, OK],
  [10, 4, 7, ERR_OUT_OF_MEMORY],
  [10, 11, 0, ERR_OUT_OF_MEMORY],
  [0, 1e9, 1e5, OK],
];

describe('sending', () => {
  test.each(SENT)('hands %s to the line, whose answer counts', (_, send, bytes, text) => {
    const { line, session } = openBench();
    const first = send(session);
    line.answer = FAILED;
    expect([first, send(session)]).toEqual([OK, FAILED]);
    expect(line.calls[0]).toEqual(['send', bytes, text]);
  });

  test.each(ROOM)(
    'with outbound_buffer_size %i, while %i bytes wait, %i more: error %i',
    (limit, unsent, size, answer) => {
      const { line, session, reports } = openBench({ outboundBufferSize: limit });
      line.unsentBytes = unsent;
      expect([session.send(new Uint8Array(size), false), line.calls.length]).toEqual([answer, answer === OK ? 1 : 0]);
      const waiting = `${unsent} bytes wait (outbound_buffer_size ${limit})`;
      expect(reports).toEqual(answer === OK ? [] : [`error: send: no room for ${size} bytes, ${waiting}`]);
    },
  );

  test('refuses as text what is not UTF-8 (RFC 6455 §8.1)', () => {
    const { line, session, reports } = openBench();
    expect([session.send(Uint8Array.of(0x61, 0xff), true), line.calls]).toEqual([ERR_INVALID_DATA, []]);
    expect(reports).toEqual(['error: send: the 2 bytes to send as text are not valid UTF-8']);
  });
});

describe('what else a peer asks for', () => {
  test('reaches the line while there is one, and then has plain answers', () => {
    const { line, session } = openBench();
    line.unsentBytes = 7;
    session.setNoDelay(true);
    expect([session.unsentBytes, line.calls]).toEqual([7, [['no delay', true]]]);
    session.destroy();
    session.setNoDelay(false);
    session.leave();
    expect([session.unsentBytes, line.calls.slice(1)]).toEqual([0, [['retire']]]);
  });

  test('is the other side, which a page does not learn: said once, by whichever session', () => {
    const benches = [openBench(), openBench()];
    expect(benches.map(({ session }) => session.remote)).toEqual([null, null]);
    const message = 'get_connected_host, get_connected_port: a page does not learn them';
    expect(benches.map(({ reports }) => reports)).toEqual([[`error: ${message}`], []]);
  });

  test('is the URL as it was given, and that it is a client', () => {
    const { session } = new Bench();
    expect([session.requestedUrl, session.side]).toEqual(['ws://game.example/', 'client']);
  });
});

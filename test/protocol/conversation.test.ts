// What a conversation finds out: rows of what happens on an open connection, with the event that each poll hands to the
// machine. That events take effect, connection-*.test.ts see to.
import { describe, expect, test } from 'vitest';
import type { SettingValues } from '../../host/protocol/settings.js';
import { close, more, ping, text, wire } from '../helpers/feed.js';
import { PlayedMachine } from '../helpers/played-machine.js';

interface Row {
  readonly title: string;
  readonly settings?: Partial<SettingValues>;
  readonly happens: (machine: PlayedMachine) => void;
  /** Of polls behind each other; nothing is taken between them. */
  readonly events: readonly (string | null)[];
  readonly shown?: readonly [code: number, reason: string];
  readonly written?: readonly string[];
  readonly reports?: readonly string[];
}

const LATE = { messageTimeoutMs: 1000 };

const ROWS: readonly Row[] = [
  { title: 'nothing', happens: () => {}, events: [null, null] },
  { title: 'packets', happens: (it) => it.receive(text('a'), text('b')), events: [null, null] },
  {
    title: 'pings, answered in order (RFC 6455 §5.5.3)',
    happens: (it) => it.receive(ping('a'), ping('b')),
    events: [null],
    written: ['10 61', '10 62'],
  },
  {
    title: 'a close, echoed as it came (§5.5.1)',
    happens: (it) => it.receive(close(4321, 'x')),
    events: ['close received'],
    shown: [4321, 'x'],
    written: ['8 10e178'],
  },
  {
    title: 'a close without a code (§7.1.5)',
    happens: (it) => it.receive(close(null)),
    events: ['close received'],
    shown: [0, ''],
    written: ['8'],
  },
  {
    title: 'a close behind packets, which are seen first',
    happens: (it) => it.receive(text('a'), close(1000)),
    events: [null, 'close received'],
    shown: [1000, ''],
    written: ['8 03e8'],
  },
  {
    title: 'a close while the network takes nothing',
    happens: (it) => {
      it.block();
      it.written();
      it.receive(close(1000));
    },
    events: ['reply waits'],
    shown: [1000, ''],
  },
  {
    title: 'the answer to a close, whose code is shown',
    happens: (it) => {
      it.close();
      it.receive(close(4000, 'y'));
    },
    events: ['close received'],
    shown: [4000, 'y'],
  },
  {
    title: 'the answer to a close behind packets, which stay readable',
    happens: (it) => {
      it.close();
      it.receive(text('a'), close(1000));
    },
    events: ['close received'],
    shown: [1000, ''],
  },
  {
    title: 'no answer to a close in time',
    settings: { closeTimeoutMs: 5000 },
    happens: (it) => {
      it.close();
      it.loop.advance(5000);
    },
    events: ['timeout'],
  },
  {
    title: 'no answer to a close, not yet late',
    settings: { closeTimeoutMs: 5000 },
    happens: (it) => {
      it.close();
      it.loop.advance(4999);
    },
    events: [null],
  },
  {
    title: 'no answer to a close, without a limit',
    settings: { closeTimeoutMs: 0 },
    happens: (it) => {
      it.close();
      it.loop.advance(1e9);
    },
    events: [null],
  },
  {
    title: 'text that is not UTF-8 (§8.1)',
    happens: (it) => it.receive(text(Uint8Array.of(0xff))),
    events: ['violation'],
    shown: [1007, 'Invalid frame payload data'],
    written: ['8 03ef'],
    reports: ['INVALID_UTF8: text that is not UTF-8 was refused with 1007', 'told'],
  },
  {
    title: 'a malformed frame, shown like a broken connection',
    happens: (it) => it.receive(ping('', { fin: false })),
    events: ['violation'],
    written: ['8 03ea'],
    reports: ['PROTOCOL_ERROR: a fragmented control frame was refused with 1002', 'told'],
  },
  {
    title: 'a message too big, with the limit in the report',
    settings: { inboundBufferSize: 4 },
    happens: (it) => it.receive(text('12345')),
    events: ['violation'],
    shown: [1009, 'Message too big'],
    written: ['8 03f1'],
    reports: ['MESSAGE_TOO_BIG: a message larger than inbound_buffer_size (4 bytes) was refused with 1009', 'told'],
  },
  {
    title: 'a violation after the own close, told to nobody',
    happens: (it) => {
      it.close();
      it.receive(text('', { rsv: 2 }));
    },
    events: ['violation'],
    shown: [1002, 'Protocol error'],
    reports: ['PROTOCOL_ERROR: a frame with reserved bits was refused with 1002'],
  },
  {
    title: 'a message that does not end in time',
    settings: LATE,
    happens: (it) => {
      it.receive(text('a', { fin: false }));
      it.loop.advance(1000);
    },
    events: ['violation'],
    shown: [1008, 'Policy violation'],
    written: ['8 03f0'],
    reports: ['TIMEOUT: a message that was not complete within message_timeout (1 s) was refused with 1008', 'told'],
  },
  {
    title: 'a message that has ended in time',
    settings: LATE,
    happens: (it) => {
      it.receive(text('a', { fin: false }));
      it.loop.advance(999);
      it.receive(more('b'));
      it.loop.advance(5000);
    },
    events: [null],
  },
  { title: 'the end of the stream', happens: (it) => it.streamEnds(), events: ['stream ended'] },
  {
    title: 'the end of the stream behind packets',
    happens: (it) => {
      it.receive(text('a'));
      it.streamEnds();
    },
    events: [null, 'stream ended'],
  },
  {
    title: 'a heartbeat that is not answered',
    settings: { heartbeatIntervalMs: 1000 },
    happens: (it) => {
      it.talk.poll();
      it.loop.advance(1000);
    },
    events: ['timeout'],
    written: ['9'],
  },
  {
    title: 'a heartbeat that anything answers',
    settings: { heartbeatIntervalMs: 1000 },
    happens: (it) => {
      it.talk.poll();
      it.receive(text('a'));
      it.loop.advance(1000);
    },
    events: [null],
    written: ['9', '9'],
  },
];

describe('polls of an open connection', () => {
  test.each(ROWS)('find $title: $events', ({ settings, happens, events, shown, written, reports }) => {
    const machine = new PlayedMachine(settings);
    happens(machine);
    expect(events.map(() => machine.talk.poll())).toEqual(events);
    const [code, reason] = shown ?? [-1, ''];
    expect(machine.talk.farewell).toEqual({ code, reason });
    if (!events.includes('reply waits')) expect(machine.written()).toEqual(written ?? []);
    expect(machine.reports).toEqual(reports ?? []);
    machine.talk.end();
    expect(machine.loop.pendingAlarms, 'alarms that nobody cancelled').toBe(0);
  });

  test('find the answer sent that had to wait for the network', () => {
    const machine = new PlayedMachine();
    machine.block();
    machine.receive(close(1000));
    expect(machine.talk.poll()).toBe('reply waits');
    machine.close();
    expect(machine.talk.poll()).toBeNull();
    machine.stream.release();
    expect(machine.talk.poll()).toBe('reply sent');
  });

  test('tell who closed first', () => {
    const [theirs, ours] = [new PlayedMachine(), new PlayedMachine()];
    ours.close();
    for (const machine of [theirs, ours]) {
      machine.receive(close(1000));
      machine.talk.poll();
    }
    expect([theirs.talk.isClosedByPeer, ours.talk.isClosedByPeer]).toEqual([true, false]);
  });
});

describe('what came behind the handshake', () => {
  test('is the beginning of the conversation', () => {
    const machine = new PlayedMachine({}, wire('client', [text('early'), close(1000)]));
    expect([machine.talk.poll(), machine.talk.packets.visible, machine.talk.poll()]).toEqual([
      null,
      1,
      'close received',
    ]);
  });

  test('may end in the middle of a frame', () => {
    const bytes = wire('client', [text('early')]);
    const machine = new PlayedMachine({}, bytes.slice(0, 4));
    machine.talk.receive(bytes.slice(4), bytes.length - 4);
    machine.talk.poll();
    expect(Buffer.from(machine.talk.packets.take()).toString()).toBe('early');
  });
});

describe('reading', () => {
  const FEW = { maxQueuedPackets: 4 };
  const full = (): PlayedMachine => {
    const machine = new PlayedMachine(FEW);
    machine.receive(text('1'), text('2'), text('3'), text('4'));
    machine.talk.poll();
    machine.talk.settle();
    return machine;
  };

  test('stops when nothing more fits, and goes on when half is taken', () => {
    const machine = full();
    expect([machine.talk.isPaused, machine.calls]).toEqual([true, []]);
    for (const paused of [true, false]) {
      machine.talk.packets.take();
      machine.talk.afterTake();
      expect(machine.talk.isPaused).toBe(paused);
    }
    expect(machine.calls).toEqual(['read on']);
  });

  test('goes on at once after the own goodbye', () => {
    const machine = full();
    machine.close();
    expect([machine.talk.isPaused, machine.calls]).toEqual([false, ['read on']]);
  });

  test('stops behind the end, and does not go on', () => {
    const machine = new PlayedMachine();
    machine.receive(text('1'), close(1000));
    machine.talk.poll();
    machine.takeAll();
    expect([machine.talk.isPaused, machine.calls.includes('read on')]).toEqual([true, false]);
  });

  test('stopped by the game itself excuses a silent other side, and a message that is late', () => {
    const machine = new PlayedMachine({ ...FEW, heartbeatIntervalMs: 1000, messageTimeoutMs: 1000 });
    machine.receive(text('1'), text('2'), text('3'), text('4'), text('5', { fin: false }));
    for (let round = 0; round < 3; round += 1) {
      expect(machine.talk.poll()).toBeNull();
      machine.loop.advance(1000);
    }
    expect(machine.reports).toEqual([]);
    machine.talk.end();
  });
});

describe('whether poll() has anything to look at', () => {
  test('it has after news, and not while everything is seen and taken', () => {
    const machine = new PlayedMachine();
    const polled = (): boolean => {
      machine.talk.poll();
      machine.talk.settle();
      return machine.talk.hasNews;
    };
    expect([machine.talk.hasNews, polled()]).toEqual([true, false]);
    machine.receive(text('a'));
    expect([machine.talk.hasNews, polled()]).toEqual([true, false]);
    machine.talk.notice();
    expect(machine.talk.hasNews).toBe(true);
  });

  test('it always has while the end is awaited', () => {
    const machine = new PlayedMachine();
    const { talk } = machine;
    machine.close();
    talk.poll();
    talk.settle();
    expect(talk.hasNews).toBe(true);
    talk.end();
  });

  test('it has not for a ping that came before the own goodbye: nothing follows a close frame (RFC 6455 §5.5.1)', () => {
    const machine = new PlayedMachine();
    machine.receive(ping('unanswered'));
    machine.close();
    expect([machine.talk.canAdvance, machine.talk.poll(), machine.written()]).toEqual([false, null, []]);
    machine.talk.end();
  });

  test('a second poll is ordered for what the first could not show', () => {
    const machine = new PlayedMachine();
    machine.receive(text('a'), close(1000));
    machine.talk.poll();
    machine.talk.settle();
    expect(machine.calls).toEqual(['order']);
  });
});

describe('what can be sent when the other side has finished', () => {
  test('is an answer to what it said last, until the end takes effect', () => {
    const machine = new PlayedMachine();
    expect(machine.talk.canAnswer).toBe(true);
    machine.receive(text('question'));
    machine.streamEnds();
    expect(machine.talk.canAnswer).toBe(true);
    machine.talk.poll();
    machine.takeAll();
    expect(machine.talk.canAnswer).toBe(true);
  });

  test('is nothing when it has said nothing, or the stream is gone', () => {
    const [silent, gone] = [new PlayedMachine(), new PlayedMachine()];
    silent.streamEnds();
    gone.receive(text('question'));
    gone.stream.reset();
    expect([silent.talk.canAnswer, gone.talk.canAnswer]).toEqual([false, false]);
  });
});

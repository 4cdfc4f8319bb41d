// Which of the packets that were told of a game sees, and when it hears of the end: rows of a feed and of polls.
import { describe, expect, test } from 'vitest';
import type { OwnBytes } from '../../host/bytes.js';
import { type Feed, type PacketEvent, type Told, VisiblePackets } from '../../host/protocol/visible-packets.js';

const MAX_PACKETS = 3;
const MAX_BYTES = 10;

class PlayedFeed implements Feed<Told> {
  readonly #events: Told[];

  constructor(events: readonly Told[]) {
    this.#events = [...events];
  }

  get next(): Told | undefined {
    return this.#events[0];
  }

  get isOver(): boolean {
    return this.#events.at(-1)?.kind === 'closed';
  }

  get left(): number {
    return this.#events.length;
  }

  skip(): void {
    this.#events.shift();
  }
}

function packet(size: number): PacketEvent {
  return { kind: 'packet', data: new Uint8Array(size) as OwnBytes, isText: false };
}

/** Numbers are packets of that size. */
type Item = number | string;
const eventsOf = (items: readonly Item[]): Told[] =>
  items.map((item) => (typeof item === 'number' ? packet(item) : { kind: item }));

interface Polled {
  /** Packets seen after the poll. */
  readonly seen: number;
  /** Events of other kinds, in order. */
  readonly heard: readonly string[];
  /** Events that wait for the next poll. */
  readonly left: number;
}

function limited(): VisiblePackets {
  const packets = new VisiblePackets();
  packets.limit({ maxQueuedPackets: MAX_PACKETS, inboundBufferSize: MAX_BYTES });
  return packets;
}

function poll(packets: VisiblePackets, feed: PlayedFeed, state: 'open' | 'closing'): Polled {
  const heard: string[] = [];
  packets.begin(feed, state === 'closing');
  for (let event = packets.advance(feed, state === 'open'); event !== null; ) {
    heard.push(event.kind);
    event = packets.advance(feed, state === 'open');
  }
  return { seen: packets.count, heard, left: feed.left };
}

const FIRST_POLLS: readonly [title: string, items: readonly Item[], polled: Polled][] = [
  ['nothing was told', [], { seen: 0, heard: [], left: 0 }],
  ['as many packets as are seen at a time', [1, 1, 1], { seen: 3, heard: [], left: 0 }],
  ['one packet more', [1, 1, 1, 1], { seen: 3, heard: [], left: 1 }],
  ['as many bytes as are seen at a time', [4, 6], { seen: 2, heard: [], left: 0 }],
  ['one byte more', [4, 7], { seen: 1, heard: [], left: 1 }],
  ['a first packet larger than the limit', [11], { seen: 1, heard: [], left: 0 }],
  ['a small packet behind one that does not fit', [9, 2, 1], { seen: 1, heard: [], left: 2 }],
  ['an empty packet where all bytes are seen', [10, 0], { seen: 2, heard: [], left: 0 }],
  ['other events between packets', ['open', 1, 'noise', 2], { seen: 2, heard: ['open', 'noise'], left: 0 }],
  ['another event behind a packet that does not fit', [10, 1, 'noise'], { seen: 1, heard: [], left: 2 }],
  ['the end alone', ['closed'], { seen: 0, heard: ['closed'], left: 0 }],
  ['the end behind packets, which are read first', [1, 'closed'], { seen: 1, heard: [], left: 1 }],
];

describe('a first poll', () => {
  test.each(FIRST_POLLS)('while open: %s', (_, items, polled) => {
    expect(poll(limited(), new PlayedFeed(eventsOf(items)), 'open')).toEqual(polled);
  });

  test('while closing shows all that came before the end, beyond the limits, and the end', () => {
    const feed = new PlayedFeed(eventsOf([9, 9, 9, 9, 'closed']));
    expect(poll(limited(), feed, 'closing')).toEqual({ seen: 4, heard: ['closed'], left: 0 });
  });

  test('while closing keeps to the limits as long as more may come', () => {
    expect(poll(limited(), new PlayedFeed(eventsOf([9, 9])), 'closing')).toEqual({ seen: 1, heard: [], left: 1 });
  });
});

describe('further polls', () => {
  test('of a game that takes nothing bring the end all the same, with every packet before it', () => {
    const [packets, feed] = [limited(), new PlayedFeed(eventsOf([9, 9, 9, 'closed']))];
    const polls = [1, 2, 3].map(() => poll(packets, feed, 'open'));
    expect(polls).toEqual([
      { seen: 1, heard: [], left: 3 },
      { seen: 3, heard: [], left: 1 },
      { seen: 3, heard: ['closed'], left: 0 },
    ]);
  });

  test('of a game that takes what it sees bring all packets, then the end', () => {
    const [packets, feed] = [limited(), new PlayedFeed(eventsOf([9, 9, 9, 'closed']))];
    const polls = [1, 2, 3, 4].map(() => {
      const polled = poll(packets, feed, 'open');
      while (packets.count > 0) packets.take();
      return polled;
    });
    expect(polls.map(({ seen, heard }) => [seen, ...heard])).toEqual([[1], [1], [1], [0, 'closed']]);
  });
});

describe('whether a poll would find something', () => {
  /** The feed behind what is seen already: one packet of nine bytes. */
  const ROWS: readonly [title: string, items: readonly Item[], finds: boolean][] = [
    ['nothing was told', [], false],
    ['a packet that fits', [1], true],
    ['a packet that does not fit', [2], false],
    ['a packet that does not fit, and the end somewhere behind it', [2, 'closed'], true],
    ['another event', ['noise'], true],
  ];

  test.each(ROWS)('%s: %j, %j', (_, items, finds) => {
    const packets = limited();
    poll(packets, new PlayedFeed([packet(9)]), 'open');
    expect(packets.canAdvance(new PlayedFeed(eventsOf(items)))).toBe(finds);
  });
});

describe('packets that are seen', () => {
  test('are taken in order, and make room', () => {
    const [packets, feed] = [limited(), new PlayedFeed(eventsOf([3, 5, 8]))];
    expect(packets.nextLength).toBe(-1);
    poll(packets, feed, 'open');
    expect([packets.nextLength, packets.take().data.length, packets.nextLength]).toEqual([3, 3, 5]);
    expect(poll(packets, feed, 'open').seen).toBe(1);
    packets.take();
    expect([poll(packets, feed, 'open').seen, packets.nextLength]).toEqual([1, 8]);
  });

  test('make room for as many bytes as were taken', () => {
    const [packets, feed] = [limited(), new PlayedFeed(eventsOf([6, 4, 6]))];
    expect(poll(packets, feed, 'open').seen).toBe(2);
    packets.take();
    expect(poll(packets, feed, 'open').seen).toBe(2);
  });

  test('are one at a time before limits are known', () => {
    expect(poll(new VisiblePackets(), new PlayedFeed(eventsOf([1, 1])), 'open').seen).toBe(1);
  });
});

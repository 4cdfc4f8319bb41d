// What arrived and was not acted upon yet: rows of frames, with the packets, pings and end that an inbox makes of them.
import { describe, expect, test } from 'vitest';
import * as abi from '../../assembly/abi.js';
import { FAULT_MESSAGE_LATE } from '../../host/codec/faults.js';
import { core } from '../../host/codec/load.js';
import { Inbox } from '../../host/protocol/inbox.js';
import { binary, close, type Frame, more, ping, pong, ROLES, type Role, text, wire } from '../helpers/feed.js';
import { toHex } from '../helpers/raw-peer-frames.js';

const LIMITS = { maxMessageSize: 1000, maxFragments: 3, maxPackets: 4 };
/** The engine's ring for messages of 1000 bytes. */
const RING = 1023;

function inboxOf(role: Role, limits: Partial<typeof LIMITS> = {}): Inbox {
  const code = role === 'server' ? abi.ROLE_SERVER : abi.ROLE_CLIENT;
  return new Inbox(core, { ...LIMITS, ...limits, role: code });
}

function receive(inbox: Inbox, role: Role, frames: readonly Frame[]): void {
  const bytes = wire(role, frames);
  inbox.receive(bytes, bytes.length);
}

function ending(inbox: Inbox): string {
  const end = inbox.ending;
  if (end === null) return '';
  if (end.kind === 'close') return `close ${toHex(end.body)}`.trimEnd();
  return end.kind === 'fault' ? `fault ${end.fault}` : end.kind;
}

const asText = (payload: Uint8Array): string => Buffer.from(payload).toString();

const RECEIVED: readonly [title: string, frames: readonly Frame[], packets: number, pings: string[], end: string][] = [
  ['nothing', [], 0, [], ''],
  ['packets', [text('a'), binary('bc')], 2, [], ''],
  ['a message in parts (RFC 6455 §5.4)', [text('a', { fin: false }), ping('x'), more('b')], 1, ['x'], ''],
  ['a message that has not ended', [text('a', { fin: false })], 0, [], ''],
  ['pings, oldest first', [ping('1'), ping('2')], 0, ['1', '2'], ''],
  ['a pong that nobody asked for (§5.5.3)', [pong('x'), text('a')], 1, [], ''],
  ['a close, and what must not follow it (§5.5.1)', [text('a'), close(1000), text('b'), ping()], 1, [], 'close 03e8'],
  ['a close without a code', [close(null)], 0, [], 'close'],
  ['a fault behind a packet', [text('a'), text('b', { rsv: 4 }), text('c')], 1, [], `fault ${abi.FAULT_RESERVED_BITS}`],
  ['as large a message as is taken', [binary(new Uint8Array(1000))], 1, [], ''],
  ['a larger one', [binary(new Uint8Array(1001))], 0, [], `fault ${abi.FAULT_MESSAGE_TOO_BIG}`],
  [
    'more parts than are taken',
    [text('', { fin: false }), ...Array.from({ length: 3 }, () => more('', { fin: false }))],
    0,
    [],
    `fault ${abi.FAULT_TOO_MANY_FRAGMENTS}`,
  ],
];

describe.each(ROLES)('the inbox of a %s', (role) => {
  test.each(RECEIVED)('keeps of %s what it has to', (_, frames, packets, pings, end) => {
    const inbox = inboxOf(role);
    receive(inbox, role, frames);
    expect([inbox.packets.count, inbox.takePings().map(asText), ending(inbox)]).toEqual([packets, pings, end]);
    expect(inbox.takePings()).toEqual([]);
    inbox.release();
  });
});

const filledWith = (...sizes: number[]): Inbox => {
  const inbox = inboxOf('client');
  receive(
    inbox,
    'client',
    sizes.map((size) => binary(new Uint8Array(size))),
  );
  return inbox;
};

const LEVELS: readonly [sizes: readonly number[], isFull: boolean, isRoomy: boolean][] = [
  [[], false, true],
  [[1, 1], false, true],
  [[1, 1, 1], false, false],
  [[1, 1, 1, 1], true, false],
  [[511], false, true],
  [[512], false, false],
  [[1000, RING - 1001], false, false],
  [[1000, RING - 1000], true, false],
];

describe('how much fits', () => {
  test.each(LEVELS)('with packets of %j bytes it is full: %j, roomy: %j', (sizes, isFull, isRoomy) => {
    const inbox = filledWith(...sizes);
    expect([inbox.isFull, inbox.isRoomy]).toEqual([isFull, isRoomy]);
  });

  test('is shown up to the packets and the bytes of a ring, the rest in further polls', () => {
    const inbox = filledWith(600, 423, 1, 1, 1, 1);
    expect([inbox.reveal(), inbox.canAdvance, inbox.reveal()]).toEqual([2, false, 0]);
    inbox.packets.take();
    expect([inbox.canAdvance, inbox.reveal(), inbox.packets.visible]).toEqual([true, 3, 4]);
  });

  test('is kept after the own goodbye, and no more; pings are not kept at all', () => {
    const inbox = filledWith(1, 1, 1);
    inbox.discardsExcess = true;
    receive(inbox, 'client', [text('fits'), ping('x'), text('lost'), close(1000)]);
    expect([inbox.packets.count, inbox.takePings(), ending(inbox)]).toEqual([4, [], 'close 03e8']);
  });

  test('of pings is 64, of more the newest counts (RFC 6455 §5.5.3)', () => {
    const inbox = inboxOf('client');
    receive(
      inbox,
      'client',
      Array.from({ length: 100 }, (_, index) => ping(String(index))),
    );
    const pings = inbox.takePings().map(asText);
    expect([pings.length, pings[0], pings[62], pings[63]]).toEqual([64, '0', '62', '99']);
  });
});

describe('whether a poll would find something', () => {
  const ROWS: readonly [title: string, frames: readonly Frame[], finds: boolean][] = [
    ['nothing came', [], false],
    ['a message has begun', [text('a', { fin: false })], false],
    ['a packet', [text('a')], true],
    ['a ping', [ping()], true],
    ['a pong', [pong()], false],
    ['the end', [close(1000)], true],
  ];

  test.each(ROWS)('%s: %j, %j', (_, frames, finds) => {
    const inbox = inboxOf('client');
    receive(inbox, 'client', frames);
    expect(inbox.canAdvance).toBe(finds);
    inbox.release();
  });

  test('the end behind packets that are not shown yet is none, it waits for them', () => {
    const inbox = filledWith(1, 1, 1, 1, 1);
    inbox.reveal();
    inbox.streamEnded();
    expect(inbox.canAdvance).toBe(false);
    inbox.packets.take();
    inbox.reveal();
    expect(inbox.canAdvance).toBe(true);
  });
});

describe('the end', () => {
  const FIRST: readonly [title: string, end: (inbox: Inbox) => void, shown: string][] = [
    ['a close', (inbox) => receive(inbox, 'client', [close(1000)]), 'close 03e8'],
    ['a fault', (inbox) => receive(inbox, 'client', [text('', { rsv: 1 })]), `fault ${abi.FAULT_RESERVED_BITS}`],
    ['the end of the stream', (inbox) => inbox.streamEnded(), 'stream ended'],
    ['a late message', (inbox) => inbox.messageIsLate(), `fault ${FAULT_MESSAGE_LATE}`],
  ];

  test.each(FIRST)('is the first one: %s', (_, end, shown) => {
    const inbox = inboxOf('client');
    end(inbox);
    inbox.streamEnded();
    inbox.messageIsLate();
    receive(inbox, 'client', [text('late'), close(1001)]);
    expect([ending(inbox), inbox.packets.count]).toEqual([shown, 0]);
  });

  test('ends the message that has begun', () => {
    const inbox = inboxOf('client');
    expect(inbox.isMidMessage).toBe(false);
    receive(inbox, 'client', [text('a', { fin: false })]);
    expect(inbox.isMidMessage).toBe(true);
    inbox.streamEnded();
    expect(inbox.isMidMessage).toBe(false);
    inbox.release();
  });
});

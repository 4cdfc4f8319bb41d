// Warnings about games that wait in vain, each made once in a process. The module is loaded anew for each test.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CLOSED, OPEN, type State } from '../../host/protocol/lifecycle.js';
import type * as neglect from '../../host/protocol/neglect.js';
import { NEWS, REPORT, SETTINGS, type SessionOwner } from '../../host/protocol/session.js';
import { defaultValues } from '../../host/protocol/settings.js';
import { MemoryLoop } from '../helpers/memory-stream-loop.js';

let heard: string[];
let owner: SessionOwner;
let loop: MemoryLoop;
let it: typeof neglect;

beforeEach(async () => {
  vi.resetModules();
  it = await import('../../host/protocol/neglect.js');
  // The keys of the fresh modules.
  const session = await import('../../host/protocol/session.js');
  heard = [];
  loop = new MemoryLoop();
  const report = (message: string, kind = 'error'): void => void heard.push(`${kind}: ${message}`);
  owner = {
    [SETTINGS]: defaultValues(),
    [NEWS]: () => {},
    [REPORT]: report,
  };
  Object.assign(owner, { [session.REPORT]: report });
});

describe('a connection that nobody polls', () => {
  const expectPoll = (hasNews: boolean) => it.expectPoll(loop, owner, () => hasNews);

  test('is told of once, when news has waited', () => {
    expectPoll(true);
    loop.advance(5999);
    expect(heard).toEqual([]);
    expectPoll(true);
    loop.advance(1e6);
    expect(heard).toEqual([expect.stringMatching(/^warning: poll: .* 5 s ago and nobody has polled it; call it once/)]);
  });

  test('is not told of while there is no news, or when it is polled after all', () => {
    expectPoll(false);
    const alarm = expectPoll(true);
    loop.advance(5500);
    alarm?.cancel();
    loop.advance(1e6);
    expect([heard, loop.pendingAlarms]).toEqual([[], 0]);
  });

  test('needs no timer once any was polled', () => {
    it.notePoll();
    expect([expectPoll(true), loop.pendingAlarms]).toEqual([null, 0]);
  });
});

describe('packets that nobody takes', () => {
  const first = new Uint8Array(1);
  const queue = { count: 4096, place: 7, firstChunk: first };
  const reader = (state: State = OPEN) => ({ state, owner, context: { clock: loop } });

  test('are told of once, and one timer is enough', () => {
    for (let time = 0; time < 3; time += 1) it.expectTaking(reader(), queue);
    expect(loop.pendingAlarms).toBe(1);
    loop.advance(5000);
    it.expectTaking(reader(), queue);
    expect(heard).toEqual([
      expect.stringMatching(/^warning: get_packet: 4096 packets wait, and none was taken for 5 s/),
    ]);
    expect(loop.pendingAlarms).toBe(0);
  });

  test('are told of later, when the first of them was deflated and became another', () => {
    const changing = { ...queue };
    it.expectTaking(reader(), changing);
    changing.firstChunk = new Uint8Array(9);
    loop.advance(5000);
    expect([heard, loop.pendingAlarms]).toEqual([[], 1]);
    loop.advance(5000);
    expect([heard.length, loop.pendingAlarms]).toEqual([1, 0]);
  });

  test.each([
    ['some were taken', OPEN, { place: 9 }],
    ['all were taken, and as many have come', OPEN, { firstChunk: new Uint8Array(1) }],
    ['the connection has ended', CLOSED, {}],
  ] as const)('are not told of when %s, and are watched again', (_, state, later) => {
    const changing = { ...queue };
    it.expectTaking(reader(state), changing);
    Object.assign(changing, later);
    loop.advance(5000);
    expect(heard).toEqual([]);
    it.expectTaking(reader(), queue);
    expect(loop.pendingAlarms).toBe(1);
  });
});

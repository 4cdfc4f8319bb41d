// The flow of one link: credit, packets in several records, ends behind what waits.
import { beforeEach, describe, expect, it } from 'vitest';
import { CLOSE, CREDIT, DATA, MORE } from '../../host/cluster/batch.js';
import {
  costOf,
  FRAGMENT,
  finalCost,
  LinkReceiver,
  LinkSender,
  MAX_PACKET,
  WINDOW,
} from '../../host/cluster/link-flow.js';
import { decodeCredit } from '../../host/cluster/link-records.js';
import type { Pair } from '../../host/cluster/pair.js';

interface Put {
  readonly kind: number;
  readonly flags: number;
  readonly length: number;
}

const LINK = 5;
let puts: Put[];
let pair: Pair & { hasRoom: boolean };
let alarms: (() => void)[];
const clock = {
  alarm: (_: number, callback: () => void) => {
    alarms.push(callback);
    return { cancel: () => alarms.splice(alarms.indexOf(callback), 1) };
  },
};

beforeEach(() => {
  puts = [];
  alarms = [];
  const put = (kind: number, flags: number, link: number, _: null, { length }: Uint8Array): void => {
    expect(link).toBe(LINK);
    puts.push({ kind, flags, length });
  };
  pair = { hasRoom: true, put } as unknown as typeof pair;
});

const packet = (length: number): Uint8Array => new Uint8Array(length);
const sent = (): number[] => puts.filter(({ kind }) => kind === DATA).map(({ length }) => length);

describe('a sender', () => {
  it('sends until its credit is used, and the rest when it is given back', () => {
    const sender = new LinkSender(pair, LINK);
    for (let i = 0; i < 10; i += 1) sender.send(packet(60_000));
    expect(sent()).toEqual(Array(5).fill(60_000)); // the fifth overdraws
    expect([sender.waitingPackets, sender.waitingBytes, sender.isFree]).toEqual([5, 300_000, false]);
    sender.granted(2 * costOf(60_000));
    expect(sent()).toHaveLength(7);
    sender.granted(WINDOW);
    sender.granted(WINDOW);
    expect(sent()).toHaveLength(10);
    expect([sender.waitingPackets, sender.waitingBytes, sender.isFree]).toEqual([0, 0, true]);
  });

  it('waits for room in the window of the processes', () => {
    const sender = new LinkSender(pair, LINK);
    pair.hasRoom = false;
    sender.send(packet(10));
    expect(sent()).toEqual([]);
    pair.hasRoom = true;
    sender.pump();
    expect(sent()).toEqual([10]);
  });

  it('keeps a copy of what waits', () => {
    const sender = new LinkSender(pair, LINK);
    pair.hasRoom = false;
    const bytes = Uint8Array.of(1);
    sender.send(bytes);
    let taken: Uint8Array | null = null;
    Object.assign(pair, {
      put: (_kind: number, _flags: number, _link: number, _head: null, payload: Uint8Array) => {
        taken = payload;
      },
    });
    bytes[0] = 2;
    pair.hasRoom = true;
    sender.pump();
    expect(taken).toEqual(Uint8Array.of(1));
  });

  it.each([
    [FRAGMENT, [FRAGMENT]],
    [FRAGMENT + 1, [FRAGMENT, 1]],
    [2 * FRAGMENT, [FRAGMENT, FRAGMENT]],
    [3 * FRAGMENT + 5, [FRAGMENT, FRAGMENT, FRAGMENT, 5]],
  ])('sends %i bytes in records of %j, the last one without MORE', (length, lengths) => {
    const sender = new LinkSender(pair, LINK);
    sender.send(packet(length));
    sender.granted(WINDOW);
    expect(sent()).toEqual(lengths);
    expect(puts.map(({ flags }) => flags)).toEqual(lengths.map((_, place) => (place < lengths.length - 1 ? MORE : 0)));
    const held = lengths.slice(0, -1).slice(0, 2).concat(lengths.slice(-1));
    expect(finalCost(length)).toBe(held.reduce((sum, part) => sum + costOf(part), 0));
  });

  it('never has more credit than the window, whatever the other side grants', () => {
    const sender = new LinkSender(pair, LINK);
    sender.granted(2 ** 32 - 1);
    for (let i = 0; i < 10; i += 1) sender.send(packet(60_000));
    expect(sent()).toHaveLength(5);
  });

  it('ends behind what waits, after ten seconds at the latest', () => {
    for (const isPatient of [true, false]) {
      puts = [];
      const sender = new LinkSender(pair, LINK);
      pair.hasRoom = false;
      sender.send(packet(10));
      let parted = 0;
      sender.finish(1000, '', clock, () => {
        parted += 1;
      });
      expect([puts, parted]).toEqual([[], 0]);
      if (isPatient) {
        pair.hasRoom = true;
        sender.pump();
        expect(puts.map(({ kind }) => kind)).toEqual([DATA, CLOSE]);
      } else {
        alarms[0]?.();
        expect(puts.map(({ kind }) => kind)).toEqual([CLOSE]);
      }
      expect([parted, alarms.length]).toEqual([1, 0]);
    }
  });
});

describe('a receiver', () => {
  it('gives back what was spent, no more and no less, and never stops the sender', () => {
    let [spent, back] = [0, 0];
    const taken: number[] = [];
    const put = (kind: number, flags: number, _link: number, _head: null, payload: Uint8Array): void => {
      if (kind === CREDIT) {
        const cost = decodeCredit(payload) as number;
        back += cost;
        queue.push(() => sender.granted(cost));
        return;
      }
      spent += costOf(payload.length);
      const bytes = payload.slice();
      queue.push(() => {
        const whole = receiver.receive(flags, bytes);
        if (whole instanceof Uint8Array) taken.push(whole.length);
      });
    };
    const queue: (() => void)[] = [];
    const both = { hasRoom: true, put } as unknown as Pair;
    const [sender, receiver] = [new LinkSender(both, LINK), new LinkReceiver(both, LINK)];
    const lengths = [0, 1, FRAGMENT, FRAGMENT + 1, 2 * FRAGMENT, 2 * FRAGMENT + 1, 3 * FRAGMENT, 9 * FRAGMENT + 5];
    const sizes = [...lengths, ...lengths.toReversed(), ...lengths];
    for (const length of sizes) sender.send(packet(length));
    for (let done = 0; done < sizes.length; ) {
      while (queue.length > 0) queue.shift()?.();
      expect(taken.length).toBeGreaterThan(done);
      receiver.giveBack(finalCost(taken[done] as number));
      done += 1;
    }
    expect(taken).toEqual(sizes);
    expect(spent - back).toBeGreaterThanOrEqual(0);
    expect(spent - back).toBeLessThan(WINDOW / 4);
  });

  it('gives credit back in lumps', () => {
    const receiver = new LinkReceiver(pair, LINK);
    for (let i = 0; i < 1023; i += 1) receiver.giveBack(64);
    expect(puts).toEqual([]);
    receiver.giveBack(64);
    expect(puts).toEqual([{ kind: CREDIT, flags: 0, length: 4 }]);
  });

  it('puts packets together, and gives back what is above two records and the last one at once', () => {
    const receiver = new LinkReceiver(pair, LINK);
    const part = new Uint8Array(FRAGMENT).fill(1);
    expect(receiver.receive(MORE, part)).toBeNull();
    part.fill(9); // the message's memory is used again
    expect(receiver.receive(MORE, part)).toBeNull();
    expect(puts).toEqual([]);
    for (const left of [1, 2]) {
      expect(receiver.receive(MORE, part)).toBeNull();
      expect(puts.filter(({ kind }) => kind === CREDIT)).toHaveLength(left);
    }
    const whole = receiver.receive(0, Uint8Array.of(7)) as Uint8Array;
    expect([whole.length, whole[0], whole[FRAGMENT], whole.at(-1)]).toEqual([4 * FRAGMENT + 1, 1, 9, 7]);
  });

  it.each([
    ['a part that is not full', MORE, FRAGMENT - 1],
    ['a part that is too long', MORE, FRAGMENT + 1],
    ['a packet in one record that is too long', 0, FRAGMENT + 1],
  ])('refuses %s', (_, flags, length) => {
    expect(new LinkReceiver(pair, LINK).receive(flags, packet(length))).toBe('broken');
  });

  it('refuses a packet without an end', () => {
    const receiver = new LinkReceiver(pair, LINK);
    const part = packet(FRAGMENT);
    for (let bytes = 0; bytes < MAX_PACKET; bytes += FRAGMENT) expect(receiver.receive(MORE, part)).toBeNull();
    expect(receiver.receive(MORE, part)).toBe('broken');
  });
});

// The parts that need no socket: addresses as text, the byte queue, the bell.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canBeHost, parseAddress, showAddress } from '../../../host/transport/address.js';
import { Bell } from '../../../host/transport/bell.js';
import { ByteQueue } from '../../../host/transport/byte-queue.js';

describe('addresses', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['::', '0:0:0:0:0:0:0:0'],
    ['fe80::00fc:FF:fe00:1', 'fe80:0:0:0:fc:ff:fe00:1'],
    ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0:0:0:c000:221'],
    ['localhost', 'localhost'],
    ['', ''],
  ])('%s is shown as %s', (text, shown) => {
    expect(showAddress(text)).toBe(shown);
  });

  it.each([
    '',
    'localhost',
    '300.1.1.1',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.-4',
    '1.2.3.4 ',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    '1.2.3.4::',
    '::1.2.3.4.5',
    '[::1]',
  ])('"%s" is no address', (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  it('reads back what it shows', () => {
    const groups = fc.uint16Array({ minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(groups, (expected) => {
        const text = Array.from(expected, (group) => group.toString(16)).join(':');
        expect(parseAddress(text)).toEqual(expected);
        expect(parseAddress(showAddress(text))).toEqual(expected);
      }),
      { seed: 9080 },
    );
  });

  it.each(['', '*', 'no such host', 'a\tb', 'a\0b', 'x'.repeat(256)])('"%s" can be no host', (host) => {
    expect(canBeHost(host)).toBe(false);
  });

  it.each(['localhost', '::1', 'bücher.example', 'a_b.example'])('"%s" can be a host', (host) => {
    expect(canBeHost(host)).toBe(true);
  });
});

describe('a byte queue', () => {
  it('gives back what it took, in order, whatever the sizes', () => {
    const step = fc.record({ push: fc.uint8Array({ maxLength: 9000 }), take: fc.nat(12_000) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const queue = new ByteQueue();
        let waiting = Buffer.alloc(0);
        for (const { push, take } of steps) {
          queue.push(push);
          waiting = Buffer.concat([waiting, push]);
          expect(queue.length).toBe(waiting.length);
          expect(waiting.subarray(0, take).equals(queue.take(take))).toBe(true);
          waiting = waiting.subarray(take);
        }
      }),
      { seed: 9080, numRuns: 60 },
    );
  });

  it('copies: later changes of the chunk change nothing', () => {
    const queue = new ByteQueue();
    const chunk = Uint8Array.of(1, 2, 3);
    queue.push(chunk);
    chunk.fill(9);
    expect(queue.take(3)).toEqual(Uint8Array.of(1, 2, 3));
  });
});

describe('a bell', () => {
  function makeBell(): { bell: Bell; endTurn: () => void; raised: () => number } {
    let raised = 0;
    const orders: (() => void)[] = [];
    const bell = new Bell({ atTurnEnd: (callback) => orders.push(callback) }, () => {
      raised += 1;
    });
    const endTurn = (): void => {
      for (const order of orders.splice(0)) order();
    };
    return { bell, endTurn, raised: () => raised };
  }

  it('is heard once at the end of the turn, and again only after somebody looked', () => {
    const { bell, endTurn, raised } = makeBell();
    bell.ring();
    bell.ring();
    expect(raised()).toBe(0);
    endTurn();
    bell.ring();
    endTurn();
    expect(raised()).toBe(1);
    bell.silence();
    bell.ring();
    endTurn();
    expect(raised()).toBe(2);
  });

  it('is not heard when somebody looked before the turn ended', () => {
    const { bell, endTurn, raised } = makeBell();
    bell.ring();
    bell.silence();
    endTurn();
    expect(raised()).toBe(0);
    bell.ring();
    bell.silence();
    bell.ring();
    endTurn();
    expect(raised()).toBe(1);
  });
});

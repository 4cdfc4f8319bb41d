// Things by their owners, judged by plain arrays; and whose an address is.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../host/transport/address.js';
import { type Holding, Shares } from '../../host/transport/shares.js';

interface Thing {
  readonly number: number;
  readonly owner: string | null;
}

describe('shares', () => {
  it('know the largest share and its ends, whatever is added and removed', () => {
    const step = fc.record({ owner: fc.constantFrom('a', 'b', 'c', null), leaves: fc.nat(3), which: fc.nat(1000) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const shares = new Shares<Thing>();
        const kept: { thing: Thing; holding: Holding<Thing> }[] = [];
        for (const [number, { owner, leaves, which }] of steps.entries()) {
          const thing = { number, owner };
          kept.push({ thing, holding: shares.add(thing, owner) });
          for (let left = 0; left < leaves - 1 && kept.length > 0; left += 1) {
            const [gone] = kept.splice(which % kept.length, 1);
            if (gone !== undefined) shares.remove(gone.holding);
          }
          const things = kept.map((one) => one.thing);
          const of = (name: string | null) => things.filter((one) => one.owner === name);
          expect(shares.count).toBe(things.length);
          for (const name of ['a', 'b', 'c']) expect(shares.of(name)).toBe(of(name).length);
          const most = Math.max(0, of(null).length > 0 ? 1 : 0, ...['a', 'b', 'c'].map((name) => of(name).length));
          const { largest } = shares;
          expect(largest?.size ?? 0).toBe(most);
          if (largest === null) continue;
          const same = largest.oldest.owner === null ? [largest.oldest] : of(largest.oldest.owner);
          expect([same.length, same[0], same.at(-1)]).toEqual([most, largest.oldest, largest.newest]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('of equal size are in the order in which they have become that large', () => {
    const shares = new Shares<string>();
    const first = shares.add('a1', 'a');
    shares.add('b1', 'b');
    expect(shares.largest?.oldest).toBe('a1');
    shares.remove(first);
    shares.add('a2', 'a');
    expect(shares.largest?.oldest).toBe('b1');
  });
});

const NETWORKS: readonly [address: string, network: string][] = [
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::ffff:c000:201', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::9', '2001:db8:1:3::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['', ''],
  ['not an address', 'not an address'],
];

it.each(NETWORKS)('the address %j is counted as %j', (address, network) => expect(networkOf(address)).toBe(network));

// What proxies say about their visitors: hops of X-Forwarded-For and Forwarded, nearest first.
import { describe, expect, test } from 'vitest';
import { forwarded, forwardedFor, forwardedProto } from '../../host/protocol/forwarded.js';

const LISTED: readonly [values: string[], addresses: string[]][] = [
  [[], []],
  [['203.0.113.9'], ['203.0.113.9']],
  [
    ['1.1.1.1, 2.2.2.2', '3.3.3.3,4.4.4.4'],
    ['4.4.4.4', '3.3.3.3', '2.2.2.2', '1.1.1.1'],
  ],
  [['203.0.113.9:4711'], ['203.0.113.9']],
  [['2001:DB8::1'], ['2001:db8:0:0:0:0:0:1']],
  [['[2001:db8::1]'], ['2001:db8:0:0:0:0:0:1']],
  [['[2001:db8::1]:4711'], ['2001:db8:0:0:0:0:0:1']],
  [['::ffff:203.0.113.9'], ['203.0.113.9']],
  [['unknown'], ['']],
  [['_hidden'], ['']],
  [['game.example'], ['']],
  [['[203.0.113.9]'], ['']],
  [['[::1'], ['']],
  [['[::1]x'], ['']],
  [['203.0.113.9:'], ['']],
  [['203.0.113.9:x'], ['']],
  [['1.1.1.1,'], ['', '1.1.1.1']],
  [[',1.1.1.1'], ['1.1.1.1', '']],
  [[''], ['']],
  [['"203.0.113.9"'], ['']],
  [[`::${'0'.repeat(100)}1`], ['']],
];

const NAMED: readonly [values: string[], hops: string[]][] = [
  [[], []],
  [['for=203.0.113.9'], ['203.0.113.9 ']],
  [['For = x'], [' ']],
  [['FOR=203.0.113.9;Proto=HTTPS;by=10.0.0.1'], ['203.0.113.9 https']],
  [['for="203.0.113.9:4711" ; proto=http'], ['203.0.113.9 http']],
  [['for="[2001:db8::1]:4711"'], ['2001:db8:0:0:0:0:0:1 ']],
  [['for="[2001:db8::1]:_port"'], ['2001:db8:0:0:0:0:0:1 ']],
  [['for="\\2\\03.0.113.9"'], ['203.0.113.9 ']],
  [['for=unknown'], [' ']],
  [['for=_hidden;proto=https'], [' https']],
  [['for="_SEVKISEK"'], [' ']],
  [
    ['for=1.1.1.1;proto=https, for=2.2.2.2', 'for=3.3.3.3'],
    ['3.3.3.3 ', '2.2.2.2 ', '1.1.1.1 https'],
  ],
  [['for=1.1.1.1;x="a,b;for=6.6.6.6"'], ['1.1.1.1 ']],
  [['by=10.0.0.1'], [' ']],
  [['for=6.6.6.6;x="a","b"'], [' ', '6.6.6.6 ']],
  [['for=1.1.1.1,'], [' ', '1.1.1.1 ']],
  [['for=1.1.1.1;'], ['1.1.1.1 ']],
  [[''], [' ']],
];

const MALFORMED: readonly string[] = [
  'for="203.0.113.9',
  'for="203.0.113.9\\',
  'for=203.0.113.9"',
  'for="203.0.113.9"x',
  'for="203.0.113.9" "a"',
  '203.0.113.9',
  '=203.0.113.9',
  'for',
  'for=6.6.6.6;for=203.0.113.9',
  'proto=http;for=203.0.113.9;proto=https',
  'for=6.6.6.6 x=",for=203.0.113.9"',
];

/** What a visitor leaves open, and what an honest proxy adds behind it. */
const OPENED: readonly string[] = ['for="x', 'for=6.6.6.6;x="', 'for=6.6.6.6;x="\\', '"', '\\"', 'x="a\\"', '='];
const ADDED: readonly [element: string, hop: string][] = [
  ['for=203.0.113.9', '203.0.113.9 '],
  ['for="[2001:db8::1]:4711";proto=https', '2001:db8:0:0:0:0:0:1 https'],
  ['host="a,\\"b\\\\";for=203.0.113.9', '203.0.113.9 '],
];

describe('X-Forwarded-For', () => {
  test.each(LISTED)('%j names %j', (values, addresses) => {
    expect([...forwardedFor(values)].map(({ address }) => address)).toEqual(addresses);
  });
});

describe('X-Forwarded-Proto', () => {
  test.each([
    [[], ''],
    [['https'], 'https'],
    [['https, HTTP '], 'http'],
    [['http', 'https'], 'https'],
  ])('%j says %j', (values, proto) => {
    expect(forwardedProto(values)).toBe(proto);
  });
});

describe('Forwarded', () => {
  test.each(NAMED)('%j names %j', (values, hops) => {
    expect([...forwarded(values)].map(({ address, proto }) => `${address} ${proto}`)).toEqual(hops);
  });

  test.each(MALFORMED)('%j hides its line, not the line before', (value) => {
    expect([...forwarded(['for=1.1.1.1', value])].map(({ address }) => address)).toEqual(['', '1.1.1.1']);
  });
});

describe('behind what a visitor leaves open', () => {
  test.each(OPENED.flatMap((opened) => ADDED.map((added) => [opened, ...added] as const)))(
    '%j, %j is read',
    (opened, element, hop) => {
      const [first, ...others] = [...forwarded([`${opened}, ${element}`])];
      expect(`${first?.address} ${first?.proto}`).toBe(hop);
      expect(others.map(({ address }) => address)).toEqual(['']);
    },
  );
});

describe('a long header', () => {
  test.each([
    ['X-Forwarded-For', forwardedFor, '1.1.1.1,'],
    ['Forwarded', forwarded, 'for="1.1.1.1";proto=http,'],
    ['Forwarded of quotation marks', forwarded, '"\\"'],
    ['Forwarded of escaped marks', forwarded, '\\\\\\"'],
    ['Forwarded of strings', forwarded, '"",'],
    ['Forwarded of semicolons', forwarded, ';;;;;;;;'],
  ] as const)('of %s costs time in proportion to its length', (_name, hops, piece) => {
    const timeOf = (count: number): number => {
      const text = piece.repeat(count);
      const began = performance.now();
      for (const hop of hops([text])) if (hop.address === 'x') throw new Error('unexpected');
      return performance.now() - began;
    };
    timeOf(2000);
    const best = (count: number): number => Math.min(timeOf(count), timeOf(count), timeOf(count));
    // 16 times the length: 256 times the time if it were quadratic.
    expect(best(32_000)).toBeLessThan(100 * best(2000) + 20);
  });
});

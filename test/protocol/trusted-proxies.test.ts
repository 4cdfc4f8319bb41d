// Which neighbours are trusted proxies, and which entries of the setting are refused.
import { describe, expect, test } from 'vitest';
import { checkProxies, TrustedProxies } from '../../host/protocol/trusted-proxies.js';

const TRUSTED: readonly [entry: string, address: string][] = [
  ['10.0.0.7', '10.0.0.7'],
  ['10.0.0.7', '::ffff:10.0.0.7'],
  ['::ffff:10.0.0.7', '10.0.0.7'],
  ['::1', '0:0:0:0:0:0:0:1'],
  ['2001:DB8::7', '2001:db8:0:0::7'],
  ['fe80::1', 'fe80::1%eth0'],
  ['10.0.0.0/8', '10.255.1.2'],
  ['10.0.0.0/8', '::ffff:10.255.1.2'],
  ['10.1.2.3/8', '10.4.5.6'],
  ['192.168.4.0/22', '192.168.7.255'],
  ['10.0.0.7/32', '10.0.0.7'],
  ['0.0.0.0/0', '203.0.113.9'],
  ['::ffff:10.0.0.0/104', '10.1.1.1'],
  ['2001:db8::/32', '2001:db8:ffff::1'],
  ['2001:db8:0:8000::/49', '2001:db8:0:ffff::1'],
  ['::/0', '2001:db8::1'],
  ['::1/128', '::1'],
];

const STRANGERS: readonly [entry: string, address: string][] = [
  ['10.0.0.7', '10.0.0.8'],
  ['10.0.0.0/8', '11.0.0.0'],
  ['192.168.4.0/22', '192.168.8.0'],
  ['10.0.0.7/32', '10.0.0.6'],
  ['2001:db8::/32', '2001:db9::1'],
  ['2001:db8:0:8000::/49', '2001:db8:0:7fff::1'],
  ['::/0', '203.0.113.9'],
  ['::/0', '::ffff:203.0.113.9'],
  ['0.0.0.0/0', '2001:db8::1'],
  ['::1', '127.0.0.1'],
  ['10.0.0.0/8', ''],
  ['10.0.0.0/8', 'unknown'],
  ['unix', '10.0.0.7'],
  ['unix', 'unix'],
  ['unix', ''],
];

const BAD: readonly string[] = [
  '',
  ' ',
  '10.0.0.7 ',
  'proxy.example',
  'UNIX',
  '*',
  '10.0.0',
  '10.0.0.256',
  '010.0.0.1',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/-1',
  '10.0.0.0/+8',
  '10.0.0.0/08',
  '10.0.0.0/8/8',
  '10.0.0.0/255.0.0.0',
  '2001:db8::/129',
  '2001:db8::/1000',
  '2001:db8:::1',
  '[::1]',
  'fe80::1%eth0',
  '10.0.0.7:80',
];

describe('trusted_proxies', () => {
  test.each(TRUSTED)('%j trusts %j', (entry, address) => {
    expect(checkProxies([entry])).toBeNull();
    expect(TrustedProxies.of(['192.0.2.1', entry]).trusts(address)).toBe(true);
  });

  test.each(STRANGERS)('%j does not trust %j', (entry, address) => {
    expect(TrustedProxies.of([entry]).trusts(address)).toBe(false);
  });

  test('trusts clients of a Unix domain socket for the word "unix" alone', () => {
    expect(TrustedProxies.of(['unix']).trusts('', true)).toBe(true);
    expect(TrustedProxies.of(['::/0', '0.0.0.0/0']).trusts('', true)).toBe(false);
    expect(TrustedProxies.of([]).trusts('', true)).toBe(false);
  });

  test.each(BAD)('refuses %j by name, and does not trust it', (entry) => {
    expect(checkProxies(['10.0.0.7', entry])).toContain(`trusted_proxies: ${JSON.stringify(entry)} is no address`);
    expect(TrustedProxies.of([entry]).trusts(entry)).toBe(false);
    expect(TrustedProxies.of([entry]).trusts('10.0.0.7')).toBe(false);
  });

  test('parses a list once', () => {
    const list = ['10.0.0.7'];
    expect(TrustedProxies.of(list)).toBe(TrustedProxies.of(list));
  });
});

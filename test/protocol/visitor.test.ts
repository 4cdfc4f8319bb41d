// Who the visitor of a connection is: the neighbour, or whom a trusted proxy names.
import { describe, expect, test } from 'vitest';
import { type ProxyHeader, SERVER_DEFAULTS } from '../../host/protocol/server-settings.js';
import { Visitor } from '../../host/protocol/visitor.js';

const PROXIES = ['10.0.0.0/8', '::1', 'unix'];

interface Case {
  readonly from?: string;
  readonly isUnix?: boolean;
  readonly secure?: boolean;
  readonly header?: ProxyHeader;
  readonly trusts?: readonly string[];
  readonly head: Record<string, readonly string[]>;
}

function visitorOf({ from = '10.0.0.1', isUnix, secure = false, header, trusts = PROXIES, head }: Case): Visitor {
  const settings = { trustedProxies: trusts, proxyHeader: header ?? SERVER_DEFAULTS.proxyHeader };
  const visitor = new Visitor({ remoteAddress: from, isUnix }, secure, settings);
  visitor.read({ values: (name) => head[name] ?? [] });
  return visitor;
}

const XFF = 'x-forwarded-for';

const ADDRESSES: readonly [why: string, given: Case, address: string][] = [
  ['a neighbour without a proxy is the visitor', { from: '203.0.113.9', trusts: [], head: {} }, '203.0.113.9'],
  ['nobody is believed at start', { trusts: [], head: { [XFF]: ['6.6.6.6'] } }, '10.0.0.1'],
  ['a stranger’s header is not believed', { from: '203.0.113.9', head: { [XFF]: ['6.6.6.6'] } }, '203.0.113.9'],
  ['a trusted proxy names the visitor', { head: { [XFF]: ['203.0.113.9'] } }, '203.0.113.9'],
  [
    'a mapped address is the proxy’s, too',
    { from: '::ffff:10.0.0.1', head: { [XFF]: ['203.0.113.9'] } },
    '203.0.113.9',
  ],
  ['what the visitor wrote before it does not count', { head: { [XFF]: ['6.6.6.6, 203.0.113.9'] } }, '203.0.113.9'],
  ['in lines of its own neither', { head: { [XFF]: ['6.6.6.6', '203.0.113.9'] } }, '203.0.113.9'],
  [
    'trusted proxies in a chain are passed over',
    { head: { [XFF]: ['203.0.113.9, 10.0.0.3, 10.0.0.2'] } },
    '203.0.113.9',
  ],
  ['over lines as well', { head: { [XFF]: ['203.0.113.9', '10.0.0.3', '::1'] } }, '203.0.113.9'],
  ['a visitor inside the trusted network is the first of all', { head: { [XFF]: ['10.0.0.4, 10.0.0.2'] } }, '10.0.0.4'],
  ['"unknown" is none', { head: { [XFF]: ['203.0.113.9, unknown'] } }, ''],
  ['an empty entry is none', { head: { [XFF]: ['203.0.113.9, '] } }, ''],
  ['the entry behind garbage is not believed', { head: { [XFF]: ['6.6.6.6, <script>, 10.0.0.2'] } }, ''],
  ['without the header the proxy itself is the visitor', { head: {} }, '10.0.0.1'],
  ['the header that was not chosen does not count', { head: { forwarded: ['for=6.6.6.6'] } }, '10.0.0.1'],
  [
    'the other header can be chosen',
    { header: 'forwarded', head: { [XFF]: ['6.6.6.6'], forwarded: ['for="[2001:db8::1]:4711"'] } },
    '2001:db8:0:0:0:0:0:1',
  ],
  ['a malformed one names nobody', { header: 'forwarded', head: { forwarded: ['for=6.6.6.6;x="', 'for="'] } }, ''],
  [
    'a client of a Unix domain socket is trusted',
    { from: '', isUnix: true, head: { [XFF]: ['203.0.113.9'] } },
    '203.0.113.9',
  ],
  ['a stream without addresses is not', { from: '', head: { [XFF]: ['6.6.6.6'] } }, ''],
  [
    'nor is a Unix domain socket that is not listed',
    { from: '', isUnix: true, trusts: ['0.0.0.0/0', '::/0'], head: { [XFF]: ['6.6.6.6'] } },
    '',
  ],
];

const SECURE: readonly [why: string, given: Case, isSecure: boolean][] = [
  ['an encrypted stream is secure', { secure: true, head: {} }, true],
  ['a proxy says https', { head: { 'x-forwarded-proto': ['https'] } }, true],
  ['a proxy says wss', { head: { 'x-forwarded-proto': ['wss'] } }, true],
  ['an encrypted proxy says http', { secure: true, head: { 'x-forwarded-proto': ['http'] } }, false],
  ['the visitor’s own entry does not count', { head: { 'x-forwarded-proto': ['https, http'] } }, false],
  ['a stranger is not believed', { from: '203.0.113.9', head: { 'x-forwarded-proto': ['https'] } }, false],
  ['Forwarded says https', { header: 'forwarded', head: { forwarded: ['for=1.1.1.1;proto=https'] } }, true],
  [
    'the scheme is that of the visitor’s element',
    { header: 'forwarded', head: { forwarded: ['for=1.1.1.1;proto=https, for=10.0.0.2;proto=http'] } },
    true,
  ],
  [
    'and not that of an element before it',
    { header: 'forwarded', head: { forwarded: ['for=6.6.6.6;proto=https, for=1.1.1.1;proto=http'] } },
    false,
  ],
  [
    'of the other header the scheme does not count',
    { header: 'forwarded', head: { 'x-forwarded-proto': ['https'], forwarded: ['for=1.1.1.1'] } },
    false,
  ],
];

describe('the visitor', () => {
  test.each(ADDRESSES)('%s', (_why, given, address) => {
    expect(visitorOf(given).address).toBe(address);
  });

  test.each(SECURE)('encryption: %s', (_why, given, isSecure) => {
    expect(visitorOf(given).isSecure).toBe(isSecure);
  });

  test.each([
    ['for=203.0.113.9', '10.0.0.1', '203.0.113.9'],
    ['for=unknown', '10.0.0.1', '10.0.0.1'],
    ['for="', '10.0.0.1', '10.0.0.1'],
    ['for="', '::ffff:10.0.0.1', '10.0.0.1'],
    ['for="', '', 'unix'],
    ['for="', '203.0.113.1', '203.0.113.1'],
  ])('that %s names, through %j, is counted under %j', (value, from, counted) => {
    const settings = { ...SERVER_DEFAULTS, trustedProxies: PROXIES, proxyHeader: 'forwarded' as const };
    const visitor = new Visitor({ remoteAddress: from, isUnix: from === '' }, false, settings);
    visitor.read({ values: () => [value] });
    expect(visitor.countedAddress).toBe(counted);
  });

  test('behind a trusted proxy nobody is counted before the head is read', () => {
    const settings = { ...SERVER_DEFAULTS, trustedProxies: PROXIES };
    const proxied = new Visitor({ remoteAddress: '10.0.0.1' }, false, settings);
    expect(proxied.countedAddress).toBeNull();
    proxied.read({ values: () => ['203.0.113.9'] });
    expect(proxied.countedAddress).toBe('203.0.113.9');
    expect(new Visitor({ remoteAddress: '::ffff:203.0.113.9' }, false, settings).countedAddress).toBe('203.0.113.9');
  });
});

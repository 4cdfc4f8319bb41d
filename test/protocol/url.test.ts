// connect_to_url's URLs: the engine's verdicts, and the parts that come out.
import { describe, expect, it } from 'vitest';
import { pageUrl } from '../../host/browser/page-url.js';
import { type ParsedUrl, parseUrl } from '../../host/protocol/url.js';
import { urlRecords } from './handshake-vectors.js';

function parsed(url: string): ParsedUrl {
  const result = parseUrl(url);
  if (typeof result === 'string') throw new Error(`${url}: ${result}`);
  return result;
}

function reason(url: string): string {
  const result = parseUrl(url);
  if (typeof result !== 'string') throw new Error(`${url} was accepted: ${JSON.stringify(result)}`);
  return result;
}

/** Records that the package answers otherwise, with the line of the table of differences. */
const DIFFERS: ReadonlyMap<string, string> = new Map([
  ['ws://127.0.0.1:9?x=1', '`ws://host:9?x=1` refused | accepted, path `/?x=1`'],
]);

/** What no browser can be asked for. */
const BEYOND_BROWSERS = [
  'ws://[fe80::1%eth0]:9',
  'ws://[fe80::1%25Eth0]',
  'ws://[fe80::1%25]',
  'ws://[fe80::1%2525]',
  'ws://[fe80::1%251]:9',
  'ws://[fe80::1%25eth0.1_a~b-c]',
  'ws://no such host/',
  'ws://no such host:9/',
  'ws://999.1.1.1:9/',
];

describe('URLs recorded from the engine', () => {
  for (const { id, returned } of urlRecords) {
    const [kind, url] = [id.slice(0, id.indexOf(':')), id.slice(id.indexOf(':') + 1)];
    // A record of polling tells that connect_to_url had returned OK.
    const accepts = (kind === 'url.polled' || returned === 0) !== DIFFERS.has(url);
    it(`${kind} ${JSON.stringify(url)} is ${accepts ? 'accepted' : 'refused'}`, () => {
      expect(typeof parseUrl(url)).toBe(accepts ? 'object' : 'string');
      expect(typeof pageUrl(url)).toBe(accepts && !BEYOND_BROWSERS.includes(url) ? 'string' : 'object');
    });
  }
});

const PARTS: readonly [string, Partial<ParsedUrl>][] = [
  ['127.0.0.1:9', { secure: false, host: '127.0.0.1', port: 9, path: '/', hostHeader: '127.0.0.1:9' }],
  ['WS://LOCALHOST:9/Path', { secure: false, host: 'localhost', port: 9, path: '/Path', hostHeader: 'localhost:9' }],
  ['wss://h', { secure: true, host: 'h', port: 443, path: '/', hostHeader: 'h' }],
  ['wss://h:80/', { port: 80, hostHeader: 'h:80' }],
  ['ws://h:443/', { port: 443, hostHeader: 'h:443' }],
  ['ws://h:80/', { port: 80, hostHeader: 'h' }],
  ['ws://h:+9/', { port: 9, hostHeader: 'h:9' }],
  ['ws://h:0080/', { port: 80, hostHeader: 'h' }],
  ['ws://h:65535', { port: 65535 }],
  ['ws://user:pw@h/p', { host: 'h', path: '/p', hostHeader: 'h' }],
  ['ws://h/a@b:c', { host: 'h', path: '/a@b:c' }],
  ['ws://h#frag', { host: 'h', path: '/' }],
  ['ws://h/p#a/b?c', { path: '/p' }],
  ['ws://h?x=1', { host: 'h', path: '/?x=1' }],
  ['ws://h:9?x=a/b', { host: 'h', port: 9, path: '/?x=a/b' }],
  ['h:9/next?to=ws://other/', { secure: false, host: 'h', port: 9, path: '/next?to=ws://other/' }],
  ['ws://[::1]:9/', { host: '::1', port: 9, hostHeader: '[::1]:9' }],
  ['wss://[2001:DB8::1]/', { host: '2001:db8::1', port: 443, hostHeader: '[2001:db8::1]' }],
  ['ws://u@[::1]', { host: '::1', hostHeader: '[::1]' }],
  ['ws://[fe80::1%eth0]:9', { host: 'fe80::1%eth0', hostHeader: '[fe80::1]:9' }],
  ['ws://[fe80::1%25Eth0]', { host: 'fe80::1%Eth0', hostHeader: '[fe80::1]' }],
  ['ws://[fe80::1%25]', { host: 'fe80::1%25', hostHeader: '[fe80::1]' }],
  ['ws://[fe80::1%2525]', { host: 'fe80::1%25', hostHeader: '[fe80::1]' }],
  ['ws://[fe80::1%251]:9', { host: 'fe80::1%1', port: 9, hostHeader: '[fe80::1]:9' }],
  ['ws://[fe80::1%25eth0.1_a~b-c]', { host: 'fe80::1%eth0.1_a~b-c', hostHeader: '[fe80::1]' }],
  ['ws://MÜNCHEN.example/', { host: 'xn--mnchen-3ya.example', hostHeader: 'xn--mnchen-3ya.example' }],
  ['ws://no such host/', { host: 'no such host', hostHeader: 'no%20such%20host' }],
];

describe('the parts of a URL', () => {
  it.each(PARTS)('%j', (url, parts) => {
    expect(parsed(url)).toMatchObject(parts);
  });
});

// URL Standard: path percent-encode set, special-query percent-encode set.
const TARGETS: readonly [string, string][] = [
  ['/a b', '/a%20b'],
  ['/hé', '/h%C3%A9'],
  ['/😀', '/%F0%9F%98%80'],
  ['/\ud800', '/%EF%BF%BD'],
  ['/%20%zz%', '/%20%zz%'],
  ['/a\r\nX: 1', '/a%0D%0AX:%201'],
  ['/\0\t\x7f', '/%00%09%7F'],
  ['/"<>^`{}', '/%22%3C%3E%5E%60%7B%7D'],
  ["/~!$&'()*+,;=:@|\\[]-._", "/~!$&'()*+,;=:@|\\[]-._"],
  ['/p?"<>\'?^`{|}', '/p?%22%3C%3E%27?^`{|}'],
  ['/../a/./b', '/../a/./b'],
];

describe('URL Standard §1.3 what a request target can not hold is percent-encoded', () => {
  it.each(TARGETS)('%j', (target, path) => {
    expect(parsed(`ws://h${target}`).path).toBe(path);
  });
});

const REFUSED: readonly [string, string][] = [
  ['', 'the host is missing'],
  ['://h/', 'the scheme "" is not'],
  ['http://h/', 'the scheme "http" is not'],
  ['WSX://h/', 'the scheme "wsx" is not'],
  ['ws:///x', 'the host is missing'],
  ['ws://user@/x', 'the host is missing'],
  ['ws://?x', 'the host is missing'],
  ['ws://h:/', 'the port "" is not'],
  ['ws://h:abc/', 'the port "abc" is not'],
  ['ws://h:0/', 'the port "0" is not'],
  ['ws://h:65536/', 'the port "65536" is not'],
  ['ws://h:99999999999999999999999999/', 'the port "99999999999999999999999999" is not'],
  ['ws://h:-1/', 'the port "-1" is not'],
  ['ws://h:+/', 'the port "+" is not'],
  ['ws://h:1e3/', 'the port "1e3" is not'],
  ['ws://h: 9/', 'the port " 9" is not'],
  ['ws://h:9\r\n/', 'the port "9\\r\\n" is not'],
  ['ws://1:2:3/', 'more than one colon'],
  ['ws://::1/', 'goes in brackets'],
  ['ws://[::1/', 'no closing bracket'],
  ['ws://[::1]x/', '"x" follows the bracket'],
  ['ws://[::1]:/', 'the port "" is not'],
  ['ws://[]/', 'is not an IPv6 address'],
  ['ws://[zz]/', 'is not an IPv6 address'],
  ['ws://[1:2]/', 'is not an IPv6 address'],
  ['ws://[::\r\n1]/', 'is not an IPv6 address'],
  ['ws://[fe80::1%]/', 'is not an IPv6 address'],
  ['ws://[fe80::1%a\r\nb]/', 'is not an IPv6 address'],
  ['ws://h\r\nX: 1/', 'the host "h\\r\\nX" holds "\\r"'],
  ['ws://h\0/', 'the host "h\\u0000" holds'],
  ['ws://good\\bad/', 'the host "good\\\\bad" holds "\\\\"'],
  ['ws://a@b@c/', 'the host "b@c" holds "@"'],
  ['ws://h%0d/', 'the host "h%0d" holds "%"'],
  ['ws://mün\u2100chen/', 'is not a valid name'],
];

describe('the reason of a refusal names the part that is wrong', () => {
  it.each(REFUSED)('%j', (url, text) => {
    expect(reason(url)).toContain(text);
  });

  it('does not show user information', () => {
    for (const url of ['http://me:secret@h/', 'ws://me:secret@h:x/', 'ws://me:secret@[x]/', 'ws://me:secret@h\0/']) {
      expect(reason(url)).not.toContain('secret');
    }
  });
});

describe('a page asks its browser for the same', () => {
  const same = PARTS.map(([url]) => url).filter((url) => !BEYOND_BROWSERS.includes(url));

  it.each([...same, ...TARGETS.map(([target]) => `ws://h${target}`)])('%j', (url) => {
    const { secure, hostHeader, path } = parsed(url);
    // Browsers take the dots out of a path, and the control characters that end lines.
    const plain = url.replace(/[\t\r\n]/g, '') === url ? path : path.replace(/%0[9DA]/g, '');
    // Which of them encode '^' depends on their age.
    expect(pageUrl(url)?.replaceAll('^', '%5E')).toBe(
      new URL(`${secure ? 'wss' : 'ws'}://${hostHeader}${plain}`).href.replaceAll('^', '%5E'),
    );
  });

  it.each([...REFUSED.map(([url]) => url), ...BEYOND_BROWSERS])('and refuses %j', (url) => {
    expect(pageUrl(url)).toBe(null);
  });
});

// What a server asks of an upgrade request, rule by rule: each row breaks one of them, or comes close to it.
import { describe, expect, test } from 'vitest';
import { HeadReader } from '../../host/protocol/http-head.js';
import { judgeAccess, judgeHeaders, judgeProtocol, judgeRequestLine } from '../../host/protocol/request-rules.js';

const MAX_SIZE = 2000;

function headOf(startLine: string, headers: readonly string[] = []): HeadReader {
  const head = new HeadReader(MAX_SIZE);
  head.push(Buffer.from([startLine, ...headers, '', ''].join('\r\n')));
  return head;
}

const withHeaders = (...headers: string[]): HeadReader => headOf('GET / HTTP/1.1', headers);

const RIGHT = [
  'Host: game.example',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

/** The right headers with those of the same names replaced; a name alone removes one. */
function changed(...changes: string[]): HeadReader {
  const nameOf = (header: string): string => header.split(':')[0].toLowerCase();
  const kept = RIGHT.filter((header) => !changes.some((change) => nameOf(change) === nameOf(header)));
  return withHeaders(...kept, ...changes.filter((change) => change.includes(':')));
}

/** A verdict in one line, as rows have it: the status, then what the own game is told. */
function shown(verdict: object | string | null): unknown {
  if (verdict === null || typeof verdict === 'string' || !('fault' in verdict)) return verdict;
  return String(verdict.fault).replace(/^request refused \((\d+)\): /, '$1 ');
}

const LINES: readonly [startLine: string, target: string, authority: string | null][] = [
  ['GET / HTTP/1.1', '/', null],
  ['GET /chat?a=b#c HTTP/1.1', '/chat?a=b#c', null],
  ['GET ws://game.example:80/chat?x HTTP/1.1', '/chat?x', 'game.example:80'],
  ['GET HTTP://game.example HTTP/1.1', '/', 'game.example'],
  ['GET wss://[::1]?x=/ HTTP/1.1', '/?x=/', '[::1]'],
];

const NO_LINE = '400 the request line is not "GET target HTTP/1.1", got ';
const NO_TARGET = '400 the request target is neither a path nor a URL of a host, got ';
const BAD_LINES: readonly [startLine: string, fault: string][] = [
  ['GET /', `${NO_LINE}"GET /"`],
  ['GET  / HTTP/1.1', `${NO_LINE}"GET  / HTTP/1.1"`],
  ['GET / HTTP/1.1 ', `${NO_LINE}"GET / HTTP/1.1 "`],
  ['GET / FTP/1.1', `${NO_LINE}"GET / FTP/1.1"`],
  ['GET / HTTP/1.0', '505 the HTTP version is not 1.1, got "HTTP/1.0"'],
  ['GET / HTTP/1.10', '505 the HTTP version is not 1.1, got "HTTP/1.10"'],
  ['POST / HTTP/1.1', '405 the method is not GET, got "POST"'],
  ['get / HTTP/1.1', '405 the method is not GET, got "get"'],
  ['GET /ä HTTP/1.1', '400 the request target holds bytes beyond ASCII, got "/\ufffd\ufffd"'],
  ['GET chat HTTP/1.1', `${NO_TARGET}"chat"`],
  ['GET * HTTP/1.1', `${NO_TARGET}"*"`],
  ['GET ftp://a/ HTTP/1.1', `${NO_TARGET}"ftp://a/"`],
  ['GET ws:///chat HTTP/1.1', `${NO_TARGET}"ws:///chat"`],
  ['GET ws://user@a/ HTTP/1.1', `${NO_TARGET}"ws://user@a/"`],
  ['GET ws://a:65536/ HTTP/1.1', `${NO_TARGET}"ws://a:65536/"`],
];

const GOOD_HEADERS: readonly [what: string, ...changes: string[]][] = [
  ['that are right'],
  ['with Upgrade in a list and in capitals', 'Upgrade: h2c, WebSocket'],
  ['with Connection in a list', 'Connection: keep-alive, upgrade'],
  ['with lists in two headers (RFC 9110 §5.3)', 'Connection: keep-alive', 'Connection: Upgrade'],
  ['that announce a body of nothing', 'Content-Length: 0'],
];

const NO_HOST = '400 Host must be there once and name a host, ';
const NO_KEY = '400 Sec-WebSocket-Key must be 16 bytes in base64, ';
const BAD_HEADERS: readonly [item: string, fault: string, ...changes: string[]][] = [
  ['item 2, no Host', `${NO_HOST}it is missing`, 'Host'],
  ['item 2, an empty Host', `${NO_HOST}got ""`, 'Host:'],
  ['item 2, no host in Host', `${NO_HOST}got "a/b"`, 'Host: a/b'],
  ['item 2, two hosts', `${NO_HOST}got "a,b"`, 'Host: a', 'Host: b'],
  ['item 3, no Upgrade', '426 Upgrade must contain "websocket", it is missing', 'Upgrade'],
  ['item 3, another Upgrade', '426 Upgrade must contain "websocket", got "websockets"', 'Upgrade: websockets'],
  ['item 4, no Connection', '400 Connection must contain "Upgrade", it is missing', 'Connection'],
  ['item 4, another Connection', '400 Connection must contain "Upgrade", got "close"', 'Connection: close'],
  ['item 5, no key', `${NO_KEY}it is missing`, 'Sec-WebSocket-Key'],
  ['item 5, a short key', `${NO_KEY}got "AAAA"`, 'Sec-WebSocket-Key: AAAA'],
  [
    'item 5, two keys',
    `${NO_KEY}got "dGhlIHNhbXBsZSBub25jZQ==,dGhlIHNhbXBsZSBub25jZQ=="`,
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ],
  ['item 6, no version', '426 Sec-WebSocket-Version must be 13, it is missing', 'Sec-WebSocket-Version'],
  ['item 6, another version', '426 Sec-WebSocket-Version must be 13, got "8"', 'Sec-WebSocket-Version: 8'],
  ['a body', '400 a handshake has no body: Content-Length "5" is not 0 in a handshake', 'Content-Length: 5'],
  [
    'a body in chunks',
    '400 a handshake has no body: Transfer-Encoding is not allowed in a handshake',
    'Transfer-Encoding: chunked',
  ],
];

const SITE = 'https://game.example';
type Access = readonly [title: string, host: string, origin: string | null, hosts: string[], origins: string[]];
const LET_IN: readonly Access[] = [
  ['anybody while nothing is set', 'a', 'https://evil.example', [], []],
  ['an allowed host without its port', 'game.example:9080', null, ['game.example'], []],
  ['an allowed host with its port', 'game.example:9080', null, ['game.example:9080'], []],
  ['an allowed host in capitals', 'GAME.example', null, ['game.EXAMPLE'], []],
  ['an allowed origin in capitals', 'a', 'HTTPS://Game.Example', [], ['other', SITE]],
  ['who sends no origin, and so is no page', 'a', null, [], [SITE]],
];
const KEPT_OUT: readonly [...Access, fault: string][] = [
  ['another host', 'a', null, ['b'], [], '403 this host is not allowed (allowed_hosts), got "a"'],
  ['another port', 'a:1', null, ['a:2'], [], '403 this host is not allowed (allowed_hosts), got "a:1"'],
  ['a subdomain', 'x.a', null, ['a'], [], '403 this host is not allowed (allowed_hosts), got "x.a"'],
  ['another origin', 'a', 'http://b', [], [SITE], '403 this origin is not allowed (allowed_origins), got "http://b"'],
  ['a page without a site', 'a', 'null', [], [SITE], '403 this origin is not allowed (allowed_origins), got "null"'],
  ['an empty origin', 'a', '', [], [SITE], '403 this origin is not allowed (allowed_origins), got ""'],
];

const NO_PROTOCOL = '400 no subprotocol that both sides support (supported_protocols): asked for ';
const PROTOCOLS: readonly [offered: string | null, supported: readonly string[], answer: string][] = [
  [null, [], ''],
  ['chat', ['chat'], 'chat'],
  ['b, a', ['a', 'b'], 'b'],
  ['x,,  a ', ['a'], 'a'],
  ['Chat', ['chat'], `${NO_PROTOCOL}"Chat" of "chat"`],
  [null, ['a', 'b'], `${NO_PROTOCOL}none of "a", "b"`],
  ['a', [], `${NO_PROTOCOL}"a", none is`],
  ['', ['a'], `${NO_PROTOCOL}"" of "a"`],
];

describe('the request line (RFC 6455 §4.2.1 item 1)', () => {
  test.each(LINES)('%j asks for %j of %j', (startLine, target, authority) => {
    expect(judgeRequestLine(headOf(startLine))).toEqual({ target, authority });
  });

  test.each(BAD_LINES)('%j is refused: %s', (startLine, fault) => {
    expect(shown(judgeRequestLine(headOf(startLine)))).toBe(fault);
  });

  test('is not looked at in a head that is malformed, or too large', () => {
    expect(shown(judgeRequestLine(withHeaders('no colon')))).toMatch(/^400 the request is malformed: /);
    const large = withHeaders(`X: ${'x'.repeat(MAX_SIZE)}`);
    expect(shown(judgeRequestLine(large))).toMatch(/^431 the head of the request is too large: /);
  });
});

describe('the headers (RFC 6455 §4.2.1 items 2 to 6)', () => {
  test.each(GOOD_HEADERS)('%s are accepted', (_, ...changes) => {
    expect(judgeHeaders(changed(...changes))).toBeNull();
  });

  test.each(BAD_HEADERS)('%s: %s', (_, fault, ...changes) => {
    expect(shown(judgeHeaders(changed(...changes)))).toBe(fault);
  });
});

describe('access (RFC 6455 §10.2)', () => {
  const judge = ([, host, origin, hosts, origins]: Access): unknown =>
    shown(judgeAccess(origin === null ? changed() : changed(`Origin: ${origin}`), host, hosts, origins));

  test.each(LET_IN)('lets in %s', (...row) => {
    expect(judge(row)).toBeNull();
  });

  test.each(KEPT_OUT)('keeps out %s', (...row) => {
    const [title, host, origin, hosts, origins, fault] = row;
    expect(judge([title, host, origin, hosts, origins])).toBe(fault);
  });
});

describe('the subprotocol (RFC 6455 §4.2.2 item 5)', () => {
  test.each(PROTOCOLS)('of %j, where %j are supported: %j', (offered, supported, answer) => {
    const head = offered === null ? changed() : changed(`Sec-WebSocket-Protocol: ${offered}`);
    const verdict = judgeProtocol(head, supported);
    expect(shown(verdict)).toBe(answer);
    if (typeof verdict !== 'string') expect(verdict.isMismatch).toBe(true);
  });
});

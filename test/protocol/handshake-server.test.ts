// The server's half of the handshake: verdicts on requests, and the answers.
import { describe, expect, it, test } from 'vitest';
import { ADMISSIONS, Admission, Admissions } from '../../host/protocol/admissions.js';
import { Crowd } from '../../host/protocol/crowd.js';
import { failureOf } from '../../host/protocol/failures.js';
import { ServerHandshake, type ServerHandshakeOptions } from '../../host/protocol/handshake-server.js';
import { Hearing } from '../../host/protocol/hearing.js';
import { encodeRefusal, refuse } from '../../host/protocol/refusal.js';
import { SERVER_DEFAULTS } from '../../host/protocol/server-settings.js';
import { NEWS, REPORT, SETTINGS } from '../../host/protocol/session.js';
import { copyOf, defaultValues } from '../../host/protocol/settings.js';
import { Visitor } from '../../host/protocol/visitor.js';
import { useReports } from '../helpers/reports.js';
import {
  bytesOf,
  ENGINE_LIMIT,
  expand,
  FEEDINGS,
  fromHex,
  golden,
  type HandshakeConfig,
  OUTCOME,
  SAMPLE_KEY,
  sampleTools,
  TAIL,
  textOf,
} from './handshake-vectors.js';

function visitor(isSecure: boolean): Visitor {
  return new Visitor({ remoteAddress: '' }, isSecure, SERVER_DEFAULTS);
}

function makeServer(config: HandshakeConfig = {}, more: Partial<ServerHandshakeOptions> = {}): ServerHandshake {
  return new ServerHandshake({
    protocols: config.supported_protocols ?? [],
    headers: config.handshake_headers ?? [],
    maxSize: ENGINE_LIMIT,
    visitor: visitor(false),
    hook: null,
    allowedOrigins: [],
    allowedHosts: [],
    tools: sampleTools,
    ...more,
  });
}

const HEADERS = [
  'Host: example.test:99',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Key: ${SAMPLE_KEY}`,
  'Sec-WebSocket-Version: 13',
];

/** The standard request with the headers of the same names as in `changes` replaced; 'Name' alone removes one. */
function request(changes: readonly string[] = [], line = 'GET /chat HTTP/1.1'): string {
  const nameOf = (header: string): string => header.split(':')[0];
  const kept = HEADERS.filter((header) => !changes.some((change) => nameOf(change) === nameOf(header)));
  return `${[line, ...kept, ...changes.filter((change) => change.includes(':'))].join('\r\n')}\r\n\r\n`;
}

function ask(text: string, config?: HandshakeConfig, more?: Partial<ServerHandshakeOptions>): ServerHandshake {
  const server = makeServer(config, more);
  server.push(bytesOf(text));
  return server;
}

function statusOf(server: ServerHandshake): string {
  return textOf(server.response).split(' ')[1] ?? '';
}

// --- requests recorded from the engine --------------------------------------------------------------------------

const IN_FULL = 'server accepts any `Connection`, any key, any length of request line | RFC 6455 §4.2.1 in full';
const NO_LENIENCE = 'smuggling | no body, no folding, no bare LF';
/** Recorded verdicts that differ: what it is here, and why. */
const JUDGED_OTHERWISE: ReadonlyMap<string, readonly ['accepted' | 'refused', string]> = new Map([
  ['ok_no_host', ['refused', IN_FULL]],
  ['upgrade_list', ['accepted', IN_FULL]],
  ['connection_keepalive_only', ['refused', IN_FULL]],
  ['blank_key', ['refused', IN_FULL]],
  ['dup_key', ['refused', IN_FULL]],
  ['extra_words', ['refused', IN_FULL]],
  [
    'header_empty_value',
    ['accepted', 'a header with an empty value and no blank is refused | accepted (RFC 9110 §5.5)'],
  ],
  ['non_ascii', ['refused', 'bytes beyond ASCII in a request target | refused']],
  ['lf_only', ['refused', NO_LENIENCE]],
  ['tls_hello', ['refused', NO_LENIENCE]],
  ['size_4097', ['refused', 'request larger than 4096 bytes: CONNECTING for ever | 431, CLOSED']],
  ['size_6000', ['refused', 'request larger than 4096 bytes: CONNECTING for ever | 431, CLOSED']],
]);

/** In a request line of four words, or with bytes beyond ASCII, there is no URL; the engine looks for one last. */
const OTHER_URLS: ReadonlyMap<string, string> = new Map([
  ['extra_words', ''],
  ['non_ascii', ''],
  ['header_empty_value', 'ws://example.test:99/chat'],
]);

describe('§4.2 requests recorded from the engine', () => {
  for (const record of golden.server_requests) {
    const [expected, why] = JUDGED_OTHERWISE.get(record.id) ?? [OUTCOME[record.state_after], ''];
    const head =
      record.request_hex === undefined
        ? bytesOf(expand(record.request ?? '', record.notes))
        : fromHex(record.request_hex);
    for (const { how, feed } of FEEDINGS) {
      if (expected === 'reading' && how.startsWith('with')) continue;
      it(`${record.id}, ${how}: ${expected} ${why}`, () => {
        const server = makeServer(record.config);
        const used = feed(server, head);
        expect([server.outcome, server.fault]).toEqual([expected, expected === 'refused' ? server.fault : '']);
        expect(server.fault === '').toBe(expected !== 'refused');
        expect(server.selectedProtocol).toBe(record.selected_protocol);
        if (expected === 'accepted' && record.response_hex !== '')
          expect(textOf(server.response)).toBe(textOf(fromHex(record.response_hex)));
        if (expected === 'refused') expect(textOf(server.response)).toMatch(/^HTTP\/1\.1 4|^HTTP\/1\.1 505/);
        if (expected === 'reading') expect(server.response.length).toBe(0);
        expect(server.requestedUrl).toBe(OTHER_URLS.get(record.id) ?? record.requested_url);
        if (expected === 'accepted') expect(used).toBe(head.length);
        else expect(used).toBeLessThanOrEqual(head.length);
        expect(expected === 'reading' ? 0 : server.push(TAIL)).toBe(0);
      });
    }
  }

  it('§1.3 the accept key of the example', () => {
    expect(textOf(ask(request()).response)).toContain(`Sec-WebSocket-Accept: ${golden.accept_vector.accept}\r\n`);
  });
});

// --- one rule at a time -----------------------------------------------------------------------------------------

// RFC 3986 §3.2, and IPv6 without brackets, as the engine sends it.
const NAMED = [
  'a',
  'a:',
  'a:0',
  'a:65535',
  '1.2.3.4:80',
  'a%20b',
  '[::1]',
  '[fe80::1%eth0]:9',
  '[::ffff:1.2.3.4]',
  '::1',
];
const BARE = ['::1:65536', '1:2:3:4:5:6:7:8:9:1', '1::2::3:4', 'a]b', '[a', '[[::1]]', '[::1]:80:81'];
const UNNAMED = [
  'a:b',
  'a:b:c',
  'a:1:2',
  'a:65536',
  'a:+1',
  'a: 1',
  '[::1',
  '::1]',
  '[]',
  '[a]:1',
  '[::1]x',
  '[::1]:x',
  ...BARE,
];

const REQUESTS: readonly [title: string, request: string, status: string, fault: string][] = [
  ['as it should be', request(), '101', ''],
  ['item 1: two words', request([], 'GET /chat'), '400', 'got "GET /chat"'],
  ['item 1: four words', request([], 'GET /a b HTTP/1.1'), '400', 'got "GET /a b HTTP/1.1"'],
  ['item 1: two spaces', request([], 'GET  /chat HTTP/1.1'), '400', 'request line'],
  ['item 1: no HTTP', request([], 'GET /chat FTP/1.1'), '400', 'request line'],
  ['item 1: HTTP/1.0', request([], 'GET /chat HTTP/1.0'), '505', 'got "HTTP/1.0"'],
  ['item 1: HTTP/2 with prior knowledge', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '505', 'got "HTTP/2.0"'],
  ['item 1: POST', request([], 'POST /chat HTTP/1.1'), '405', 'got "POST"'],
  ['item 1: methods are case-sensitive', request([], 'get /chat HTTP/1.1'), '405', 'got "get"'],
  ['item 1: absolute-form', request([], 'GET http://example.test/a HTTP/1.1'), '101', ''],
  ['item 1: absolute-form without a Host', request(['Host'], 'GET http://a/ HTTP/1.1'), '400', 'Host must be'],
  ['item 1: absolute-form of no host', request([], 'GET http:///a HTTP/1.1'), '400', 'got "http:///a"'],
  ['item 1: absolute-form of a half address', request([], 'GET ws://[::1/a HTTP/1.1'), '400', 'got "ws://[::1/a"'],
  ['item 1: absolute-form with user information', request([], 'GET ws://u@a/ HTTP/1.1'), '400', 'got "ws://u@a/"'],
  ['item 1: bytes beyond ASCII', request([], 'GET /h\u00e9 HTTP/1.1'), '400', 'target holds bytes beyond ASCII'],
  ['item 1: bytes beyond ASCII in the version', request([], 'GET / HTTP/1.\u00e9'), '505', 'HTTP version'],
  ['item 1: asterisk-form', request([], 'GET * HTTP/1.1'), '400', 'got "*"'],
  ['item 1: authority-form', request([], 'GET h:80 HTTP/1.1'), '400', 'got "h:80"'],
  ['item 1: another scheme', request([], 'GET file:///etc HTTP/1.1'), '400', 'request target'],
  ['item 2: no Host', request(['Host']), '400', 'Host must be there once and name a host, it is missing'],
  ['item 2: an empty Host', request(['Host: ']), '400', 'got ""'],
  ['item 2: two hosts', request(['Host: a', 'Host: b']), '400', 'got "a,b"'],
  ['item 2: a Host with a path', request(['Host: a/b']), '400', 'got "a/b"'],
  ['item 2: a Host with user information', request(['Host: u@a']), '400', 'got "u@a"'],
  ['item 2: only a port', request(['Host: :80']), '400', 'got ":80"'],
  ['item 2: a Host of IPv6', request(['Host: [::1]:80']), '101', ''],
  ['item 2: a Host of IPv6 without brackets, as the engine sends it', request(['Host: ::1:38421']), '101', ''],
  ...NAMED.map((host): (typeof REQUESTS)[number] => [`item 2: Host: ${host}`, request([`Host: ${host}`]), '101', '']),
  ...UNNAMED.map((host): (typeof REQUESTS)[number] => [
    `item 2: Host: ${host}`,
    request([`Host: ${host}`]),
    '400',
    `Host must be there once and name a host, got ${JSON.stringify(host)}`,
  ]),
  ['RFC 9110 §5.5 a header with an empty value', request(['User-Agent:']), '101', ''],
  ['item 3: no Upgrade', request(['Upgrade']), '426', 'Upgrade must contain "websocket", it is missing'],
  ['item 3: another Upgrade', request(['Upgrade: h2c']), '426', 'got "h2c"'],
  ['item 3: Upgrade is a list, case ignored', request(['Upgrade: h2c,\tWebSocket']), '101', ''],
  ['item 3: Upgrade in two headers', request(['Upgrade: h2c', 'Upgrade: websocket']), '101', ''],
  ['item 4: no Connection', request(['Connection']), '400', 'Connection must contain "Upgrade", it is missing'],
  ['item 4: Connection is a list, case ignored', request(['Connection: keep-alive, uPGRADE']), '101', ''],
  ['item 4: Connection in two headers', request(['Connection: keep-alive', 'Connection: Upgrade']), '101', ''],
  ['item 4: a token that only begins so', request(['Connection: Upgraded']), '400', 'got "Upgraded"'],
  ['item 5: no key', request(['Sec-WebSocket-Key']), '400', 'Sec-WebSocket-Key must be 16 bytes in base64, it is'],
  ['item 5: 15 bytes', request(['Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA']), '400', 'got "AAAAAAAAAAAAAAAAAAAA"'],
  ['item 5: 17 bytes', request(['Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAA=']), '400', 'Key must be'],
  ['item 5: not base64', request(['Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA-_==']), '400', 'Key must be'],
  ['item 5: a character too few', request(['Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAA==']), '400', 'Key must be'],
  ['item 6: no version', request(['Sec-WebSocket-Version']), '426', 'Sec-WebSocket-Version must be 13, it is missing'],
  ['item 6: version 8', request(['Sec-WebSocket-Version: 8']), '426', 'got "8"'],
  ['item 6: a list of versions', request(['Sec-WebSocket-Version: 13, 8']), '426', 'got "13, 8"'],
  ['a body is refused', request(['Content-Length: 1']), '400', 'Content-Length "1" is not 0'],
  ['a signed length is refused', request(['Content-Length: +0']), '400', 'Content-Length "+0" is not 0'],
  ['an empty body is none', request(['Content-Length: 0']), '101', ''],
  ['a chunked body is refused', request(['Transfer-Encoding: chunked']), '400', 'Transfer-Encoding'],
  ['a malformed head', request(['X: a\0b']), '400', 'byte 0x00 in the value of a header'],
  ['only __proto__ and the like', 'GET / HTTP/1.1\r\n__proto__: a\r\nconstructor: b\r\n\r\n', '400', 'Host must be'],
  ['no headers at all', 'GET / HTTP/1.1\r\n\r\n', '400', 'Host must be'],
];

describe('§4.2.1 the request', () => {
  it.each(REQUESTS)('%s', (_, text, status, fault) => {
    const server = ask(text);
    expect([statusOf(server), server.fault]).toEqual([status, expect.stringContaining(fault)]);
    expect(server.outcome).toBe(status === '101' ? 'accepted' : 'refused');
  });

  it('larger than max_handshake_size is answered 431, at the byte that is too many', () => {
    const server = makeServer({}, { maxSize: 300 });
    expect(server.push(bytesOf(request([`X: ${'v'.repeat(1000)}`])))).toBe(300);
    expect(statusOf(server)).toBe('431');
    expect(server.fault).toContain('larger than 300 bytes (max_handshake_size)');
  });

  it('with more than 100 headers is answered 431', () => {
    const many = Array.from({ length: 101 }, (_, at) => `X-${at}: 1`);
    expect(statusOf(ask(request(many.slice(0, 95))))).toBe('101');
    const server = ask(request(many));
    expect([statusOf(server), server.fault]).toEqual(['431', expect.stringContaining('more than 100 headers')]);
  });

  it('over TLS gives a wss URL', () => {
    expect(ask(request(), {}, { visitor: visitor(true) }).requestedUrl).toBe('wss://example.test:99/chat');
    expect(ask(request(['Upgrade'])).requestedUrl).toBe('ws://example.test:99/chat');
    expect(ask('GET /chat HTTP/1.1\r\n\r\n').requestedUrl).toBe('ws:///chat');
  });
});

/** A target, and the URL that was asked for. */
const TARGETS: readonly [target: string, url: string][] = [
  ['/b?c=http://d', 'ws://example.test:99/b?c=http://d'],
  ['//b', 'ws://example.test:99//b'],
  ['ws://a/b', 'ws://a/b'],
  ['HTTP://A:80/b?c#d', 'ws://A:80/b?c#d'],
  ['https://[::1]:80', 'ws://[::1]:80/'],
  ['wss://a?b', 'ws://a/?b'],
  ['hhttp://a/b', ''],
  ['*', ''],
];

describe('RFC 9112 §3.2 the target', () => {
  it.each(TARGETS)('%s asks for %j', (target, url) => {
    expect(ask(request([], `GET ${target} HTTP/1.1`)).requestedUrl).toBe(url);
  });

  it('§3.2.2 that names a host counts instead of Host', () => {
    const target = 'GET ws://game.test:9080/ HTTP/1.1';
    expect(statusOf(ask(request([], target), {}, { allowedHosts: ['game.test'] }))).toBe('101');
    expect(statusOf(ask(request([], target), {}, { allowedHosts: ['example.test'] }))).toBe('403');
  });
});

describe('§4.2.2 a refusal', () => {
  it.each([
    [400, 'Bad Request'],
    [403, 'Forbidden'],
    [405, 'Method Not Allowed'],
    [426, 'Upgrade Required'],
    [431, 'Request Header Fields Too Large'],
    [505, 'HTTP Version Not Supported'],
  ] as const)('with %d gives the reason "%s"', (status, reason) => {
    const text = Buffer.from(encodeRefusal(refuse(status, 'why'))).toString();
    expect(text.split('\r\n')[0]).toBe(`HTTP/1.1 ${status} ${reason}`);
    expect(text.endsWith('\r\n\r\nwhy\n')).toBe(true);
  });

  it('is a whole HTTP answer of one line that ends the connection', () => {
    expect(textOf(ask(request(['Host'])).response)).toBe(
      'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 40\r\nConnection: close\r\n\r\n' +
        'Host must be there once and name a host\n',
    );
  });

  it('§4.4 of a version names the version that would do', () => {
    const text = textOf(ask(request(['Sec-WebSocket-Version: 8'])).response);
    expect(text).toContain('HTTP/1.1 426 Upgrade Required\r\n');
    expect(text).toContain('\r\nSec-WebSocket-Version: 13\r\n');
    expect(text).toContain('\r\nUpgrade: websocket\r\n');
  });

  it('RFC 7231 §6.5.5 of a method names the method that would do', () => {
    expect(textOf(ask(request([], 'PUT / HTTP/1.1')).response)).toContain('\r\nAllow: GET\r\n');
  });

  it('announces its length, and never repeats what the request held', () => {
    for (const [, text, status] of REQUESTS) {
      if (status === '101') continue;
      const [head, body] = textOf(ask(text.replaceAll('chat', 'marker')).response).split('\r\n\r\n');
      expect(head).toContain(`\r\nContent-Length: ${body.length}\r\n`);
      expect(head).toContain('Connection: close');
      expect(body.indexOf('\n')).toBe(body.length - 1);
      expect(body).not.toContain('marker');
    }
  });
});

// --- subprotocols -----------------------------------------------------------------------------------------------

const OFFERS: readonly [offer: string[], supported: string[], selected: string | null][] = [
  [[], [], ''],
  [['Sec-WebSocket-Protocol: b , a'], ['a', 'b'], 'b'],
  [['Sec-WebSocket-Protocol: ,, a,'], ['a'], 'a'],
  [['Sec-WebSocket-Protocol: x', 'Sec-WebSocket-Protocol: a'], ['a'], 'a'],
  [['Sec-WebSocket-Protocol: __proto__'], ['a'], null],
  [['Sec-WebSocket-Protocol: A'], ['a'], null],
  [['Sec-WebSocket-Protocol: a'], [], null],
  [['Sec-WebSocket-Protocol: '], [], null],
  [[], ['a'], null],
];

describe('§4.2.2 item 4 subprotocols: both sides want one or neither, the order of the client wins', () => {
  it.each(OFFERS)('%j for a server with %j selects %j', (offer, supported, selected) => {
    const server = ask(request(offer), { supported_protocols: supported });
    expect([server.outcome, server.isMismatch]).toEqual(selected === null ? ['refused', true] : ['accepted', false]);
    expect(statusOf(server)).toBe(selected === null ? '400' : '101');
    expect(server.selectedProtocol).toBe(selected ?? '');
  });

  it('a fault of another kind is no mismatch', () => {
    expect(ask(request(['Host']), { supported_protocols: ['a'] }).isMismatch).toBe(false);
  });
});

// --- who may come in --------------------------------------------------------------------------------------------

const ORIGINS: readonly [origin: string[], allowed: string[], status: string][] = [
  [['Origin: https://evil.test'], [], '101'],
  [['Origin: https://game.test'], ['https://game.test'], '101'],
  [['Origin: HTTPS://Game.Test'], ['https://other.test', 'https://gAME.test'], '101'],
  [[], ['https://game.test'], '101'],
  [['Origin: https://evil.test'], ['https://game.test'], '403'],
  [['Origin: http://game.test'], ['https://game.test'], '403'],
  [['Origin: https://game.test:8080'], ['https://game.test'], '403'],
  [['Origin: https://game.test.evil.test'], ['https://game.test'], '403'],
  [['Origin: null'], ['https://game.test'], '403'],
  [['Origin: null'], ['null'], '101'],
  [['Origin: '], ['https://game.test'], '403'],
  [['Origin: https://game.test', 'Origin: https://game.test'], ['https://game.test'], '403'],
];

const HOSTS: readonly [host: string, allowed: string[], status: string][] = [
  ['evil.test', [], '101'],
  ['Game.Test:9080', ['game.test'], '101'],
  ['game.test:9080', ['GAME.test:9080'], '101'],
  ['game.test:9081', ['game.test:9080'], '403'],
  ['evil.test', ['game.test', 'localhost'], '403'],
  ['game.test.evil.test', ['game.test'], '403'],
  ['[::1]:9080', ['[::1]'], '101'],
  ['[::1]', ['[::1]'], '101'],
  ['::1:9080', ['::1'], '101'],
  ['::1', ['::1'], '101'],
  ['::1:9080', ['::2'], '403'],
  ['[::2]:9080', ['[::1]'], '403'],
];

describe('§10.2 who may come in', () => {
  it.each(ORIGINS)('%j with allowed_origins %j: %s', (origin, allowedOrigins, status) => {
    const server = ask(request(origin), {}, { allowedOrigins });
    expect(statusOf(server)).toBe(status);
    if (status === '403') expect(server.fault).toContain('allowed_origins');
  });

  it.each(HOSTS)('Host: %s with allowed_hosts %j: %s', (host, allowedHosts, status) => {
    const server = ask(request([`Host: ${host}`]), {}, { allowedHosts });
    expect(statusOf(server)).toBe(status);
    if (status === '403') expect(server.fault).toContain('allowed_hosts');
  });

  it('the origin is readable, accepted or not', () => {
    expect(ask(request(['Origin: https://a.test'])).origin).toBe('https://a.test');
    expect(ask(request(['Origin: https://a.test']), {}, { allowedOrigins: ['x'] }).origin).toBe('https://a.test');
    expect(ask(request()).origin).toBe('');
  });
});

describe('a request without a place is refused as such', () => {
  const reports = useReports();

  it.each([
    ['full', 'SERVER_FULL', 'the server is full'],
    ['closing', 'SHUTTING_DOWN', 'the server is shutting down'],
  ])('by a server that is %s', async (state, code, text) => {
    const crowd = new Crowd({}, { alarm: () => ({ cancel: () => {} }) });
    crowd.opened({ drop: () => {}, sayGoodbye: () => {} });
    crowd.belongTo({}, () => (state === 'full' ? 1 : 0));
    if (state === 'closing') void crowd.drain(1000);
    for (const hook of [null, () => {}]) {
      const admission = new Admission(crowd);
      const placeLimits = copyOf(defaultValues(), { [ADMISSIONS]: new Admissions() });
      admission.begin({ placeLimits, drop: () => {}, sayGoodbye: () => {} }, 'a');
      const server = ask(request(), {}, { admission, hook });
      if (hook !== null) server.accept({});
      expect([server.faultCode, server.status, server.reason]).toEqual([code, 503, text]);
    }
    reports.take();
  });

  it('after an answer of the hook from within the report of that', () => {
    const refusal = { ...refuse(429, 'too many connections of this address are open'), fault: '' };
    const answerAgain = (): typeof refusal => {
      hearing.refuse(401, {});
      return refusal;
    };
    const nested = { accept: answerAgain, arrived: () => null };
    const server = ask(request(), {}, { hook: () => {}, admission: nested as never });
    const owner = { [SETTINGS]: defaultValues(), [NEWS]: () => {}, [REPORT]: () => {} };
    const judge = { answered: () => {}, refusal: failureOf('handshake', '', '') };
    const hearing: Hearing = new Hearing(({ accept }) => void accept, server, owner, judge);
    hearing.ask();
    hearing.accept({});
    expect([server.faultCode, statusOf(server)]).toEqual(['SERVER_FULL', '429']);
  });
});

// --- places --------------------------------------------------------------------------------------------------------

describe('behind a trusted proxy', () => {
  const reports = useReports();

  /** Answers to requests with these Forwarded headers, one after the other, when an address may have one connection. */
  function answers(headers: readonly string[]): string[] {
    const limits = { maxConnectionsPerAddress: 1, [ADMISSIONS]: new Admissions() };
    const trust = { trustedProxies: ['10.0.0.1'], proxyHeader: 'forwarded' as const };
    const placeLimits = copyOf(defaultValues(), { ...limits, ...trust });
    return headers.map((header) => {
      const visitor = new Visitor({ remoteAddress: '10.0.0.1' }, false, placeLimits);
      const admission = new Admission(null);
      admission.begin({ placeLimits, drop: () => {}, sayGoodbye: () => {} }, visitor.countedAddress ?? '');
      const server = ask(request([`Forwarded: ${header}`]), {}, { visitor, admission });
      return `${statusOf(server)} ${server.outcome === 'refused' ? server.faultCode : ''}`;
    });
  }

  it('a visitor can not leave the count by what he writes himself', () => {
    const full = '429 SERVER_FULL';
    expect(answers(['for=203.0.113.9', 'for="x, for=203.0.113.9', 'for=x;y="\\, for=203.0.113.9'])).toEqual([
      '101 ',
      full,
      full,
    ]);
    expect(answers(['for="', 'for=unknown', 'for=_x', 'for=203.0.113.9'])).toEqual(['101 ', full, full, '101 ']);
    expect(reports.take()).toHaveLength(1);
  });
});

describe('§9.1 compression', () => {
  const deflater = () => ({ deflate: () => null, inflate: () => 2 as const });
  const OFFER = 'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10';
  const answered = (offers: string[], more?: Partial<ServerHandshakeOptions>): string =>
    textOf(ask(request(offers), { supported_protocols: [] }, more).response);
  const plain = answered([]);

  test.each([
    ['is not accepted without a deflater, whatever is offered', [OFFER], {}],
    ['is not accepted where the runtime has none', [OFFER], { deflater: () => null }],
    ['is not accepted unless it is offered', [], { deflater }],
    ['is not accepted when the offer is bad', [`${OFFER}0`], { deflater }],
  ])('%s: the answer has the same bytes', (_what, offers, more) => {
    expect(answered(offers, more)).toBe(plain);
  });

  test('is accepted in a header behind the subprotocol, before those of the game', () => {
    const head = request([OFFER, 'Sec-WebSocket-Protocol: chat']);
    const server = ask(head, { supported_protocols: ['chat'], handshake_headers: ['X-Game: 1'] }, { deflater });
    const extension =
      'permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10';
    expect(textOf(server.response)).toBe(
      plain.replace(
        '\r\n\r\n',
        `\r\nSec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: ${extension}\r\nX-Game: 1\r\n\r\n`,
      ),
    );
    expect(server.compression?.windowBits).toBe(10);
  });

  test('asks for the deflater only when an offer is accepted', () => {
    let asked = 0;
    const counting = () => {
      asked += 1;
      return deflater();
    };
    for (const offers of [[], [`${OFFER}0`], [OFFER]]) answered(offers, { deflater: counting });
    expect(asked).toBe(1);
  });
});

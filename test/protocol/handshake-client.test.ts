// The client's half of the handshake: request bytes and verdicts on answers.
import { describe, expect, it, test } from 'vitest';
import { ClientHandshake } from '../../host/protocol/handshake-client.js';
import { checkHandshakeHeaders, checkProtocols, encodeBase64 } from '../../host/protocol/handshake-rules.js';
import { type ParsedUrl, parseUrl } from '../../host/protocol/url.js';
import {
  acceptOf,
  bytesOf,
  ENGINE_LIMIT,
  expand,
  FEEDINGS,
  fromHex,
  golden,
  type HandshakeConfig,
  OUTCOME,
  SAMPLE_KEY,
  TAIL,
  textOf,
  toolsFor,
} from './handshake-vectors.js';

const ACCEPT = acceptOf(SAMPLE_KEY);

function makeClient(url: string, config: HandshakeConfig = {}, key = SAMPLE_KEY, maxSize = ENGINE_LIMIT) {
  const target = parseUrl(url) as ParsedUrl;
  expect(target).toBeTypeOf('object');
  return new ClientHandshake({
    url: target,
    protocols: protocolsOf(config),
    headers: config.handshake_headers ?? [],
    maxSize,
    tools: toolsFor(key),
  });
}

// The property's setter strips.
function protocolsOf(config: HandshakeConfig): string[] {
  return (config.supported_protocols ?? []).map((protocol) => protocol.trim());
}

function keyIn(request: string): string {
  const [, rest] = request.split('Sec-WebSocket-Key: ');
  return rest.split('\r\n')[0];
}

const OK = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n`;

function answer(text: string, config: HandshakeConfig = {}, maxSize?: number): ClientHandshake {
  const client = makeClient('ws://h/', config, SAMPLE_KEY, maxSize);
  client.push(bytesOf(text));
  return client;
}

// --- requests ---------------------------------------------------------------------------------------------------

/** Recorded requests that this package writes otherwise: what changes, and the line of the table of differences. */
const BRACKETS = 'IPv6 `Host` without brackets | brackets';
const REWRITTEN: ReadonlyMap<string, readonly [was: string, is: string, why: string]> = new Map([
  ['ipv6', ['Host: ::1:38421', 'Host: [::1]:38421', BRACKETS]],
  ['ipv6_long', ['Host: 0:0:0:0:0:0:0:1:38421', 'Host: [0:0:0:0:0:0:0:1]:38421', BRACKETS]],
  ['ipv4mapped', ['Host: ::ffff:127.0.0.1:38421', 'Host: [::ffff:127.0.0.1]:38421', BRACKETS]],
]);
/** Recorded requests that are never written. */
const NEVER_SENT: ReadonlyMap<string, string> = new Map([
  ['headers_override', '`handshake_headers` sent unchecked | headers that the handshake owns are refused'],
  ['protocol_comma', 'injection by the own caller | protocols checked as tokens'],
]);

describe('§4.1 requests recorded from the engine', () => {
  for (const { id, url, config, request_hex } of golden.client_requests) {
    if (NEVER_SENT.has(id)) {
      it(`${id} is refused before it is sent: ${NEVER_SENT.get(id)}`, () => {
        const reason =
          checkProtocols(protocolsOf(config)) ?? checkHandshakeHeaders(config.handshake_headers ?? [], 'client');
        expect(reason).toBeTypeOf('string');
      });
      continue;
    }
    it(`${id} has the same bytes${REWRITTEN.has(id) ? ` but for: ${REWRITTEN.get(id)?.[2]}` : ''}`, () => {
      const recorded = textOf(fromHex(request_hex));
      const [was, is] = REWRITTEN.get(id) ?? ['', ''];
      expect(checkProtocols(protocolsOf(config))).toBeNull();
      expect(checkHandshakeHeaders(config.handshake_headers ?? [], 'client')).toBeNull();
      expect(textOf(makeClient(url, config, keyIn(recorded)).request)).toBe(recorded.replace(was, is));
    });
  }

  it.each(Object.entries(golden.wss_requests_by_port))('wss on port %s has the same bytes', (port, recorded) => {
    expect(textOf(makeClient(`wss://127.0.0.1:${port}/`, {}, keyIn(recorded)).request)).toBe(recorded);
  });
});

describe('§4.1 item 7 the key', () => {
  it('is base64 of 16 bytes of the random source, drawn once', () => {
    const asked: number[] = [];
    const tools = { ...toolsFor(SAMPLE_KEY), fillRandom: (bytes: Uint8Array) => asked.push(bytes.length) };
    const url = parseUrl('ws://h/') as ParsedUrl;
    const { request } = new ClientHandshake({ url, protocols: [], headers: [], maxSize: 1, tools });
    expect(asked).toEqual([16]);
    expect(keyIn(textOf(request))).toBe('AAAAAAAAAAAAAAAAAAAAAA==');
  });

  it('RFC 4648 §10 base64 of every length', () => {
    for (const text of ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar', '\xff\xfe\xfd\xfc']) {
      expect(encodeBase64(bytesOf(text))).toBe(Buffer.from(text, 'utf8').toString('base64'));
    }
  });
});

// --- answers ----------------------------------------------------------------------------------------------------

const STATUS_LINE = 'two blanks in a status line are taken for one | refused';
const UNASKED = 'a server’s unasked extension is ignored | the connection fails (§4.1)';
const NO_LENIENCE = 'smuggling | no body, no folding, no bare LF';
/** Recorded verdicts that differ: what it is here, and why. */
const JUDGED_OTHERWISE: ReadonlyMap<string, readonly ['accepted' | 'refused', string]> = new Map([
  ['connection_list', ['accepted', 'client refuses `Connection: keep-alive, Upgrade` | token list']],
  ['dup_connection', ['accepted', 'client refuses `Connection: keep-alive, Upgrade` | token list']],
  ['ok_double_space', ['refused', STATUS_LINE]],
  ['extensions_pmd', ['refused', UNASKED]],
  ['lf_only', ['refused', NO_LENIENCE]],
  ['just_crlfcrlf', ['refused', NO_LENIENCE]],
]);

describe('§4.1 answers recorded from the engine', () => {
  for (const record of golden.client_response_checks) {
    const [expected, why] = JUDGED_OTHERWISE.get(record.id) ?? [OUTCOME[record.state_after], ''];
    const head = bytesOf(expand(record.server_response.replace('<ACCEPT>', ACCEPT), record.notes));
    // The record of a body holds the body, too.
    const length = Buffer.from(head).indexOf('\r\n\r\n') + 4;
    for (const { how, feed } of FEEDINGS) {
      if (expected === 'reading' && how.startsWith('with')) continue;
      it(`${record.id}, ${how}: ${expected} ${why}`, () => {
        const client = makeClient('ws://h/', record.config);
        const used = feed(client, head);
        expect([client.outcome, client.fault]).toEqual([expected, expected === 'refused' ? client.fault : '']);
        expect(client.fault === '').toBe(expected !== 'refused');
        expect(client.selectedProtocol).toBe(record.selected_protocol);
        if (expected === 'accepted') expect(used).toBe(length);
        else expect(used).toBeLessThanOrEqual(head.length);
        expect(expected === 'reading' ? 0 : client.push(TAIL)).toBe(0);
      });
    }
  }
});

const ANSWERS: readonly [title: string, answer: string, fault: string][] = [
  ['RFC 9110 §5.5 an empty value', `${OK}Server:\r\n`, ''],
  [
    'RFC 9112 §4 two spaces before the status',
    OK.replace(' 101', '  101'),
    '"HTTP/1.1  101 Switching Protocols", not 101',
  ],
  ['RFC 9112 §4 a space before the version', ` ${OK}`, 'does not speak HTTP'],
  ['RFC 9112 §4 no reason', OK.replace(' Switching Protocols', ''), ''],
  ['RFC 9112 §4 an empty reason', OK.replace('Switching Protocols', ''), ''],
  ['RFC 9112 §4 a reason that begins with a space', OK.replace('Switching', ' Switching'), ''],
  ['a longer status', OK.replace('101', '1010'), 'not 101'],
  [
    'item 5: an extension',
    `${OK}Sec-WebSocket-Extensions: permessage-deflate\r\n`,
    'the extension "permessage-deflate", none',
  ],
  [
    'item 5: one in the second header',
    `${OK}Sec-WebSocket-Extensions:\r\nSec-WebSocket-Extensions: x\r\n`,
    'the extension ",x"',
  ],
  ['item 5: an empty list of extensions names none', `${OK}Sec-WebSocket-Extensions: ,\r\n`, ''],
  ['the Upgrade value ignores case', OK.replace('websocket', 'WebSocket'), ''],
  ['the Connection token ignores case', OK.replace('n: Upgrade', 'n: , x,\tuPGRADE ,'), ''],
  ['names of headers ignore case', OK.replace('Upgrade:', 'uPGRADE:'), ''],
  ['Content-Length: 0 is no body', `${OK}Content-Length: 0\r\n`, ''],
  ['Content-Length: 5 is a body', `${OK}Content-Length: 5\r\n`, 'Content-Length "5" is not 0'],
  ['two lengths are refused', `${OK}Content-Length: 0\r\nContent-Length: 0\r\n`, 'Content-Length "0,0"'],
  ['a chunked body is refused', `${OK}Transfer-Encoding: chunked\r\n`, 'Transfer-Encoding is not allowed'],
  ['a status without the rest', 'HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n', '"HTTP/1.1 404 Not Found", not 101'],
  ['a redirect is not followed', 'HTTP/1.1 302 Found\r\nLocation: ws://h/\r\n', '302 Found'],
  ['100 Continue is no 101', 'HTTP/1.1 100 Continue\r\n', '100 Continue'],
  ['two Upgrade headers are refused', `${OK}Upgrade: websocket\r\n`, 'Upgrade is "websocket,websocket"'],
  ['two Accept headers are refused', `${OK}Sec-WebSocket-Accept: ${ACCEPT}\r\n`, 'Sec-WebSocket-Accept is'],
  ['no headers at all', 'HTTP/1.1 101 x\r\n', 'Upgrade is missing'],
  ['only __proto__ and the like', 'HTTP/1.1 101 x\r\n__proto__: a\r\nconstructor: b\r\n', 'Upgrade is missing'],
];

describe('§4.1 the answer', () => {
  it.each(ANSWERS)('%s', (_, text, fault) => {
    const client = answer(`${text}\r\n`);
    expect(client.outcome).toBe(fault === '' ? 'accepted' : 'refused');
    expect(client.fault).toContain(fault);
  });

  it('item 6: subprotocols that do not fit are told apart from other faults', () => {
    expect(answer(`${OK}Sec-WebSocket-Protocol: a\r\n\r\n`)).toMatchObject({ outcome: 'refused', isMismatch: true });
    expect(answer(`${OK}\r\n`, { supported_protocols: ['a'] })).toMatchObject({ outcome: 'refused', isMismatch: true });
    expect(answer('HTTP/1.1 400 x\r\n\r\n', { supported_protocols: ['a'] }).isMismatch).toBe(false);
    expect(answer(`${OK}\r\n`).isMismatch).toBe(false);
  });

  it('a head over max_handshake_size is refused with the limit and the setting', () => {
    const client = answer(`${OK}X: ${'v'.repeat(1000)}\r\n\r\n`, {}, 500);
    expect(client.fault).toContain('larger than 500 bytes (max_handshake_size)');
  });

  it('a head above the limit of the engine passes a higher one', () => {
    expect(answer(`${OK}X: ${'v'.repeat(10000)}\r\n\r\n`, {}, 16384).outcome).toBe('accepted');
  });
});

// --- what the own game wants to send ----------------------------------------------------------------------------

const HEADERS: readonly [role: 'client' | 'server' | 'both', header: string, reason: string | null][] = [
  ['both', 'X-A: 1', null],
  ['both', 'X:', null],
  ['both', 'X: h\u00e9\ttab', null],
  ['both', 'Cookie: a=b; c=d: e', null],
  ['client', 'Origin: https://h', null],
  ['server', 'Host: h', null],
  ['client', 'HOST: h', '"HOST" belongs to the handshake'],
  ['both', 'upgrade: x', 'belongs to the handshake'],
  ['both', 'Connection: x', 'belongs to the handshake'],
  ['both', 'Sec-WebSocket-Anything: x', 'belongs to the handshake'],
  ['both', 'Content-Length: 5', 'belongs to the handshake'],
  ['both', 'Transfer-Encoding: chunked', 'belongs to the handshake'],
  ['both', '', '"" has no colon'],
  ['both', 'no-colon', '"no-colon" has no colon'],
  ['both', ': x', 'the name "" is not a token'],
  ['both', 'X : 1', 'the name "X " is not a token'],
  ['both', ' X: 1', 'the name " X" is not a token'],
  ['both', 'H\u00e9: 1', 'is not a token'],
  ['both', 'X\r\nHost: h', 'is not a token'],
  ['both', 'X: 1\r\nHost: h', 'the value of "X" holds "\\r"'],
  ['both', 'X: 1\nHost: h', 'the value of "X" holds "\\n"'],
  ['both', 'X: \0', 'the value of "X" holds "\\u0000"'],
  ['both', 'X: \x7f', 'the value of "X" holds'],
];

describe('handshake_headers', () => {
  for (const [roles, header, reason] of HEADERS) {
    for (const role of roles === 'both' ? (['client', 'server'] as const) : [roles]) {
      it(`${role}: ${JSON.stringify(header)} ${reason === null ? 'may be sent' : 'is refused'}`, () => {
        const verdict = checkHandshakeHeaders(['Fine: 1', header], role);
        if (reason === null) expect(verdict).toBeNull();
        else expect(verdict).toContain(reason);
      });
    }
  }
});

const PROTOCOLS: readonly [protocols: string[], reason: string | null][] = [
  [[], null],
  [['a', 'A', 'v2.x'], null],
  [['__proto__', 'constructor'], null],
  [['a', ''], '"" is not a token'],
  [['a,b'], '"a,b" is not a token'],
  [['c d'], '"c d" is not a token'],
  [['a\r\nX: 1'], 'is not a token'],
  [['h\u00e9'], 'is not a token'],
  [['a', 'b', 'a'], '"a" is there twice'],
];

describe('§4.1 item 10 supported_protocols are tokens, each one once', () => {
  it.each(PROTOCOLS)('%j', (protocols, reason) => {
    if (reason === null) expect(checkProtocols(protocols)).toBeNull();
    else expect(checkProtocols(protocols)).toContain(reason);
  });
});

describe('§9.1 compression', () => {
  const deflater = () => ({ deflate: () => null, inflate: () => 2 as const });
  const url = parseUrl('ws://h/') as ParsedUrl;
  const asking = (source?: ConstructorParameters<typeof ClientHandshake>[0]['deflater']): ClientHandshake =>
    new ClientHandshake({
      url,
      protocols: ['chat'],
      headers: ['X-Game: 1'],
      maxSize: ENGINE_LIMIT,
      tools: toolsFor(SAMPLE_KEY),
      ...(source === undefined ? {} : { deflater: source }),
    });
  const plain = textOf(asking().request);

  test.each([
    ['off', null],
    ['not in this runtime', () => null],
  ])('that is %s does not change a byte of the request', (_what, source) => {
    expect(textOf(asking(source).request)).toBe(plain);
  });

  test('is offered in a header behind the subprotocols, before those of the game', () => {
    const offer = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits';
    expect(textOf(asking(deflater).request)).toBe(
      plain.replace('X-Game', `Sec-WebSocket-Extensions: ${offer}\r\nX-Game`),
    );
  });

  test.each([
    ['permessage-deflate; server_no_context_takeover; client_max_window_bits=11', 11],
    ['', null],
  ])('is what the answer "%s" agrees to', (header, windowBits) => {
    const client = asking(deflater);
    const extensions = header === '' ? '' : `Sec-WebSocket-Extensions: ${header}\r\n`;
    client.push(bytesOf(`${OK}Sec-WebSocket-Protocol: chat\r\n${extensions}\r\n`));
    expect([client.outcome, client.compression?.windowBits ?? null]).toEqual(['accepted', windowBits]);
  });

  test.each([
    ['400 Bad Request', deflater, 'not 101; it may not take the offer of compression_mode 1'],
    ['403 Forbidden', deflater, 'not 101'],
    ['400 Bad Request', null, 'not 101'],
  ])('answered %s: the hint is only there where it may help', (status, source, ending) => {
    const client = asking(source);
    client.push(bytesOf(`HTTP/1.1 ${status}\r\n\r\n`));
    expect(client.fault).toBe(`the server answered "HTTP/1.1 ${status}", ${ending}`);
  });
});

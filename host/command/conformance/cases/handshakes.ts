// Cases H: requests for servers and answers for clients, right ones in unusual form and wrong ones (§4).
import type { Case, Opening, Pace, RequestChange, ResponseChange } from '../case.js';

const OPEN: Opening = { must: 'open' };
/** RFC 6455 and RFC 7230 allow both. */
const EITHER: Opening = { must: 'either' };
const BAD: Opening = { must: 'refuse' };
/** To be refused, but what HTTP servers in front of a WebSocket server often let through without harm. */
const LENIENT: Opening = { must: 'refuse', otherwise: 'informational' };
const refuse = (...statuses: number[]): Opening => ({ must: 'refuse', statuses });
const KEY_OF_15 = 'AAAAAAAAAAAAAAAAAAAA';

/** Rows: title, section, change, what must become of it. */
type RequestRow = readonly [title: string, section: string, change: RequestChange, opening: Opening, pace?: Pace];
type ResponseRow = readonly [title: string, section: string, change: ResponseChange, opening: Opening, pace?: Pace];

const REQUESTS: readonly (readonly [group: string, rows: readonly RequestRow[]])[] = [
  [
    'H.1',
    [
      ['a right request, byte by byte', '§4.2.1', {}, OPEN, 1],
      ['POST instead of GET', '§4.2.1', { method: 'POST', lines: ['Content-Length: 0'] }, refuse(405, 400, 501)],
      ['HTTP/1.0', '§4.2.1', { version: 'HTTP/1.0' }, LENIENT],
      ['no Host', '§4.2.1', { headers: { Host: null } }, LENIENT],
      ['no Upgrade', '§4.2.1', { headers: { Upgrade: null } }, BAD],
      ['Upgrade to something else', '§4.2.1', { headers: { Upgrade: 'h2c' } }, BAD],
      ['no Connection', '§4.2.1', { headers: { Connection: null } }, BAD],
      ['Connection without Upgrade', '§4.2.1', { headers: { Connection: 'keep-alive' } }, BAD],
      ['Connection: keep-alive, Upgrade', '§4.2.1', { headers: { Connection: 'keep-alive, Upgrade' } }, OPEN],
      [
        'names and tokens in other case',
        '§4.2.1',
        { headers: { Upgrade: null, Connection: null }, lines: ['uPGRADE: WebSocket', 'CONNECTION: uPGRADE'] },
        OPEN,
      ],
      [
        'values without a space before them',
        '§4.2.1',
        { headers: { Upgrade: null }, lines: ['Upgrade:websocket'] },
        OPEN,
      ],
    ],
  ],
  [
    'H.2',
    [
      ['no key', '§4.2.1', { headers: { 'Sec-WebSocket-Key': null } }, BAD],
      ['an empty key', '§4.2.1', { headers: { 'Sec-WebSocket-Key': '' } }, BAD],
      ['a key of 15 bytes', '§4.2.1', { headers: { 'Sec-WebSocket-Key': KEY_OF_15 } }, BAD],
      ['a key that is no base64', '§4.2.1', { headers: { 'Sec-WebSocket-Key': '*'.repeat(24) } }, BAD],
      ['two keys', '§11.3.1', { lines: ['Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='] }, BAD],
    ],
  ],
  [
    'H.3',
    [
      ['no version', '§4.2.1', { headers: { 'Sec-WebSocket-Version': null } }, BAD],
      [
        'version 99: the refusal names those that are known',
        '§4.4',
        { headers: { 'Sec-WebSocket-Version': '99' } },
        { must: 'refuse', statuses: [426, 400], header: 'sec-websocket-version' },
      ],
      [
        'a version that is no number',
        '§4.2.1',
        { headers: { 'Sec-WebSocket-Version': 'thirteen' } },
        { must: 'refuse', header: 'sec-websocket-version' },
      ],
    ],
  ],
  [
    'H.4',
    [
      ['a folded line', '§4.2.1', { lines: ['X-Folded: one', ' two'] }, EITHER],
      ['a space before a colon', '§4.2.1', { lines: ['X-Spaced : one'] }, LENIENT],
      ['a line without a colon', '§4.2.1', { lines: ['no colon in here'] }, BAD],
      ['a head of 1 MiB', '§10.4', { filling: 1048576 }, LENIENT],
      ['twenty lines more', '§4.2.1', { filling: 2000 }, OPEN],
    ],
  ],
  [
    'H.5',
    [
      [
        'an extension that nobody knows: none is chosen',
        '§9.1',
        { headers: { 'Sec-WebSocket-Extensions': 'x-nobody-knows; level=1' } },
        OPEN,
      ],
      ['no extension is offered: none is chosen', '§4.2.2', { headers: { 'Sec-WebSocket-Extensions': null } }, OPEN],
      [
        'a subprotocol that nobody knows: no other is chosen',
        '§4.2.2',
        { headers: { 'Sec-WebSocket-Protocol': 'x-nobody-knows' } },
        EITHER,
      ],
      ['subprotocols that are no tokens', '§4.2.1', { headers: { 'Sec-WebSocket-Protocol': '(a), b c' } }, LENIENT],
    ],
  ],
];

const RESPONSES: readonly ResponseRow[] = [
  ['a right answer, byte by byte', '§4.1', {}, OPEN, 1],
  ['names and tokens in other case', '§4.1', { headers: { Upgrade: 'WebSocket', Connection: 'uPGRADE' } }, OPEN],
  ['another reason behind the status', '§4.1', { status: '101 Welcome' }, OPEN],
  ['more headers', '§4.1', { lines: ['Server: conformance', 'X-More: a, b'] }, OPEN],
  [
    'a wrong Sec-WebSocket-Accept',
    '§4.1',
    { headers: { 'Sec-WebSocket-Accept': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' } },
    BAD,
  ],
  ['no Sec-WebSocket-Accept', '§4.1', { headers: { 'Sec-WebSocket-Accept': null } }, BAD],
  ['status 200', '§4.1', { status: '200 OK' }, BAD],
  ['status 403', '§4.1', { status: '403 Forbidden', lines: ['Content-Length: 0'] }, BAD],
  ['no Upgrade', '§4.1', { headers: { Upgrade: null } }, BAD],
  ['Upgrade to something else', '§4.1', { headers: { Upgrade: 'h2c' } }, BAD],
  ['no Connection', '§4.1', { headers: { Connection: null } }, BAD],
  ['Connection without Upgrade', '§4.1', { headers: { Connection: 'keep-alive' } }, BAD],
  ['an extension that was not offered', '§4.1', { headers: { 'Sec-WebSocket-Extensions': 'x-nobody-asked' } }, BAD],
  ['a subprotocol that was not offered', '§4.1', { headers: { 'Sec-WebSocket-Protocol': 'x-nobody-asked' } }, BAD],
  ['a folded line', '§4.1', { lines: ['X-Folded: one', ' two'] }, EITHER],
  ['a head of 1 MiB', '§10.4', { filling: 1048576 }, LENIENT],
];

/** What is sent once a handshake has succeeded that had to: nothing. The close frame shows that it is open. */
const NOTHING: Case['send'] = [];

const requestCase = (id: string, [title, section, request, opening, pace = 'together']: RequestRow): Case => ({
  id,
  title: `request: ${title}`,
  section,
  only: 'server',
  send: NOTHING,
  request,
  opening,
  pace,
});

const responseCase = (id: string, [title, section, response, opening, pace = 'together']: ResponseRow): Case => ({
  id,
  title: `answer: ${title}`,
  section,
  only: 'client',
  send: NOTHING,
  response,
  opening,
  pace,
});

export const HANDSHAKES: readonly Case[] = [
  ...REQUESTS.flatMap(([group, rows]) => rows.map((row, index) => requestCase(`${group}.${index + 1}`, row))),
  ...RESPONSES.map((row, index) => responseCase(`H.6.${index + 1}`, row)),
  {
    ...responseCase('H.7.1', ['right', '§4.1', {}, OPEN]),
    title: 'a new key for each request so far',
    freshKeys: true,
  },
];

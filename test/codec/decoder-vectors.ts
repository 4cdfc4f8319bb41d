// Frames in, events out: RFC 6455 §5 as data. Both roles get every vector.
import { ascii, binary, close, type Frame, more, ping, pong, text } from '../helpers/feed.js';

export interface Vector {
  readonly title: string;
  readonly frames: readonly Frame[];
  readonly events: readonly string[];
  readonly maxMessageSize?: number;
  readonly maxFragments?: number;
}

const long = (length: number, byte = 120): Uint8Array => new Uint8Array(length).fill(byte);
const EURO = [0xe2, 0x82, 0xac];
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

function sum(data: Uint8Array): string {
  return `${data.length} bytes, sum ${data.reduce((total, byte) => (total * 31 + byte) % 65521, 0)}`;
}

const one = (title: string, frame: Frame, ...events: string[]): Vector => ({ title, frames: [frame], events });

const MESSAGES: Vector[] = [
  one('§5.7 a text message', text('Hello'), 'text Hello'),
  {
    title: '§5.7 a fragmented text message',
    frames: [text('Hel', { fin: false }), more('lo')],
    events: ['text Hello'],
  },
  { title: '§5.7 a ping and its pong', frames: [ping('Hello'), pong('Hello')], events: ['ping Hello', 'pong Hello'] },
  {
    title: '§5.5 two pings of which neither is whole in its chunk',
    frames: [ping('ab'), ping('cdef')],
    events: ['ping ab', 'ping cdef'],
  },
  one('§5.6 an empty text', text(''), 'text'),
  one('§5.6 an empty binary message', binary(''), 'binary'),
  ...[1, 15, 16, 17, 63, 64, 65, 124, 125, 126, 127, 255, 65535, 65536, 65537, 200_000].map((length) =>
    one(
      `§5.2 a message of ${length} bytes`,
      binary(long(length)),
      length > 64 ? `binary ${sum(long(length))}` : `binary ${'x'.repeat(length)}`,
    ),
  ),
  {
    title: '§5.4 many messages in one chunk',
    frames: Array.from({ length: 50 }, (_, index) => (index % 2 ? text(`t${index}`) : binary(`b${index}`))),
    events: Array.from({ length: 50 }, (_, index) => (index % 2 ? `text t${index}` : `binary b${index}`)),
  },
  {
    title: '§5.4 control frames between the fragments stay out of the message',
    frames: [
      text('ab', { fin: false }),
      ping('pp'),
      more('cd', { fin: false }),
      pong('qq'),
      ping(),
      more('ef'),
      text('next'),
    ],
    events: ['ping pp', 'pong qq', 'ping', 'text abcdef', 'text next'],
  },
  {
    title: '§5.4 empty fragments carry nothing',
    frames: [
      binary('', { fin: false }),
      more('', { fin: false }),
      more('xy', { fin: false }),
      more('', { fin: false }),
      more(''),
    ],
    events: ['binary xy'],
  },
  {
    title: '§5.4 only empty fragments make an empty message',
    frames: [text('', { fin: false }), more('')],
    events: ['text'],
  },
  {
    title: '§5.4 a message in a hundred fragments of one byte',
    frames: [binary('a', { fin: false }), ...Array.from({ length: 98 }, () => more('b', { fin: false })), more('c')],
    events: [`binary ${sum(ascii(`a${'b'.repeat(98)}c`))}`],
  },
  {
    title: '§5.4 fragments of 997 bytes make one message of 65,802',
    frames: Array.from({ length: 66 }, (_, index) =>
      index === 0 ? binary(long(997), { fin: false }) : more(long(997), { fin: index === 65 }),
    ),
    events: [`binary ${sum(long(65_802))}`],
  },
  {
    title: '§5.6 a character split over fragments',
    frames: [
      text(bytes(...EURO.slice(0, 1)), { fin: false }),
      more(bytes(EURO[1]), { fin: false }),
      more(bytes(EURO[2])),
    ],
    events: ['text <e2><82><ac>'],
  },
  {
    title: '§5.6 a ping inside a character',
    frames: [text(bytes(0xf0, 0x9f), { fin: false }), ping('!'), more(bytes(0x98, 0x80))],
    events: ['ping !', 'text <f0><9f><98><80>'],
  },
  one('§5.6 64 KiB of characters of three bytes', text('€'.repeat(21_846)), `text ${sum(ascii('€'.repeat(21_846)))}`),
  one('§5.6 NUL is text', text(bytes(0)), 'text <0>'),
  one('§5.6 binary is not looked at', binary(bytes(0xff, 0xfe)), 'binary <ff><fe>'),
  one('§5.5 a ping of 125 bytes', ping(long(125)), `ping ${sum(long(125))}`),
];

const HEADERS: Vector[] = [
  ...[1, 2, 4, 7].map((rsv) => one(`§5.2 reserved bits ${rsv}`, text('x', { rsv }), 'fault 1002')),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) =>
    one(`§5.2 reserved opcode ${opcode}`, { opcode }, 'fault 1002'),
  ),
  one('§5.1 the wrong masking for the direction', text('x', { wrongMask: true }), 'fault 1002'),
  one('§5.1 the wrong masking of an empty control frame', ping('', { wrongMask: true }), 'fault 1002'),
  one('§5.2 5 bytes in the 16-bit form', text('abcde', { form: 16 }), 'fault 1002'),
  one('§5.2 125 bytes in the 16-bit form', binary(long(125), { form: 16 }), 'fault 1002'),
  one('§5.2 5 bytes in the 64-bit form', text('abcde', { form: 64 }), 'fault 1002'),
  one('§5.2 65535 bytes in the 64-bit form', binary(long(65_535), { form: 64 }), 'fault 1002'),
  one('§5.2 a 64-bit length with the top bit', { opcode: 2, form: 64, announced: 1n << 63n }, 'fault 1002'),
  one('§5.5 a control frame of 126 bytes', ping(long(126)), 'fault 1002'),
  one('§5.5 a control frame in the 64-bit form', ping('', { form: 64, announced: 1n << 40n }), 'fault 1002'),
  one('§5.5 a ping without FIN', ping('', { fin: false }), 'fault 1002'),
  one('§5.5 a close without FIN', { ...close(1000), fin: false }, 'fault 1002'),
  one('§5.4 a continuation of nothing', more('x'), 'fault 1002'),
  {
    title: '§5.4 a continuation after a whole message',
    frames: [text('a'), more('x')],
    events: ['text a', 'fault 1002'],
  },
  { title: '§5.4 a text inside a message', frames: [text('a', { fin: false }), text('b')], events: ['fault 1002'] },
  { title: '§5.4 a binary inside a message', frames: [text('a', { fin: false }), binary('b')], events: ['fault 1002'] },
  {
    title: 'what came before a fault is kept',
    frames: [text('a'), ping('b'), text('c', { rsv: 1 })],
    events: ['text a', 'ping b', 'fault 1002'],
  },
];

const LIMITS: Vector[] = [
  { ...one('the largest message', binary(long(50)), `binary ${'x'.repeat(50)}`), maxMessageSize: 50 },
  { ...one('one byte too many', binary(long(51)), 'fault 1009'), maxMessageSize: 50 },
  {
    ...one(
      '2^40 bytes are judged by their header, before the first of them',
      binary('', { announced: 1n << 40n }),
      'fault 1009',
    ),
    maxMessageSize: 50,
  },
  {
    ...one('a text one byte too long is judged by its header', text('', { announced: 51n }), 'fault 1009'),
    maxMessageSize: 50,
  },
  { ...one('2^63 - 1 bytes', binary('x', { announced: (1n << 63n) - 1n }), 'fault 1009'), maxMessageSize: 50 },
  { ...one('2^32 bytes', binary('x', { announced: 1n << 32n }), 'fault 1009'), maxMessageSize: 0x7fffffff },
  {
    title: 'the total of the fragments counts',
    frames: [binary(long(30), { fin: false }), more(long(20), { fin: false }), more('y')],
    events: ['fault 1009'],
    maxMessageSize: 50,
  },
  {
    title: 'the total of the fragments is judged by the header of the one that is too much',
    frames: [binary(long(30), { fin: false }), more(long(20), { fin: false }), more('', { announced: 1n })],
    events: ['fault 1009'],
    maxMessageSize: 50,
  },
  {
    title: 'a header that is too much is judged behind a ping and a whole message',
    frames: [text('a'), binary(long(30), { fin: false }), ping('p'), more('', { announced: 21n, fin: false })],
    events: ['text a', 'ping p', 'fault 1009'],
    maxMessageSize: 50,
  },
  {
    title: 'the limit is for each message',
    frames: [binary(long(30), { fin: false }), more(long(20)), binary(long(50))],
    events: [`binary ${'x'.repeat(50)}`, `binary ${'x'.repeat(50)}`],
    maxMessageSize: 50,
  },
  { ...one('control frames have the same limit', ping('12345678901'), 'fault 1009'), maxMessageSize: 10 },
  { ...one('only empty messages', binary(''), 'binary'), maxMessageSize: 0 },
  {
    title: 'too many fragments',
    frames: [binary('', { fin: false }), more('', { fin: false }), more('', { fin: false }), more('')],
    events: ['fault 1008'],
    maxFragments: 3,
  },
  {
    title: 'as many fragments as may be',
    frames: [binary('a', { fin: false }), more('', { fin: false }), more('b'), binary('c')],
    events: ['binary ab', 'binary c'],
    maxFragments: 3,
  },
];

const UTF8: Vector[] = [
  ...[
    ['a byte that no text has', [0x61, 0xff]],
    ['an overlong NUL', [0xc0, 0x80]],
    ['an overlong slash', [0xe0, 0x80, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['more than U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a continuation without a start', [0x80]],
    ['a cut character', [0x61, ...EURO.slice(0, 2)]],
  ].map(([title, payload]) => one(`§8.1 ${title}`, text(Uint8Array.from(payload as number[])), 'fault 1007')),
  {
    title: '§8.1 a fault in a fragment is told at once',
    frames: [text(bytes(0x61, 0xff), { fin: false })],
    events: ['fault 1007'],
  },
  {
    title: '§8.1 a start that can’t go on is told at once',
    frames: [text(bytes(0xe0, 0x9f), { fin: false })],
    events: ['fault 1007'],
  },
  {
    title: '§8.1 a character cut by the end of the message',
    frames: [text(bytes(0xe2), { fin: false }), more('')],
    events: ['fault 1007'],
  },
  {
    title: '§8.1 a fault across fragments',
    frames: [text(bytes(0xed), { fin: false }), more(bytes(0xa0))],
    events: ['fault 1007'],
  },
  {
    title: '§8.1 a fault behind a thousand good bytes',
    frames: [text(joinBytes(long(1000), bytes(0xc3), long(1000)))],
    events: ['fault 1007'],
  },
];

function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const VALID_CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999];
const INVALID_CODES = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535];

const CLOSES: Vector[] = [
  one('§5.5.1 a close without a body', close(null), 'close 1005'),
  one('§5.5.1 a body of one byte', close(null, 'x'), 'fault 1002'),
  {
    title: '§5.5.1 a body of one byte makes no code with the byte behind it',
    frames: [close(null, bytes(0x03)), { opcode: 8, rsv: 6 }], // 0x03e8 is 1000
    events: ['fault 1002'],
  },
  ...VALID_CODES.map((code) => one(`§7.4 code ${code}`, close(code, 'why'), `close ${code} why`)),
  ...INVALID_CODES.map((code) => one(`§7.4 code ${code} is nobody’s`, close(code, 'why'), 'fault 1002')),
  one('§5.5.1 a reason of 123 bytes', close(1000, 'r'.repeat(123)), `close 1000 ${sum(long(123, 114))}`),
  one('§5.5.1 a reason that is not ASCII', close(4000, bytes(0x68, 0xc3, 0xa9)), 'close 4000 h<c3><a9>'),
  one('§5.5.1 a reason that is not UTF-8', close(1000, bytes(0x68, 0xff)), 'fault 1007'),
  one('§5.5.1 a reason that is cut', close(1000, bytes(0xe2, 0x82)), 'fault 1007'),
  {
    title: '§5.5.1 nothing follows a close',
    frames: [text('a'), close(1000), text('b'), close(1001)],
    events: ['text a', 'close 1000'],
  },
  {
    title: '§5.4 a close inside a message ends it',
    frames: [text('a', { fin: false }), close(1001, 'x')],
    events: ['close 1001 x'],
  },
];

export const VECTORS: readonly Vector[] = [...MESSAGES, ...HEADERS, ...LIMITS, ...UTF8, ...CLOSES];

// Cases C.3 to C.6: reserved bits once compression is agreed on, the forms that a compressed message may have, what is no
// compressed message, and small ones that grow large (RFC 7692 §6 and §7.2).
import { constants } from 'node:zlib';
import {
  BINARY,
  binary,
  type Case,
  CLOSE,
  CONTINUATION,
  type CompressionTerms,
  closing,
  type Ending,
  type FrameStep,
  fragments,
  INVALID_DATA,
  type Message,
  type Pace,
  type Payload,
  PING,
  PONG,
  PROTOCOL_ERROR,
  type Step,
  singleBytes,
  TEXT,
  text,
} from '../case.js';
import { pack } from '../packing.js';
import { JSON_TEXT } from './payloads.js';

const AGREED: CompressionTerms = { offers: ['permessage-deflate; client_max_window_bits'], must: 'agree' };
const NOT_AGREED: CompressionTerms = { offers: [], must: 'decline', answer: () => '' };
const RSV1 = 4;

/** The message of all examples of RFC 7692 §7.2.3. */
const HELLO = 'Hello';
const PACKED_HELLO = 'f248cdc9c90700';
const hex = (digits: string): Payload => ({ hex: digits });

const packedFrame = (digits: string, more: Partial<FrameStep> = {}): FrameStep => ({
  opcode: TEXT,
  rsv: RSV1,
  payload: hex(digits),
  ...more,
});

/** A compressed message in fragments: RSV1 is the first one's alone (§6.1). */
function packedFragments(payloads: readonly Payload[], opcode = TEXT): FrameStep[] {
  return fragments(opcode, payloads).map((frame, index) => (index === 0 ? { ...frame, rsv: RSV1 } : frame));
}

const caseOf = (id: string, title: string, section: string, rest: Partial<Case> & Pick<Case, 'send'>): Case => ({
  id,
  title,
  section: section.startsWith('RFC') ? section : `RFC 7692 ${section}`,
  compression: AGREED,
  ...rest,
});

const HELLO_FRAME = packedFrame(PACKED_HELLO);
const [FIRST_HALF, SECOND_HALF] = [hex('f248cd'), hex('c9c90700')];

type BitRow = readonly [title: string, section: string, send: readonly Step[], compression?: CompressionTerms];

const BIT_ROWS: readonly BitRow[] = [
  ['RSV1 on a text where nothing is agreed on', '§6', [HELLO_FRAME], NOT_AGREED],
  ['RSV1 on a binary message where nothing is agreed on', '§6', [{ ...HELLO_FRAME, opcode: BINARY }], NOT_AGREED],
  ['RSV1 on a ping', '§6', [{ opcode: PING, rsv: RSV1, payload: HELLO }]],
  ['RSV1 on a pong', '§6', [{ opcode: PONG, rsv: RSV1, payload: HELLO }]],
  ['RSV1 on a close frame', '§6', [{ opcode: CLOSE, rsv: RSV1, payload: closing(1000) }]],
  [
    'RSV1 on the second fragment of a message that is not compressed',
    '§6.1',
    [
      { opcode: TEXT, payload: 'Hel', fin: false },
      { opcode: CONTINUATION, rsv: RSV1, payload: 'lo' },
    ],
  ],
  [
    'RSV1 on both fragments of a compressed message',
    '§6.1',
    packedFragments([FIRST_HALF, SECOND_HALF]).map((frame) => ({ ...frame, rsv: RSV1 })),
  ],
  ['RSV2 on a compressed text', 'RFC 6455 §5.2', [{ ...HELLO_FRAME, rsv: RSV1 | 2 }]],
  ['RSV3 on a compressed text', 'RFC 6455 §5.2', [{ ...HELLO_FRAME, rsv: RSV1 | 1 }]],
  ['RSV2 on a text that is not compressed', 'RFC 6455 §5.2', [{ opcode: TEXT, rsv: 2, payload: HELLO }]],
  ['RSV3 on a ping', 'RFC 6455 §5.2', [{ opcode: PING, rsv: 1, payload: HELLO }]],
  ['RSV1 on a reserved opcode', 'RFC 6455 §5.2', [{ opcode: 3, rsv: RSV1, payload: hex(PACKED_HELLO) }]],
];

const BITS: readonly Case[] = BIT_ROWS.map(([title, section, send, compression = AGREED], index) =>
  caseOf(`C.3.${index + 1}`, title, section, { send, compression, ending: PROTOCOL_ERROR }),
);

const LONG = 2000;
const longText = (): Uint8Array => JSON_TEXT.make(LONG, 7);
/** Goes back 250 bytes at most, which any agreed window allows. */
const packed = (make: () => Uint8Array, strategy: number = constants.Z_DEFAULT_STRATEGY, level = 6): Payload => ({
  make: () => pack(make(), { bits: 9, strategy, level }),
});
const LONG_TEXT = text({ make: longText, size: LONG });

/** §3.2.4 of RFC 1951: each byte of a text in a stored block of its own. */
const STORED_BYTES = `${[...HELLO].map((char) => `000100feff${char.charCodeAt(0).toString(16)}`).join('')}00`;

type FormRow = readonly [title: string, payload: Payload, message: Message];

const FORM_ROWS: readonly FormRow[] = [
  ['with a fixed code', hex(PACKED_HELLO), text(HELLO)],
  ['in a stored block', hex('000500faff48656c6c6f00'), text(HELLO)],
  ['in five stored blocks', hex(STORED_BYTES), text(HELLO)],
  ['in two blocks', hex('f24805000000ffffcac9c90700'), text(HELLO)],
  ['in a final block', hex('f348cdc9c9070000'), text(HELLO)],
  ['of much text, with a code of its own', packed(longText), LONG_TEXT],
  ['of much text, with the fixed code', packed(longText, constants.Z_FIXED), LONG_TEXT],
  ['of much text, without matches', packed(longText, constants.Z_HUFFMAN_ONLY), LONG_TEXT],
  ['of much text, stored', packed(longText, constants.Z_DEFAULT_STRATEGY, 0), LONG_TEXT],
  ['of 65536 equal characters', packed(() => Buffer.alloc(65536, '*')), text({ fill: '*', size: 65536 })],
  ['without content, as one byte', hex('00'), text('')],
  ['without content, as a fixed block', hex('0200'), text('')],
  ['of characters of four bytes', packed(() => Buffer.from('🎮'.repeat(50))), text('🎮'.repeat(50))],
];

/** A character of two bytes, whose second is in another block. */
const SPLIT_CHARACTER = hex('000100feffc3000100feffa900');

const FORMS: readonly Case[] = [
  ...FORM_ROWS.map(([title, payload, message], index) =>
    caseOf(`C.4.1.${index + 1}`, `a compressed text ${title}`, '§7.2.3', {
      send: [{ opcode: TEXT, rsv: RSV1, payload }],
      messages: [message],
    }),
  ),
  caseOf('C.4.1.14', 'a compressed text of a character that is split between two blocks', '§7.2.3', {
    send: [{ opcode: TEXT, rsv: RSV1, payload: SPLIT_CHARACTER }],
    messages: [text('é')],
  }),
  caseOf('C.4.1.15', 'a compressed binary message of bytes that are no UTF-8', '§7.2.3', {
    send: [{ opcode: BINARY, rsv: RSV1, payload: packed(() => Buffer.alloc(300, 0xfe)) }],
    messages: [binary({ fill: '\u00fe', size: 300 })],
  }),
];

/** All ways to cut a message in two, empty fragments among them. */
const CUTS = Array.from({ length: PACKED_HELLO.length / 2 + 1 }, (_, at) =>
  packedFragments([hex(PACKED_HELLO.slice(0, at * 2)), hex(PACKED_HELLO.slice(at * 2))]),
);

const PACES: readonly (readonly [pace: Pace, how: string])[] = [
  ['together', ''],
  ['frames', ', frame by frame'],
  [1, ', byte by byte'],
];

const bytewise = packedFragments(singleBytes(PACKED_HELLO));

type OrderRow = readonly [
  title: string,
  send: readonly Step[],
  messages: readonly Message[],
  pongs?: readonly Payload[],
];

const ORDER_ROWS: readonly OrderRow[] = [
  ['a compressed text in two fragments, cut at every place', CUTS.flat(), CUTS.map(() => text(HELLO))],
  ['a compressed text in fragments of one byte', bytewise, [text(HELLO)]],
  [
    'a compressed text in fragments of one byte, with pings between them',
    bytewise.flatMap((frame, index) => [frame, { opcode: PING, payload: `ping ${index}` }]),
    [text(HELLO)],
    bytewise.map((_, index) => `ping ${index}`),
  ],
  [
    'a compressed text between empty fragments',
    packedFragments([hex(''), FIRST_HALF, hex(''), SECOND_HALF, hex('')]),
    [text(HELLO)],
  ],
  [
    'messages that are compressed, and others between them',
    [HELLO_FRAME, { opcode: TEXT, payload: 'plain' }, HELLO_FRAME, { opcode: BINARY, payload: 'plain' }, HELLO_FRAME],
    [text(HELLO), text('plain'), text(HELLO), binary('plain'), text(HELLO)],
  ],
  [
    'texts that refer to earlier ones, where that is agreed on',
    Array.from({ length: 10 }, () => ({ compressed: text(HELLO) })),
    Array.from({ length: 10 }, () => text(HELLO)),
  ],
];

const ORDERS: readonly Case[] = ORDER_ROWS.flatMap(([title, send, messages, pongs = []], row) =>
  PACES.map(([pace, how], index) =>
    caseOf(`C.4.2.${row * PACES.length + index + 1}`, title + how, '§6.1', { send, messages, pongs, pace }),
  ),
);

/** What RFC 7692 does not have, and inflaters let pass. */
const ODD_ROWS: readonly (readonly [title: string, digits: string, message: string])[] = [
  ['whose last four bytes were left on', `${PACKED_HELLO}0000ffff`, HELLO],
  ['of no bytes at all', '', ''],
  ['with a block behind its final block', `f348cdc9c90700${PACKED_HELLO}`, HELLO],
  ['that ends in the middle of a block', 'f248cd', HELLO],
];

const ODD: readonly Case[] = ODD_ROWS.map(([title, digits, message], index) =>
  caseOf(`C.4.3.${index + 1}`, `a compressed text ${title}`, '§7.2.1', {
    send: [packedFrame(digits)],
    messages: [text(message)],
    informational: true,
  }),
);

/** RFC 7692 names no code: 1007 is that of data that is not what it should be, 1002 that of a breach. */
const NOT_INFLATED: Ending = { by: 'failing', codes: [1007, 1002] };

const FAULT_ROWS: readonly (readonly [title: string, digits: string])[] = [
  ['a block of no known kind', 'ffffffffffff'],
  ['a stored block of two lengths', '000500000048656c6c6f00'],
  ['a text that refers to an earlier one, where there is none', 'f200110000'],
  ['a code with too many lengths', 'fcffffffffff'],
  ['plain text', '48656c6c6f2c20706565722c20686f772061726520796f753f'],
];

const stored = (content: string): string =>
  `00${(content.length / 2).toString(16).padStart(2, '0')}00${(255 - content.length / 2).toString(16)}ff${content}00`;

const NO_TEXT_ROWS: readonly (readonly [title: string, content: string])[] = [
  ['of a byte that is no UTF-8', 'ff'],
  ['that ends within a character', '48656cc3'],
  ['of half a pair of surrogates', 'eda080'],
];

const FAULTS: readonly Case[] = [
  ...FAULT_ROWS.flatMap(([title, digits], index) => [
    caseOf(`C.5.1.${index * 3 + 1}`, `in a compressed message: ${title}`, '§7.2.2', {
      send: [packedFrame(digits)],
      ending: NOT_INFLATED,
    }),
    caseOf(`C.5.1.${index * 3 + 2}`, `in a compressed message behind a right one: ${title}`, '§7.2.2', {
      // Behind a context a reference may be right, so this one is not compressed.
      send: [{ opcode: TEXT, payload: HELLO }, 'echoed', packedFrame(digits)],
      messages: [text(HELLO)],
      ending: NOT_INFLATED,
    }),
    caseOf(`C.5.1.${index * 3 + 3}`, `in a compressed message in fragments of one byte: ${title}`, '§7.2.2', {
      send: packedFragments(singleBytes(digits)),
      ending: NOT_INFLATED,
    }),
  ]),
  ...NO_TEXT_ROWS.map(([title, content], index) =>
    caseOf(`C.5.2.${index + 1}`, `a compressed text ${title}`, 'RFC 6455 §8.1', {
      send: [packedFrame(stored(content))],
      ending: INVALID_DATA,
    }),
  ),
];

const MIB = 1_048_576;
const BOMB_MIB = 64;

/** Made when it is first sent, and kept: it is small. */
function bomb(size: number): () => Uint8Array {
  let made: Uint8Array | null = null;
  return () => {
    made ??= pack(Buffer.alloc(size, '*'), { bits: 9 });
    return made;
  };
}

/** Many refuse what they can't hold; who can hold it may take it. */
const TOO_BIG: Ending = { by: 'failing', codes: [1009], otherwise: 'informational' };
const BOMB = bomb(BOMB_MIB * MIB);
const BOMB_OF_ONE_MIB = bomb(MIB);

/** `payload` in two fragments, which are made when they are sent. */
const halves = (make: () => Uint8Array): Payload[] => [
  { make: () => half(make(), 0) },
  { make: () => half(make(), 1) },
];

function half(bytes: Uint8Array, which: 0 | 1): Uint8Array {
  const middle = bytes.length >> 1;
  return which === 0 ? bytes.subarray(0, middle) : bytes.subarray(middle);
}

const BOMBS: readonly Case[] = [
  caseOf('C.6.1', `a compressed binary message that becomes ${BOMB_MIB} MiB`, '§8', {
    send: [{ opcode: BINARY, rsv: RSV1, payload: { make: BOMB } }],
    ending: TOO_BIG,
  }),
  caseOf('C.6.2', `a compressed text in two fragments that becomes ${BOMB_MIB} MiB`, '§8', {
    send: packedFragments(halves(BOMB)),
    ending: TOO_BIG,
  }),
  caseOf('C.6.3', `a compressed message that becomes ${BOMB_MIB} MiB behind a right one`, '§8', {
    send: [HELLO_FRAME, 'echoed', { opcode: BINARY, rsv: RSV1, payload: { make: BOMB } }],
    messages: [text(HELLO)],
    ending: TOO_BIG,
  }),
  caseOf('C.6.4', 'fifty compressed messages of 1 MiB each', '§8', {
    send: Array.from({ length: 50 }, () => ({ opcode: BINARY, rsv: RSV1, payload: { make: BOMB_OF_ONE_MIB } })),
    messages: Array.from({ length: 50 }, () => binary({ fill: '*', size: MIB })),
    heavy: true,
  }),
];

export const COMPRESSION: readonly Case[] = [...BITS, ...FORMS, ...ORDERS, ...ODD, ...FAULTS, ...BOMBS];

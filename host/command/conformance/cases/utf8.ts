// Cases 6: text that is UTF-8 and text that is not, in one frame, in fragments, and found out early.
import {
  type Case,
  type FrameStep,
  fragments,
  INVALID_DATA,
  type Payload,
  type Step,
  singleBytes,
  TEXT,
  text,
} from '../case.js';

const SECTION = '§8.1';
const VALID = 'Grüße, мир, 世界 😀';
const GREEK = 'κόσμε';
const hexOf = (characters: string): string => Buffer.from(characters).toString('hex');
const hex = (digits: string): Payload => ({ hex: digits });

/** Right text around a surrogate, which UTF-8 excludes. */
const BEFORE = hexOf(GREEK);
const SURROGATE = 'eda080';
const AFTER = hexOf('behind');
const INVALID = BEFORE + SURROGATE + AFTER;
/** The first four bytes of what would be U+110000, beyond the last character. */
const BEYOND = 'f4908080';

const valid = (id: string, title: string, send: readonly Step[], whole: Payload): Case => ({
  id,
  title,
  section: SECTION,
  send,
  messages: [text(whole)],
});

const invalid = (id: string, title: string, send: readonly Step[]): Case => ({
  id,
  title,
  section: SECTION,
  send,
  ending: INVALID_DATA,
});

const EMPTY: readonly Case[] = [
  valid('6.1.1', 'an empty text', [{ opcode: TEXT }], ''),
  valid('6.1.2', 'an empty text in three fragments', fragments(TEXT, ['', '', '']), ''),
  valid('6.1.3', 'a text between two empty fragments', fragments(TEXT, ['', VALID, '']), VALID),
];

const WHOLE: readonly Case[] = [
  valid('6.2.1', 'a text with characters of one to four bytes', [{ opcode: TEXT, payload: VALID }], VALID),
  valid(
    '6.2.2',
    'the same in two fragments, cut between characters',
    fragments(TEXT, ['Grüße, ', VALID.substring(7)]),
    VALID,
  ),
  valid('6.2.3', 'the same in fragments of one byte', fragments(TEXT, singleBytes(hexOf(VALID))), VALID),
  valid('6.2.4', 'Greek letters in fragments of one byte', fragments(TEXT, singleBytes(hexOf(GREEK))), GREEK),
  invalid('6.3.1', 'a text with a surrogate', [{ opcode: TEXT, payload: hex(INVALID) }]),
  invalid('6.3.2', 'the same in fragments of one byte', fragments(TEXT, singleBytes(INVALID))),
];

/** The fragments, and after all but the last a ping whose answer shows that the fragment has been read. */
function seenEach(pieces: readonly FrameStep[]): Step[] {
  return pieces.flatMap((piece, index): Step[] => (index < pieces.length - 1 ? [piece, 'seen'] : [piece]));
}

const fast = (id: string, title: string, send: readonly Step[]): Case => ({
  ...invalid(id, title, send),
  failsFast: true,
});

const inOneFrame = (id: string, title: string, whole: string, pauseAt: readonly number[]): Case =>
  fast(id, title, [{ opcode: TEXT, payload: hex(whole), pauseAt }]);

const LENGTH = BEFORE.length / 2;

const EARLY: readonly Case[] = [
  fast(
    '6.4.1',
    'a character beyond the last fills the second of three fragments: refused before the third',
    seenEach(fragments(TEXT, [GREEK, hex(BEYOND), hex(AFTER)])),
  ),
  fast(
    '6.4.2',
    'such a character is cut where its second byte shows it: refused before the rest of it',
    seenEach(fragments(TEXT, [GREEK, hex('f490'), hex(`8080${AFTER}`)])),
  ),
  inOneFrame(
    '6.4.3',
    'the bytes of 6.4.1 in one frame, with pauses: refused before the last piece',
    BEFORE + BEYOND + AFTER,
    [LENGTH, LENGTH + 4],
  ),
  inOneFrame(
    '6.4.4',
    'the bytes of 6.4.2 in one frame, with pauses: refused before the last piece',
    BEFORE + BEYOND + AFTER,
    [LENGTH, LENGTH + 2],
  ),
];

/** Groups of texts, as hexadecimal digits; '+' before those that are UTF-8. */
const TABLE: readonly [group: string, about: string, rows: readonly string[]][] = [
  ['6.5', 'characters of one to four bytes', ['$', '¢', '€', '𤭢', GREEK].map((one) => `+${hexOf(`a${one}b`)}`)],
  ['6.6', 'Greek letters, cut after each byte', prefixesOf(GREEK)],
  ['6.7', 'the first character of each length', ['+00', '+c280', '+e0a080', '+f0908080']],
  ['6.8', 'sequences of five and six bytes', ['f888808080', 'fc8480808080']],
  ['6.9', 'the last character of each length', ['+7f', '+dfbf', '+efbfbf', '+f48fbfbf']],
  ['6.10', 'the last sequences of four to six bytes', ['f7bfbfbf', 'fbbfbfbfbf', 'fdbfbfbfbfbf']],
  ['6.11', 'the borders of what is excluded', ['+ed9fbf', '+ee8080', '+efbfbd', '+f48fbfbf', 'f4908080']],
  [
    '6.12',
    'continuation bytes that continue nothing',
    ['80', 'bf', '80bf', '80bf80', '80bf80bf', '80bf80bf80', '80bf80bf80bf', rangeHex(0x80, 0xbf)],
  ],
  [
    '6.13',
    'first bytes that nothing continues',
    [
      [0xc0, 0xdf],
      [0xe0, 0xef],
      [0xf0, 0xf7],
      [0xf8, 0xfb],
      [0xfc, 0xfd],
    ].map(([from, to]) => spaced(from, to)),
  ],
  [
    '6.14',
    'sequences without their last byte',
    ['c0', 'e080', 'f08080', 'f8808080', 'fc80808080', 'df', 'efbf', 'f7bfbf', 'fbbfbfbf', 'fdbfbfbfbf'],
  ],
  ['6.15', 'all of these in a row', ['c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf']],
  ['6.16', 'bytes that never occur', ['fe', 'ff', 'fefeffff']],
  ['6.17', 'a slash in too many bytes', ['c0af', 'e080af', 'f08080af', 'f8808080af', 'fc80808080af']],
  ['6.18', 'the last characters in too many bytes', ['c1bf', 'e09fbf', 'f08fbfbf', 'f887bfbfbf', 'fc83bfbfbfbf']],
  ['6.19', 'NUL in too many bytes', ['c080', 'e08080', 'f0808080', 'f880808080', 'fc8080808080']],
  ['6.20', 'single surrogates', ['eda080', 'edadbf', 'edae80', 'edafbf', 'edb080', 'edbe80', 'edbfbf']],
  [
    '6.21',
    'pairs of surrogates',
    ['eda080', 'edadbf', 'edae80', 'edafbf'].flatMap((high) => [`${high}edb080`, `${high}edbfbf`]),
  ],
  ['6.22', 'characters that stand for nothing, but are UTF-8', noncharacters()],
  [
    '6.23',
    'special characters',
    ['efbfb9', 'efbfba', 'efbfbb', 'efbfbc', 'efbfbd', 'efbbbf', 'e280a8'].map((one) => `+${one}`),
  ],
];

/** Every beginning of `characters`; those that end between two are UTF-8. */
function prefixesOf(characters: string): string[] {
  const digits = hexOf(characters);
  const whole = new Set(Array.from(characters, (_, index) => hexOf(characters.substring(0, index + 1))));
  return (digits.match(/../g) ?? []).map((_, index) => {
    const prefix = digits.substring(0, 2 * (index + 1));
    return whole.has(prefix) ? `+${prefix}` : prefix;
  });
}

function rangeHex(from: number, to: number, between = ''): string {
  return Array.from({ length: to - from + 1 }, (_, index) => (from + index).toString(16) + between).join('');
}

function spaced(from = 0, to = 0): string {
  return rangeHex(from, to, '20');
}

/** The last two of each of the 17 planes (Unicode §23.7). */
function noncharacters(): string[] {
  return Array.from({ length: 17 }, (_, plane) => [plane * 65536 + 0xfffe, plane * 65536 + 0xffff])
    .flat()
    .map((point) => `+${hexOf(String.fromCodePoint(point))}`);
}

function tableCase(group: string, about: string, row: string, index: number): Case {
  const isValid = row.startsWith('+');
  const digits = isValid ? row.substring(1) : row;
  const shown = (digits.match(/../g) ?? []).slice(0, 12).join(' ') + (digits.length > 24 ? ' …' : '');
  const title = `${about}: ${shown}`;
  const send = [{ opcode: TEXT, payload: hex(digits) }];
  const id = `${group}.${index + 1}`;
  return isValid ? valid(id, title, send, hex(digits)) : invalid(id, title, send);
}

export const UTF8: readonly Case[] = [
  ...EMPTY,
  ...WHOLE,
  ...EARLY,
  ...TABLE.flatMap(([group, about, rows]) => rows.map((row, index) => tableCase(group, about, row, index))),
];

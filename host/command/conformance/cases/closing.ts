// Cases 7: the closing handshake, its codes and its reasons.
import {
  ANSWERED,
  type Case,
  CLOSE,
  CONTINUATION,
  closing,
  type Ending,
  INVALID_DATA,
  type Payload,
  PING,
  PROTOCOL_ERROR,
  type Step,
  TEXT,
  text,
} from '../case.js';

const HELLO = 'Hello, peer';
const NORMAL: Step = { opcode: CLOSE, payload: closing(1000) };
const LARGE: Payload = { fill: '*', size: 262144 };

const AROUND: readonly Case[] = [
  {
    id: '7.1.1',
    title: 'a message, then a close frame',
    section: '§7.1.2',
    send: [{ opcode: TEXT, payload: HELLO }, 'echoed', NORMAL],
    messages: [text(HELLO)],
    ending: ANSWERED,
  },
  { id: '7.1.2', title: 'two close frames', section: '§5.5.1', send: [NORMAL, NORMAL], ending: ANSWERED },
  {
    id: '7.1.3',
    title: 'a ping behind the close frame',
    section: '§5.5.1',
    send: [NORMAL, { opcode: PING, payload: 'too late' }],
    ending: ANSWERED,
  },
  {
    id: '7.1.4',
    title: 'a message behind the close frame',
    section: '§5.5.1',
    send: [NORMAL, { opcode: TEXT, payload: HELLO }],
    ending: ANSWERED,
  },
  {
    id: '7.1.5',
    title: 'a close frame between two fragments of a message',
    section: '§5.5.1',
    send: [
      { opcode: TEXT, payload: 'first half', fin: false },
      NORMAL,
      { opcode: CONTINUATION, payload: 'second half' },
    ],
    ending: ANSWERED,
  },
  {
    id: '7.1.6',
    title: 'a message of 262144 bytes, a close frame and a ping at once',
    section: '§7.1.2',
    send: [{ opcode: TEXT, payload: LARGE }, NORMAL, { opcode: PING }],
    messages: [text(LARGE)],
    ending: ANSWERED,
    informational: true,
  },
];

/** A row: the close frame's body, and how the connection ends. */
type Row = readonly [id: string, title: string, body: Payload, ending: Ending];

const BODIES: readonly Row[] = [
  ['7.3.1', 'a close frame without a body', '', ANSWERED],
  ['7.3.2', 'a close frame with half a code', { hex: '03' }, PROTOCOL_ERROR],
  ['7.3.3', 'a close frame with a code', closing(1000), ANSWERED],
  ['7.3.4', 'a close frame with code and reason', closing(1000, 'that was it'), ANSWERED],
  ['7.3.5', 'a close frame with the longest reason, 123 bytes', closing(1000, { fill: '*', size: 123 }), ANSWERED],
  ['7.3.6', 'a close frame with a reason of 124 bytes', closing(1000, { fill: '*', size: 124 }), PROTOCOL_ERROR],
  [
    '7.5.1',
    'a close frame with a reason that is not UTF-8',
    closing(1000, { hex: 'ceba40eda0806e6f' }),
    { by: 'failing', codes: [...(INVALID_DATA.by === 'failing' ? INVALID_DATA.codes : []), 1002] },
  ],
];

const VALID_CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const INVALID_CODES = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
const UNKNOWN_CODES = [5000, 65535];

const codeRows = (group: string, codes: readonly number[], what: string, ending: Ending): Row[] =>
  codes.map((code, index) => [`${group}.${index + 1}`, `close code ${code}, which ${what}`, closing(code), ending]);

const bodyCase = ([id, title, payload, ending]: Row): Case => ({
  id,
  title,
  section: id.startsWith('7.3') ? '§5.5.1' : '§7.4',
  send: [{ opcode: CLOSE, payload }],
  ending,
});

export const CLOSING: readonly Case[] = [
  ...AROUND,
  ...BODIES.map(bodyCase),
  ...codeRows('7.7', VALID_CODES, 'may be sent', ANSWERED).map(bodyCase),
  ...codeRows('7.9', INVALID_CODES, 'must not be sent', PROTOCOL_ERROR).map(bodyCase),
  ...codeRows('7.13', UNKNOWN_CODES, 'is outside of all ranges', PROTOCOL_ERROR).map((row) => ({
    ...bodyCase(row),
    informational: true as const,
  })),
];

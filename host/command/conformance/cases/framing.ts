// Cases 1 to 4 and 10: sizes of messages, pings and pongs, reserved bits, reserved opcodes, many fragments.
import {
  BINARY,
  binary,
  type Case,
  CLOSE,
  closing,
  fragments,
  type Pace,
  type Payload,
  PING,
  PONG,
  PROTOCOL_ERROR,
  type Step,
  TEXT,
  text,
} from '../case.js';

const HELLO = 'Hello, peer';
const BYTES: Payload = { hex: '00fffefdfcfb007fff' };
const stars = (size: number): Payload => ({ fill: '*', size });
const highBytes = (size: number): Payload => ({ fill: '\u00fe', size });

const SIZES: readonly [size: number, pace: Pace][] = [
  [0, 'together'],
  [125, 'together'],
  [126, 'together'],
  [127, 'together'],
  [128, 'together'],
  [65535, 'together'],
  [65536, 'together'],
  [65536, 997],
];

function sizeCase(kind: 'text' | 'binary', size: number, pace: Pace, id: string): Case {
  const isText = kind === 'text';
  const payload = isText ? stars(size) : highBytes(size);
  const how = pace === 'together' ? '' : `, in pieces of ${pace} bytes`;
  return {
    id,
    title: `a ${kind} message of ${size} bytes${how}`,
    section: '§5.6',
    send: [{ opcode: isText ? TEXT : BINARY, payload }],
    pace,
    messages: [isText ? text(payload) : binary(payload)],
  };
}

const SIZE_CASES = (['text', 'binary'] as const).flatMap((kind, group) =>
  SIZES.map(([size, pace], index) => sizeCase(kind, size, pace, `1.${group + 1}.${index + 1}`)),
);

const TEN: readonly Payload[] = Array.from({ length: 10 }, (_, index) => `ping ${index}`);
const tenPings = TEN.map((payload) => ({ opcode: PING, payload }));

const PINGS: readonly Case[] = [
  { id: '2.1', title: 'a ping without payload', section: '§5.5.2', send: [{ opcode: PING }], pongs: [''] },
  {
    id: '2.2',
    title: 'a ping with a text',
    section: '§5.5.2',
    send: [{ opcode: PING, payload: HELLO }],
    pongs: [HELLO],
  },
  {
    id: '2.3',
    title: 'a ping with bytes that are no text',
    section: '§5.5.2',
    send: [{ opcode: PING, payload: BYTES }],
    pongs: [BYTES],
  },
  {
    id: '2.4',
    title: 'a ping of the largest size, 125 bytes',
    section: '§5.5',
    send: [{ opcode: PING, payload: highBytes(125) }],
    pongs: [highBytes(125)],
  },
  {
    id: '2.5',
    title: 'a ping of 126 bytes',
    section: '§5.5',
    send: [{ opcode: PING, payload: highBytes(126) }],
    ending: PROTOCOL_ERROR,
  },
  {
    id: '2.6',
    title: 'a ping of 125 bytes, byte by byte',
    section: '§5.5',
    send: [{ opcode: PING, payload: highBytes(125) }],
    pace: 1,
    pongs: [highBytes(125)],
  },
  { id: '2.7', title: 'a pong that nobody asked for', section: '§5.5.3', send: [{ opcode: PONG }] },
  {
    id: '2.8',
    title: 'a pong with a text that nobody asked for',
    section: '§5.5.3',
    send: [{ opcode: PONG, payload: HELLO }],
  },
  {
    id: '2.9',
    title: 'a pong that nobody asked for, then a ping',
    section: '§5.5.3',
    send: [
      { opcode: PONG, payload: 'nobody asked' },
      { opcode: PING, payload: HELLO },
    ],
    pongs: [HELLO],
  },
  { id: '2.10', title: 'ten pings at once', section: '§5.5.3', send: tenPings, pongs: TEN },
  { id: '2.11', title: 'ten pings, byte by byte', section: '§5.5.3', send: tenPings, pace: 1, pongs: TEN },
];

/** A message that is answered, then the fault, then a ping that must not be. */
function afterMessage(fault: Step): Step[] {
  return [{ opcode: TEXT, payload: HELLO }, 'echoed', fault, { opcode: PING, payload: 'too late' }];
}

/** A row: the fault, whether a message comes before it, the pace. */
type FaultRow = readonly [id: string, title: string, fault: Step, isAfterMessage: boolean, pace: Pace];

const RESERVED: readonly FaultRow[] = [
  ['3.1', 'a text frame with RSV3', { opcode: TEXT, payload: HELLO, rsv: 1 }, false, 'together'],
  ['3.2', 'a text frame with RSV2 after a message', { opcode: TEXT, payload: HELLO, rsv: 2 }, true, 'together'],
  [
    '3.3',
    'a text frame with RSV2 and RSV3 after a message, frame by frame',
    { opcode: TEXT, payload: HELLO, rsv: 3 },
    true,
    'frames',
  ],
  ['3.4', 'a text frame with RSV1 after a message, byte by byte', { opcode: TEXT, payload: HELLO, rsv: 4 }, true, 1],
  ['3.5', 'a binary frame with RSV1 and RSV3', { opcode: BINARY, payload: BYTES, rsv: 5 }, false, 'together'],
  ['3.6', 'a ping with RSV1 and RSV2', { opcode: PING, payload: HELLO, rsv: 6 }, false, 'together'],
  ['3.7', 'a close frame with all reserved bits', { opcode: CLOSE, payload: closing(1000), rsv: 7 }, false, 'together'],
  ['4.1.1', 'opcode 3', { opcode: 3 }, false, 'together'],
  ['4.1.2', 'opcode 4 with a payload', { opcode: 4, payload: 'reserved' }, false, 'together'],
  ['4.1.3', 'opcode 5 after a message', { opcode: 5 }, true, 'together'],
  ['4.1.4', 'opcode 6 with a payload after a message', { opcode: 6, payload: 'reserved' }, true, 'together'],
  ['4.1.5', 'opcode 7 after a message, byte by byte', { opcode: 7, payload: 'reserved' }, true, 1],
  ['4.2.1', 'opcode 11', { opcode: 11 }, false, 'together'],
  ['4.2.2', 'opcode 12 with a payload', { opcode: 12, payload: 'reserved' }, false, 'together'],
  ['4.2.3', 'opcode 13 after a message', { opcode: 13 }, true, 'together'],
  ['4.2.4', 'opcode 14 with a payload after a message', { opcode: 14, payload: 'reserved' }, true, 'together'],
  ['4.2.5', 'opcode 15 after a message, byte by byte', { opcode: 15, payload: 'reserved' }, true, 1],
];

const RESERVED_CASES: readonly Case[] = RESERVED.map(([id, title, fault, isAfterMessage, pace]) => ({
  id,
  title,
  section: '§5.2',
  send: isAfterMessage ? afterMessage(fault) : [fault],
  pace,
  messages: isAfterMessage ? [text(HELLO)] : [],
  ending: PROTOCOL_ERROR,
}));

const PIECE = 1300;
const pieces: Payload[] = Array.from({ length: Math.ceil(65536 / PIECE) }, (_, index) =>
  stars(Math.min(PIECE, 65536 - index * PIECE)),
);

const AUTO_FRAGMENTED: Case = {
  id: '10.1.1',
  title: `a text message of 65536 bytes in fragments of ${PIECE}`,
  section: '§5.4',
  send: fragments(TEXT, pieces),
  messages: [text(stars(65536))],
};

export const FRAMING: readonly Case[] = [...SIZE_CASES, ...PINGS, ...RESERVED_CASES];
export const FRAGMENTED_BY_SENDER: readonly Case[] = [AUTO_FRAGMENTED];

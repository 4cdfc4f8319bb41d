// Cases F, which the known suite lacks: masking, forms of the length, close codes of later registration, and frames
// that come with other things in one write.
import {
  ANSWERED,
  type Case,
  CLOSE,
  closing,
  type FrameStep,
  fragments,
  PING,
  PROTOCOL_ERROR,
  TEXT,
  text,
} from '../case.js';

const HELLO = 'Hello, peer';
const frame = (rest: Omit<FrameStep, 'opcode'>): FrameStep => ({ opcode: TEXT, payload: HELLO, ...rest });

const MASKS: readonly Case[] = [
  {
    id: 'F.1.1',
    title: 'a text frame that is masked by a server, or not masked by a client',
    section: '§5.1',
    send: [frame({ wrongMask: true })],
    ending: PROTOCOL_ERROR,
  },
  {
    id: 'F.1.2',
    title: 'a ping that is masked by a server, or not masked by a client',
    section: '§5.1',
    send: [{ opcode: PING, payload: HELLO, wrongMask: true }],
    ending: PROTOCOL_ERROR,
  },
  {
    id: 'F.1.3',
    title: 'a close frame that is masked by a server, or not masked by a client',
    section: '§5.1',
    send: [{ opcode: CLOSE, payload: closing(1000), wrongMask: true }],
    ending: PROTOCOL_ERROR,
  },
  {
    id: 'F.1.4',
    title: 'a masking key of zeros',
    section: '§5.3',
    only: 'server',
    send: [frame({ maskKey: '00000000' })],
    messages: [text(HELLO)],
  },
  {
    id: 'F.1.5',
    title: 'a masking key whose last bytes are zeros, byte by byte',
    section: '§5.3',
    only: 'server',
    send: [frame({ maskKey: 'ff800000' })],
    pace: 1,
    messages: [text(HELLO)],
  },
];

const LENGTHS: readonly Case[] = [
  {
    id: 'F.2.1',
    title: 'a short length in 16 bits',
    section: '§5.2',
    send: [frame({ lengthBits: 16 })],
    ending: PROTOCOL_ERROR,
    informational: true,
  },
  {
    id: 'F.2.2',
    title: 'a short length in 64 bits',
    section: '§5.2',
    send: [frame({ lengthBits: 64 })],
    ending: PROTOCOL_ERROR,
    informational: true,
  },
  {
    id: 'F.2.3',
    title: 'a ping with a short length in 16 bits',
    section: '§5.2',
    send: [{ opcode: PING, payload: HELLO, lengthBits: 16 }],
    ending: PROTOCOL_ERROR,
    informational: true,
  },
  {
    id: 'F.2.4',
    title: 'a length with its highest bit set',
    section: '§5.2',
    send: [frame({ announced: 'ffffffffffffffff' })],
    ending: { by: 'failing', codes: [1002, 1009] },
  },
  {
    id: 'F.2.5',
    title: 'a length of 2^62 bytes, of which eleven come',
    section: '§10.4',
    send: [frame({ announced: '4000000000000000' })],
    ending: { by: 'failing', codes: [1009, 1002] },
    informational: true,
  },
];

const LATER_CODES = [1012, 1013, 1014].map(
  (code, index): Case => ({
    id: `F.3.${index + 2}`,
    title: `close code ${code}, which was registered after RFC 6455`,
    section: '§7.4.2',
    send: [{ opcode: CLOSE, payload: closing(code) }],
    ending: ANSWERED,
    informational: true,
  }),
);

const CODES: readonly Case[] = [
  {
    id: 'F.3.1',
    title: 'close code 1015, which must not be sent',
    section: '§7.4.1',
    send: [{ opcode: CLOSE, payload: closing(1015) }],
    ending: PROTOCOL_ERROR,
  },
  ...LATER_CODES,
];

const EMPTY = Array.from({ length: 100 }, () => '');
const PINGS = Array.from({ length: 20 }, (_, index) => `ping ${index}`);

const TOGETHER: readonly Case[] = [
  {
    id: 'F.4.1',
    title: 'a text behind a hundred empty fragments',
    section: '§5.4',
    send: fragments(TEXT, [...EMPTY, HELLO]),
    messages: [text(HELLO)],
  },
  {
    id: 'F.4.2',
    title: 'twenty pings within a message',
    section: '§5.4',
    send: [
      { opcode: TEXT, payload: 'first half, ', fin: false },
      ...PINGS.map((payload) => ({ opcode: PING, payload })),
      { opcode: 0, payload: 'second half' },
    ],
    messages: [text('first half, second half')],
    pongs: PINGS,
  },
  {
    id: 'F.4.3',
    title: 'a message and a frame with reserved bits in one write: is the message echoed?',
    section: '§7.1.7',
    send: [frame({}), frame({ rsv: 4 })],
    messages: [text(HELLO)],
    ending: PROTOCOL_ERROR,
    informational: true,
  },
  {
    id: 'F.4.4',
    title: 'a message in one write with the answer of the handshake',
    section: '§4.2.2',
    only: 'client',
    response: { withFrames: true },
    send: [frame({})],
    messages: [text(HELLO)],
  },
  {
    id: 'F.4.5',
    title: 'a close frame in one write with the answer of the handshake',
    section: '§4.2.2',
    only: 'client',
    response: { withFrames: true },
    send: [{ opcode: CLOSE, payload: closing(1000) }],
    ending: ANSWERED,
  },
];

export const BEYOND: readonly Case[] = [...MASKS, ...LENGTHS, ...CODES, ...TOGETHER];

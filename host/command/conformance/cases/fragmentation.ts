// Cases 5: messages in fragments, control frames between them, and fragments that continue nothing.
import {
  type Case,
  CONTINUATION,
  type FrameStep,
  fragments,
  type Message,
  type Pace,
  PING,
  PONG,
  PROTOCOL_ERROR,
  type Step,
  TEXT,
  text,
} from '../case.js';

const SECTION = '§5.4';
const [ONE, TWO] = ['first half, ', 'second half'];
const WHOLE = text(ONE + TWO);
const TWO_FRAGMENTS = fragments(TEXT, [ONE, TWO]);
const PLAIN: FrameStep = { opcode: TEXT, payload: 'a whole message' };

const stray = (fin: boolean): FrameStep => ({ opcode: CONTINUATION, payload: 'continues nothing', fin });

function withPings(pieces: readonly FrameStep[], pings: readonly string[]): FrameStep[] {
  return pieces.flatMap((piece, index) => {
    const payload = pings[index];
    return payload === undefined ? [piece] : [piece, { opcode: PING, payload }];
  });
}

const PACES: readonly [pace: Pace, how: string][] = [
  ['together', ''],
  ['frames', ', frame by frame'],
  [1, ', byte by byte'],
];

/** One case for each pace, with ids from `first` on. */
function atEachPace(first: number, title: string, rest: Omit<Case, 'id' | 'title' | 'section' | 'pace'>): Case[] {
  return PACES.map(([pace, how], index) => ({
    id: `5.${first + index}`,
    title: title + how,
    section: SECTION,
    pace,
    ...rest,
  }));
}

const failing = (id: string, title: string, send: readonly Step[], messages: readonly Message[] = []): Case => ({
  id,
  title,
  section: SECTION,
  send,
  messages,
  ending: PROTOCOL_ERROR,
});

const PARTS = ['one ', 'two ', 'three ', 'four ', 'five'];
const MANY = fragments(TEXT, PARTS);
const MANY_PINGS = withPings(MANY, ['', 'after two', 'after three', 'after four']);

export const FRAGMENTATION: readonly Case[] = [
  failing('5.1', 'a ping in two fragments', fragments(PING, [ONE, TWO])),
  failing('5.2', 'a pong in two fragments', fragments(PONG, [ONE, TWO])),
  ...atEachPace(3, 'a text in two fragments', { send: TWO_FRAGMENTS, messages: [WHOLE] }),
  ...atEachPace(6, 'a text in two fragments, with a ping between them', {
    send: withPings(TWO_FRAGMENTS, ['between']),
    messages: [WHOLE],
    pongs: ['between'],
  }),
  ...atEachPace(9, 'a final fragment that continues nothing, then a text', {
    send: [stray(true), PLAIN],
    ending: PROTOCOL_ERROR,
  }),
  ...atEachPace(12, 'a fragment that continues nothing, then a text', {
    send: [stray(false), PLAIN],
    ending: PROTOCOL_ERROR,
  }),
  failing(
    '5.15',
    'a fragment that continues nothing behind a text in two fragments',
    [...TWO_FRAGMENTS, 'echoed', stray(false), PLAIN],
    [WHOLE],
  ),
  failing('5.16', 'a fragment that continues nothing and a text, twice', [stray(false), PLAIN, stray(false), PLAIN]),
  failing('5.17', 'a final fragment that continues nothing and a text, twice', [
    stray(true),
    PLAIN,
    stray(true),
    PLAIN,
  ]),
  failing('5.18', 'a text frame within a fragmented text', [{ opcode: TEXT, payload: ONE, fin: false }, PLAIN]),
  {
    id: '5.19',
    title: 'a text in five fragments, with pings between them',
    section: SECTION,
    send: MANY_PINGS,
    messages: [text(PARTS.join(''))],
    pongs: ['', 'after two', 'after three', 'after four'],
  },
  {
    id: '5.20',
    title: 'a text in five fragments, with pings between them, frame by frame',
    section: SECTION,
    send: MANY_PINGS,
    pace: 'frames',
    messages: [text(PARTS.join(''))],
    pongs: ['', 'after two', 'after three', 'after four'],
  },
];

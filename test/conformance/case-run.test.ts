// The conformance suite's interpreter, without sockets: what it writes, and its verdict on what a played side answers.
import { describe, expect, it } from 'vitest';
import { ALL_CASES } from '../../host/command/conformance/all-cases.js';
import { type Case, closing, type FrameStep, type Role } from '../../host/command/conformance/case.js';
import { CaseRun, type Terms } from '../../host/command/conformance/case-run.js';
import { encodeFrame, FrameReader, type ReceivedFrame } from '../../host/command/conformance/frames.js';
import { acceptFor, encodeRequest, KeyLog, readHead } from '../../host/command/conformance/handshakes.js';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const DESTINATION = { host: 'localhost', target: '/', protocols: [], headers: [], origin: '' };

const termsFor = (role: Role, more: Partial<Terms> = {}): Terms => ({
  role,
  destination: DESTINATION,
  makeKey: () => KEY,
  keys: new KeyLog(),
  patienceMs: 5000,
  pauseMs: 1000,
  echoes: true,
  greetings: 0,
  ...more,
});

const caseOf = (id: string): Case => {
  const found = ALL_CASES.find((test) => test.id === id);
  if (found === undefined) throw new Error(`there is no case ${id}`);
  return found;
};

/** What a played side does about a frame: frames to send, or 'drop'. */
type Answer = (frame: ReceivedFrame) => readonly (FrameStep | 'drop')[];

const WEB_SOCKET: readonly string[] = ['Upgrade: websocket', 'Connection: Upgrade'];

const answerHead = (lines: readonly string[]): Buffer =>
  Buffer.from(`${['HTTP/1.1 101 Switching Protocols', ...lines].join('\r\n')}\r\n\r\n`);

const RIGHT_ANSWER = answerHead([...WEB_SOCKET, `Sec-WebSocket-Accept: ${acceptFor(KEY)}`]);

/** Plays a server, or a client, against a case; time passes only when nothing else happens. */
function play(id: string, answer: Answer, { role = 'server' as Role, head = RIGHT_ANSWER, terms = {} } = {}): string {
  const run = new CaseRun(caseOf(id), termsFor(role, terms));
  const reader = new FrameReader(role === 'server' ? 'client' : 'server');
  let [now, heard, isOpen] = [0, Buffer.alloc(0), false];
  if (role === 'client') run.receive(encodeRequest(DESTINATION, KEY));
  const hear = (bytes: Buffer): void => {
    heard = Buffer.concat([heard, bytes]);
    if (!isOpen) {
      const found = readHead(heard);
      if (found === null) return;
      isOpen = true;
      heard = heard.subarray(found.end);
      if (role === 'server') run.receive(head);
    }
    const frames = reader.push(heard);
    heard = Buffer.alloc(0);
    for (const step of frames.flatMap((frame) => answer(frame))) {
      if (step === 'drop') run.end();
      else run.receive(Buffer.concat(Object.values(encodeFrame(step, role))));
    }
  };
  for (let action = run.next(now); action !== null; action = run.next(now)) {
    if (action.do === 'write') hear(action.bytes);
    else if (action.do === 'wait') now = action.until;
  }
  const { verdict, note } = run.judgement;
  return note === '' ? verdict : `${verdict}: ${note}`;
}

const bytes = (payload: Buffer) => ({ hex: payload.toString('hex') });
const isData = ({ opcode }: ReceivedFrame): boolean => opcode < 8;

/** Echoes, answers pings and close frames, in the role's own order of ending. */
const right: Answer = (frame) => {
  const { opcode, payload } = frame;
  if (isData(frame)) return [{ opcode, payload: bytes(payload) }];
  if (opcode === 9) return [{ opcode: 10, payload: bytes(payload) }];
  return opcode === 8 ? [{ opcode, payload: bytes(payload) }, 'drop'] : [];
};

/** Answers a pong without payload by a ping. */
const pingBack: Answer = (frame) =>
  frame.opcode === 10 && frame.payload.length === 0 ? [{ opcode: 9, payload: 'ping' }] : right(frame);

const failing =
  (code: number): Answer =>
  () => [{ opcode: 8, payload: closing(code) }, 'drop'];

describe('a case’s run', () => {
  it.each<[id: string, how: string, answer: Answer, verdict: string]>([
    ['1.1.2', 'echoes', right, 'OK'],
    ['1.1.2', 'drops', () => ['drop'], 'failed: dropped without a close frame too early'],
    ['1.1.2', 'says nothing', () => [], 'failed: left the close frame unanswered'],
    [
      '1.1.2',
      'echoes as binary',
      ({ opcode, payload }) => right({ opcode: opcode === 1 ? 2 : opcode, payload, fin: true, isCompressed: false }),
      'failed: sent a binary message of 125 bytes that is no echo',
    ],
    ['1.1.7', 'refuses the size', failing(1009), 'not judged: takes no message of 65536 bytes (1009)'],
    [
      '2.2',
      'does not answer the ping',
      (frame) => (frame.opcode === 9 ? [] : right(frame)),
      'failed: left a ping unanswered',
    ],
    [
      '2.10',
      'answers only the last ping',
      (frame) => (frame.opcode === 9 && frame.payload.toString() !== 'ping 9' ? [] : right(frame)),
      'OK',
    ],
    ['2.7', 'pings of itself', pingBack, 'OK'],
    ['7.3.2', 'fails with 1002', failing(1002), 'OK'],
    ['7.3.2', 'fails with 1001', failing(1001), 'non-strict: closed with 1001 instead of 1002'],
    ['7.3.2', 'drops', () => ['drop'], 'OK: dropped without a close frame'],
    [
      '7.3.3',
      'leaves TCP open',
      (frame) => right(frame).filter((step) => step !== 'drop'),
      'non-strict: left the TCP connection open (§7.1.1)',
    ],
    [
      '7.7.1',
      'answers with a code that must not be sent',
      failing(1006),
      'failed: sent close code 1006, which must not be sent (§7.4)',
    ],
    ['7.13.1', 'answers', right, 'informational: sent close code 5000, which must not be sent (§7.4)'],
    [
      '1.1.2',
      'masks its frames wrongly',
      (frame) => right(frame).map((step) => (step === 'drop' ? step : { ...step, wrongMask: true })),
      'failed: sent a frame that is masked (§5.1)',
    ],
    [
      '1.1.2',
      'sets a reserved bit',
      (frame) => right(frame).map((step) => (step === 'drop' ? step : { ...step, rsv: 4 })),
      'failed: sent a frame with reserved bits (§5.2)',
    ],
    [
      '1.1.1',
      'sends a long form of the length',
      (frame) => right(frame).map((step) => (step === 'drop' ? step : { ...step, lengthBits: 64 as const })),
      'failed: sent a length in more bytes than it needs (§5.2)',
    ],
  ])('%s: a server that %s', (id, _, answer, verdict) => {
    expect(play(id, answer)).toBe(verdict);
  });

  it.each([
    ['no Upgrade', answerHead(['Connection: Upgrade']), 'failed: sent the answer lacks Upgrade: websocket (§4.2.2)'],
    [
      'a wrong accept',
      answerHead([...WEB_SOCKET, 'Sec-WebSocket-Accept: no']),
      'failed: sent a wrong Sec-WebSocket-Accept (§4.2.2)',
    ],
    ['status 503', Buffer.from('HTTP/1.1 503 Busy\r\n\r\n'), 'failed: refused with 503'],
  ])('an answer with %s', (_, head, verdict) => {
    expect(play('1.1.2', right, { head })).toBe(verdict);
  });

  it('frames are read that come in pieces', () => {
    const reader = new FrameReader('server');
    const frames = [
      { opcode: 1, payload: 'in two', fin: false },
      { opcode: 9, payload: 'between' },
      { opcode: 0, payload: ' fragments' },
      { opcode: 2, payload: 'whole' },
    ].map((step) => Buffer.concat(Object.values(encodeFrame(step, 'server'))));
    const read = [...Buffer.concat(frames)].flatMap((byte) => reader.push(Uint8Array.of(byte)));
    expect(read.map(({ payload }) => payload.toString())).toEqual(['in two', 'between', ' fragments', 'whole']);
    expect(reader.violation).toBe('');
  });

  it('a greeting is left out', () => {
    const head = Buffer.concat([
      RIGHT_ANSWER,
      ...Object.values(encodeFrame({ opcode: 1, payload: 'welcome' }, 'server')),
    ]);
    expect(play('1.1.2', right, { head })).toContain('failed');
    expect(play('1.1.2', right, { head, terms: { greetings: 1 } })).toBe('OK');
  });

  it.each<[id: string, how: string, answer: Answer, verdict: string]>([
    ['1.1.2', 'echoes', right, 'OK'],
    ['H.6.5', 'drops the connection', () => ['drop'], 'OK: refused'],
    ['H.6.5', 'echoes after all', right, 'failed: took the connection as open'],
  ])('%s: a client that %s', (id, _, answer, verdict) => {
    expect(play(id, answer, { role: 'client' })).toBe(verdict);
  });

  it('a client that uses a key twice fails in one case', () => {
    const terms = { keys: new KeyLog() };
    expect(play('H.7.1', right, { role: 'client', terms })).toBe('OK');
    expect(play('1.1.2', right, { role: 'client', terms })).toBe('OK');
    expect(play('H.7.1', right, { role: 'client', terms })).toBe('failed: sent a key that it has sent before (§4.1)');
  });
});

describe('the cases', () => {
  it('have ids of their own, titles and sections', () => {
    const ids = ALL_CASES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ALL_CASES.filter(({ title, section }) => title === '' || !/^(RFC \d+ )?§/.test(section))).toEqual([]);
  });

  it('say of each text whether it is UTF-8 as TextDecoder does', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const isUtf8 = (hex: string): boolean => {
      try {
        decoder.decode(Buffer.from(hex, 'hex'));
        return true;
      } catch {
        return false;
      }
    };
    const rows = ALL_CASES.filter(({ id }) => /^6\.([5-9]|1\d|2\d)\./.test(id));
    expect(rows.length).toBe(131);
    for (const { id, send, ending } of rows) {
      const { payload } = send[0] as { payload: { hex: string } };
      expect([id, isUtf8(payload.hex)]).toEqual([id, ending === undefined]);
    }
  });
});

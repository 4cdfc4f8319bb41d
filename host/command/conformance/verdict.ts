// The verdict on what came back in a case.
import { bytesOf, type Case, type Message } from './case.js';
import type { Observed, ReceivedMessage } from './observed.js';
import { SEEN } from './pieces.js';

export type Verdict = 'OK' | 'non-strict' | 'informational' | 'failed' | 'not judged' | 'not offered';

export interface Judgement {
  readonly verdict: Verdict;
  /** What is worth telling; '' when there is nothing. */
  readonly note: string;
}

export interface Evidence {
  readonly observed: Observed;
  /** Messages at the start that are a greeting. */
  readonly greetings: number;
  readonly echoes: boolean;
  /** The other side was over before the last piece was sent. */
  readonly wasEarly: boolean;
  /** The suite has sent its own close frame, or the case's. */
  readonly hasClosed: boolean;
}

/** A server with a lower limit than this does not take what every case sends. */
const LARGE = 16_384;

export function judge(test: Case, evidence: Evidence): Judgement {
  const judgement = strictly(test, evidence);
  if (test.informational === undefined || judgement.verdict === 'not judged') return judgement;
  const note = judgement.note || describeEnd(evidence.observed);
  return { verdict: 'informational', note };
}

function strictly(test: Case, evidence: Evidence): Judgement {
  const { observed } = evidence;
  if (observed.violation !== '') return failed(`sent ${observed.violation}`);
  return (
    judgeLimit(test, evidence) ??
    judgeEnd(test, evidence) ??
    judgeMessages(test, evidence) ??
    judgePongs(test, evidence) ??
    judgeManner(test, evidence)
  );
}

const failed = (note: string): Judgement => ({ verdict: 'failed', note });
const nonStrict = (note: string): Judgement => ({ verdict: 'non-strict', note });

export function describeEnd({ close, hasEnded }: Observed): string {
  if (close === null) return hasEnded ? 'dropped without a close frame' : 'kept open';
  return close.code === 0 ? 'closed without a code' : `closed with ${close.code}`;
}

function judgeLimit({ messages = [] }: Case, { observed }: Evidence): Judgement | null {
  const sizes = messages.map(({ payload }) =>
    typeof payload === 'object' && 'size' in payload ? (payload.size ?? 0) : 0,
  );
  const largest = Math.max(0, ...sizes);
  if (observed.close?.code !== 1009 || largest < LARGE) return null;
  return { verdict: 'not judged', note: `takes no message of ${largest} bytes (1009)` };
}

function judgeEnd({ ending }: Case, evidence: Evidence): Judgement | null {
  const { observed, hasClosed } = evidence;
  if (ending?.by === 'failing') {
    return observed.isOver ? null : { verdict: ending.otherwise ?? 'failed', note: 'kept the connection open' };
  }
  if (!hasClosed) return observed.isOver ? failed(`${describeEnd(observed)} too early`) : null;
  if (observed.close !== null) return null;
  return failed(observed.hasEnded ? 'dropped instead of answering the close frame' : 'left the close frame unanswered');
}

function judgeMessages({ messages = [], ending }: Case, { observed, greetings, echoes }: Evidence): Judgement | null {
  if (!echoes) return null;
  const received = observed.messages.slice(greetings);
  for (const [index, message] of received.entries()) {
    const expected = messages[index];
    if (expected === undefined) return failed(`sent ${describe(message)} that nothing asked for`);
    if (!isEqual(message, expected)) return failed(`sent ${describe(message)} that is no echo`);
  }
  if (received.length === messages.length) return null;
  const missing = `${messages.length - received.length} of ${messages.length} messages did not come back`;
  return ending?.by === 'failing' ? nonStrict(missing) : failed(missing);
}

function describe({ text, bytes }: ReceivedMessage): string {
  return `${text ? 'a text' : 'a binary message'} of ${bytes.length} bytes`;
}

function isEqual({ text, bytes }: ReceivedMessage, expected: Message): boolean {
  return text === expected.text && bytes.equals(bytesOf(expected.payload));
}

/** Pongs that belong to the case: not those of the suite's own pings, nor such as nothing asked for (§5.5.3). */
export function relevantPongs({ pongs = [], ending }: Case, { pongs: received }: Observed): Buffer[] {
  const expected = pongs.map((payload) => Buffer.from(bytesOf(payload)));
  const isExpected = (pong: Buffer): boolean => expected.some((one) => one.equals(pong));
  const own = received.filter((pong) => !pong.toString().startsWith(SEEN));
  return ending?.by === 'failing' ? own : own.filter(isExpected);
}

/** An endpoint may answer only the last of several pings (§5.5.3). */
function judgePongs(test: Case, { observed }: Evidence): Judgement | null {
  const expected = (test.pongs ?? []).map((payload) => Buffer.from(bytesOf(payload)));
  let at = 0;
  for (const pong of relevantPongs(test, observed)) {
    while (at < expected.length && !expected[at]?.equals(pong)) at += 1;
    if (at === expected.length) return failed('answered a ping that it must not, or in another order');
    at += 1;
  }
  return at === expected.length ? null : failed('left a ping unanswered');
}

/** How exactly the end came about, where the case as such is right. */
function judgeManner({ ending, failsFast }: Case, { observed, wasEarly }: Evidence): Judgement {
  const { close, hasEnded } = observed;
  if (failsFast && !wasEarly) return nonStrict('found the fault only with the rest of the message');
  if (ending?.by === 'failing' && close !== null && !ending.codes.includes(close.code)) {
    return nonStrict(`${describeEnd(observed)} instead of ${ending.codes.join(' or ')}`);
  }
  if (!hasEnded) return nonStrict('left the TCP connection open (§7.1.1)');
  const isTold = ending?.by === 'failing' && close === null;
  return { verdict: 'OK', note: isTold ? describeEnd(observed) : '' };
}

// The verdict on an opening handshake: whether it was refused or accepted, and should have been, and what it agreed on; and
// the answer to a client's offers.
import type { Case, Opening, ResponseChange } from './case.js';
import { type Agreement, agreementOf, faultOfAnswer, rightAnswer } from './deflate-terms.js';
import type { Head } from './handshakes.js';
import type { Judgement, Verdict } from './verdict.js';

export const EXTENSIONS = 'sec-websocket-extensions';

/** The verdict on a handshake that is not refused and should be. */
export function otherwise(opening: Opening | undefined): Verdict {
  if (opening?.must === 'refuse') return opening.otherwise ?? 'failed';
  return opening?.must === 'either' ? 'OK' : 'failed';
}

/** Of a request that got no 101: `head` is null when no answer came, `status` 0 without one. */
export function judgeRefusal(test: Case, head: Head | null, status: number, hasEnded: boolean): Judgement {
  const { opening = { must: 'open' }, compression } = test;
  const ended = hasEnded ? 'dropped without an answer' : 'no answer';
  const note = head === null ? ended : `refused with ${status || head.first.substring(0, 40)}`;
  if (compression?.must === 'either') return { verdict: 'OK', note };
  if (compression?.must === 'decline') return { verdict: 'non-strict', note: `${note} instead of declining (§5)` };
  if (opening.must === 'open') return { verdict: 'failed', note };
  if (head === null && !hasEnded) return { verdict: otherwise(opening), note };
  if (opening.must !== 'refuse' || head === null) return { verdict: 'OK', note };
  const { statuses = [], header = '' } = opening;
  if (statuses.length > 0 && !statuses.includes(status)) return { verdict: 'non-strict', note };
  if (header !== '' && !head.headers.has(header)) return { verdict: 'non-strict', note: `${note} without ${header}` };
  return { verdict: 'OK', note };
}

/** Of a case about compression, which the other side does not know. */
export const NOT_OFFERED: Judgement = { verdict: 'not offered', note: '' };

/** The suite's answer to a client's offers of compression; '' for none. */
export function extensionFor({ compression }: Case, offers: string): string {
  const right = compression === undefined ? '' : rightAnswer(offers, compression.wants ?? {});
  return right === '' ? '' : (compression?.answer?.(right) ?? right);
}

export function withExtension(extension: string, response: ResponseChange = {}): ResponseChange {
  return { ...response, lines: [...(response.lines ?? []), `Sec-WebSocket-Extensions: ${extension}`] };
}

interface Agreed {
  readonly agreement: Agreement | null;
  /** Null: the case goes on. */
  readonly judgement: Judgement | null;
}

/** What a server's answer to the offers of `test` means. */
export function judgeAgreement({ compression }: Case, { headers }: Head): Agreed {
  if (compression === undefined) return { agreement: null, judgement: null };
  const offers = compression.offers.join(', ');
  const answer = headers.get(EXTENSIONS) ?? '';
  const fault = faultOfAnswer(offers, answer);
  if (fault !== '') return { agreement: null, judgement: { verdict: 'failed', note: `answered with ${fault}` } };
  const agreement = agreementOf(offers, answer);
  const isMissing = compression.must === 'agree' && agreement === null;
  return { agreement, judgement: isMissing ? { verdict: 'informational', note: 'declined the offer' } : null };
}

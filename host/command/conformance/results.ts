// Results of cases, and their counts.
import type { Judgement, Verdict } from './verdict.js';

/** An error that the user can fix. */
export class ConformanceError extends Error {}

export interface CaseResult extends Judgement {
  readonly id: string;
  readonly title: string;
  readonly section: string;
  readonly ms: number;
}

export const VERDICTS: readonly Verdict[] = [
  'OK',
  'non-strict',
  'informational',
  'failed',
  'not judged',
  'not offered',
];

export type Counts = Readonly<Record<Verdict, number>>;

export function countsOf(results: readonly Judgement[]): Counts {
  const counts = { OK: 0, 'non-strict': 0, informational: 0, failed: 0, 'not judged': 0, 'not offered': 0 };
  for (const { verdict } of results) counts[verdict] += 1;
  return counts;
}

/** `OK 250, non-strict 4`, without the verdicts that nothing got. */
export function summaryOf(results: readonly Judgement[]): string {
  const counts = countsOf(results);
  const parts = VERDICTS.filter((verdict) => counts[verdict] > 0).map((verdict) => `${verdict} ${counts[verdict]}`);
  return parts.join(', ') || 'no case';
}

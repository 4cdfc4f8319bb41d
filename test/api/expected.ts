// Expected answers of a column of the API suite: the engine's, changed by the table of differences.
import { readFileSync } from 'node:fs';
import { ADDITIONS, type Answer, type ColumnName, DIFFERENCES, type Difference } from './differences.js';
import type { Outcome, Outcomes } from './play.js';
import { CALLS, SITUATIONS, type SituationName, titleOf } from './rows.js';

const GODOT = JSON.parse(readFileSync(new URL('../golden/api-suite.json', import.meta.url), 'utf8')) as Outcomes;

export const SITUATION_NAMES = Object.keys(SITUATIONS) as SituationName[];

/** The engine's recorded answer. */
export function godotAnswer(situation: SituationName, title: string): Outcome {
  const answer = GODOT[situation]?.[title];
  if (answer === undefined) throw new Error(`there is no record of ${title} in ${situation}`);
  return answer;
}

export const applies = (difference: Difference, situation: SituationName, title: string): boolean =>
  difference.situations.includes(situation) && difference.calls.includes(title);

/** Expected answers by call. */
export function expectedIn(situation: SituationName, column: ColumnName): Record<string, Answer> {
  const differences = DIFFERENCES.filter(({ columns }) => columns.includes(column));
  const answers = CALLS.map((call): [string, Answer] => {
    const title = titleOf(call);
    if (call.isAddition) return [title, ADDITIONS[title](situation, column)];
    const mine = differences.filter((difference) => applies(difference, situation, title));
    return [title, Object.assign({}, godotAnswer(situation, title), ...mine.map(({ answer }) => answer))];
  });
  return Object.fromEntries(answers);
}

/** `outcomes`, with `says` null where it is not compared. */
export function judged(outcomes: Record<string, Outcome>, expected: Record<string, Answer>): Record<string, Answer> {
  const answers = Object.entries(outcomes).map(([title, outcome]): [string, Answer] => {
    return [title, expected[title]?.says === null ? { ...outcome, says: null } : outcome];
  });
  return Object.fromEntries(answers);
}

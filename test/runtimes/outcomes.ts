// What came out of the API suite in one runtime, in the form in which it is kept beside the tests (results/*.json) and
// shown in docs/runtimes.md.
export interface Outcome {
  readonly group: string;
  readonly title: string;
  /** What went wrong; null: nothing. */
  readonly error: string | null;
}

/** For each group how many tests passed of how many, and the failures with their reasons. */
export function summaryOf(outcomes: readonly Outcome[]): string {
  const groups: Record<string, { passed: number; of: number }> = {};
  for (const { group, error } of outcomes) {
    groups[group] ??= { passed: 0, of: 0 };
    const counts = groups[group];
    counts.of += 1;
    if (error === null) counts.passed += 1;
  }
  const failures = outcomes.filter(({ error }) => error !== null);
  return `${JSON.stringify({ groups, failures }, null, 2)}\n`;
}

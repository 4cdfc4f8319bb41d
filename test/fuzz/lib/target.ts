// What is fuzzed: the interface of a target, and how its complaints look.

export interface Target {
  /** As `--target` names it; its inputs are in test/fuzz/corpus/ under this name. */
  readonly name: string;
  /** What must hold, in one line. */
  readonly description: string;
  /** Inputs to begin with, besides those of the corpus. */
  readonly seeds: readonly Uint8Array[];
  /** Parts that inputs are made of. */
  readonly words: readonly Uint8Array[];
  /** Most bytes of an input. */
  readonly maxSize: number;
  /** How many inputs take about as long as 1000 of the cheapest target: its share of a common run. */
  readonly weight: number;
  /**
   * Throws when something does not hold. Returns what the input led to in a few words: one that leads elsewhere than all
   * before is kept.
   */
  check(input: Uint8Array): string | Promise<string>;
}

export class Complaint extends Error {
  override readonly name = 'Complaint';
}

export function demand(condition: boolean, complaint: string | (() => string)): asserts condition {
  if (!condition) throw new Complaint(typeof complaint === 'string' ? complaint : complaint());
}

/** Demands that two lists of lines are equal. */
export function demandSame(what: string, ours: readonly string[], theirs: readonly string[]): void {
  if (ours.length === theirs.length && ours.every((line, at) => line === theirs[at])) return;
  throw new Complaint(`${what}: ${JSON.stringify(ours)} instead of ${JSON.stringify(theirs)}`);
}

export const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

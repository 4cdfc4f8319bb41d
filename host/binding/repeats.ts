// Which reports are repetitions: of one source and one cause the first is told at once, then at most one a second.

const QUIET_MS = 1000;
/** Causes remembered of one source; of more, the oldest are forgotten. */
const MAX_CAUSES = 32;
/** Stands for reports that are about no object. */
const NOBODY = {};

interface Told {
  at: number;
  heldBack: number;
}

export class Repeats {
  readonly #bySource = new WeakMap<object, Map<string, Told>>();

  /** Counts one report: how many equal ones were held back before it, or -1 when it has to be held back itself. */
  count(source: object | null, cause: string): number {
    const causes = this.#bySource.get(source ?? NOBODY) ?? new Map<string, Told>();
    this.#bySource.set(source ?? NOBODY, causes);
    const now = Date.now();
    const told = causes.get(cause);
    if (told !== undefined && Math.abs(now - told.at) < QUIET_MS) {
      told.heldBack += 1;
      return -1;
    }
    if (told === undefined && causes.size >= MAX_CAUSES) causes.delete(causes.keys().next().value as string);
    causes.set(cause, { at: now, heldBack: 0 });
    return told?.heldBack ?? 0;
  }
}

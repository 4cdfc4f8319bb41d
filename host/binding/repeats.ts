// Detection of repeated reports: of equal source and cause, the first is reported at once, then at most one a second.
import { madeOnce } from './made-once.js';

const QUIET_MS = 1000;
/** Most causes remembered per source; the oldest is dropped first. */
const MAX_CAUSES = 32;
/** Source of reports without an object. */
const NOBODY = {};

interface Told {
  at: number;
  heldBack: number;
}

const nothingTold = (): ((source: object) => Map<string, Told>) => madeOnce(() => new Map());
let causesOf = nothingTold();

/** Counts a report; returns how many equal ones were held back before it, or -1 if it has to be held back, too. */
export function heldBackBefore(source: object | null, cause: string): number {
  const causes = causesOf(source ?? NOBODY);
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

export function forgetRepeats(): void {
  causesOf = nothingTold();
}

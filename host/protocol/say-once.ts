// Reports that are made once per call or setting, about what a page can't do.
import type { ReportKind } from '../binding/error-handler.js';
import { REPORT, type SessionOwner } from './session.js';

export const NO_SAY = 'a page has no say in it';

const said = new Set<string>();

/** Reports `message` if nothing was reported about `what` before. */
export function sayOnce(owner: SessionOwner, what: string, message: string, kind?: ReportKind): void {
  if (said.has(what)) return;
  said.add(what);
  owner[REPORT](`${what}: ${message}`, kind);
}

// The one way in which the package reports what went wrong: Godot's "prints an error", for JavaScript, with the object
// and the failure that it is about.
import { forgetRepeats, heldBackBefore } from './repeats.js';

/** Severity of a report: Godot's `push_error` and `push_warning`. */
export type ReportKind = 'error' | 'warning';

/** How far a connection had come when it failed. */
export type FailureStage = 'lookup' | 'connect' | 'tls' | 'handshake' | 'open' | 'close';

/** Why a connection failed, as data. */
export interface Failure {
  readonly stage: FailureStage;
  /** Stable, for programs: `ECONNREFUSED`, `HTTP_STATUS`, `TIMEOUT`, … */
  readonly code: string;
  /** One sentence, for people. */
  readonly message: string;
  /** Of an answer that was no WebSocket's; 0 without one. */
  readonly http_status: number;
  readonly http_headers: ReadonlyMap<string, string>;
  readonly http_body: string;
}

/** What is known of a report besides its text. */
export interface ReportDetail {
  /** The object that it is about; null for functions that belong to none. */
  readonly source: object | null;
  /** URL of the connection that it is about, without credentials and query; '' without one. */
  readonly url: string;
  /** Why a connection failed; null when the report is of something else. */
  readonly failure: Failure | null;
  /** How many equal reports of the same source were held back since the last one that was made. */
  readonly repeated: number;
}

/** Receives each report as one line of text. */
export type ErrorHandler = (message: string, kind: ReportKind, detail: ReportDetail) => void;

/** What tells the URL of its connection. */
interface HasUrl {
  get_requested_url?(): string;
}

/** A report on its way to the handler. */
interface Waiting {
  readonly message: string;
  readonly kind: ReportKind;
  readonly detail: ReportDetail;
}

const toConsole: ErrorHandler = (message, kind, { repeated }) => {
  const line = repeated === 0 ? message : `${message} (+${repeated})`;
  if (kind === 'warning') console.warn(line);
  else console.error(line);
};

let handler: ErrorHandler | null = toConsole;
/** The handler runs: it is not called from within itself. */
let isTelling = false;
/** How many are in the middle of something that nobody may interrupt. */
let holders = 0;
let held: Waiting[] = [];

/**
 * Sets who hears of failures, and returns who heard of them before; null when nobody did.
 *
 * Every call that fails returns an error code and reports the reason here, as one line. `detail` tells the object that it
 * is about, the URL of its connection, the failure as data, and how many equal reports were held back: of one object and
 * one cause the first is told at once, then at most one a second. The default writes to `console.error` (warnings to
 * `console.warn`); `null` silences all reports; `undefined` brings the default back.
 *
 * The handler may call anything, also of the object that it hears of: what it is told of is done by then, and its calls
 * take effect at once. It is not called from within itself: what its own calls report goes to the console.
 */
export function set_error_handler(next: ErrorHandler | null | undefined): ErrorHandler | null {
  if (next != null && typeof next !== 'function') {
    throw new TypeError(`handler must be a function or null, got ${typeof next}`);
  }
  const former = handler;
  handler = next === undefined ? toConsole : next;
  forgetRepeats(); // who listens from now on has not heard anything yet
  return former;
}

/** From now on reports wait: whoever hears of something may call anything, so it has to be finished first. */
export function holdReports(): void {
  holders += 1;
}

/** The end of what `holdReports` began; the last one tells what has waited. */
export function releaseReports(): void {
  holders -= 1;
  tellHeld();
}

function tellHeld(): void {
  if (holders > 0 || held.length === 0) return; // no array anew: every poll comes here
  const waiting = held;
  held = [];
  for (const report of waiting) tell(report);
}

/** Reports `message` about `source`, as an error unless `kind` says otherwise. `cause` is what makes reports equal, where their texts differ. */
export function report(
  message: string,
  source: object | null = null,
  kind: ReportKind = 'error',
  failure: Failure | null = null,
  cause = message,
): void {
  if (handler === null) return;
  const repeated = heldBackBefore(source, cause);
  if (repeated < 0) return;
  const url = withoutSecrets((source as HasUrl | null)?.get_requested_url?.() ?? '');
  held.push({ message, kind, detail: { source, url, failure, repeated } });
  tellHeld();
}

function tell({ message, kind, detail }: Waiting): void {
  if (isTelling) {
    toConsole(message, kind, detail);
    return;
  }
  isTelling = true;
  try {
    handler?.(message, kind, detail);
  } catch (error) {
    // A handler that throws must not take the socket callback down with it.
    toConsole(`error handler threw ${String(error)} on "${message}"`, 'error', detail);
  } finally {
    isTelling = false;
  }
}

export function printError(message: string, source: object | null = null): void {
  report(message, source);
}

export function printWarning(message: string, source: object | null = null): void {
  report(message, source, 'warning');
}

/** Reports `message` and returns `error`, in one breath. */
export function refuse(error: number, message: string, source: object | null = null): number {
  report(message, source);
  return error;
}

/** The URL without user information, query and fragment, which may hold secrets. */
export function withoutSecrets(url: string): string {
  return url.replace(/^(\w+:\/\/)?(?:[^/?#]*@)?([^?#]*).*/s, '$1$2');
}

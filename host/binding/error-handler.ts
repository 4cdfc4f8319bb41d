// Error and warning reports of the whole package: Godot's "prints an error", for JavaScript, with the object and the
// failure concerned.
import { forgetRepeats, heldBackBefore } from './repeats.js';
import { textOfThrown } from './thrown.js';

/** Severity of a report: Godot's `push_error` and `push_warning`. */
export type ReportKind = 'error' | 'warning';

/** How far a connection had come when it failed. */
export type FailureStage = 'lookup' | 'connect' | 'tls' | 'handshake' | 'open' | 'close';

/** Why a connection failed, as data. */
export interface Failure {
  /** How far the connection had come. */
  readonly stage: FailureStage;
  /** Stable, for programs: `ECONNREFUSED`, `HTTP_STATUS`, `TIMEOUT`, … */
  readonly code: string;
  /** One sentence, for people. */
  readonly message: string;
  /** Status of an HTTP answer that is not an upgrade; 0 without one. */
  readonly http_status: number;
  /** Its headers by their lower-case names; empty without such an answer. */
  readonly http_headers: ReadonlyMap<string, string>;
  /** The first KiB of its body as text; '' without one. */
  readonly http_body: string;
}

/** Details of a report besides its text. */
export interface ReportDetail {
  /** The object concerned; null for functions without one. */
  readonly source: object | null;
  /** URL of the connection concerned, without credentials and query; '' without one. */
  readonly url: string;
  /** Why a connection failed; null for any other report. */
  readonly failure: Failure | null;
  /**
   * Number of equal reports of the same source that were held back since the last one. Failed handshakes of
   * WebSocketPeers with clients count together, whatever the peer.
   */
  readonly repeated: number;
}

/** Receives each report as one line of text. */
export type ErrorHandler = (message: string, kind: ReportKind, detail: ReportDetail) => void;

/** Key of the object that a connection's reports are about, when the game has made that one: a server or a client. */
export const SPEAKER: unique symbol = Symbol('speaker');

/** An object that may have a connection with a URL. */
interface Concerned {
  get_requested_url?(): string;
  readonly [SPEAKER]?: object | null;
}

/** A report that waits for the handler. */
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
/** Whether the handler is running: it is not called recursively. */
let isTelling = false;
/** Number of `holdReports` calls without their `releaseReports`. */
let holders = 0;
let held: Waiting[] = [];

/**
 * Sets the handler that receives all reports, and returns the former one; null when there was none.
 *
 * Every call that fails returns an error code and reports the reason here, as one line. `detail` has the object
 * concerned, the URL of its connection, the failure as data, and how many equal reports were held back: for one object
 * and one cause the first is reported at once, then at most one a second. The default writes to `console.error`
 * (warnings to `console.warn`); `null` silences all reports; `undefined` restores the default.
 *
 * The handler may call any method, also of the object concerned, which is in its new state by then; the calls take
 * effect at once. The handler is not called recursively: reports caused by its own calls go to the console.
 */
export function set_error_handler(next: ErrorHandler | null | undefined): ErrorHandler | null {
  if (next != null && typeof next !== 'function') {
    throw new TypeError(`handler must be a function or null, got ${typeof next}`);
  }
  const former = handler;
  handler = next === undefined ? toConsole : next;
  forgetRepeats(); // the new handler has received no report yet
  return former;
}

/** Holds reports back during a transition: the handler may call any method, so it must run afterwards. */
export function holdReports(): void {
  holders += 1;
}

/** Ends a `holdReports`; the last one passes the waiting reports to the handler. */
export function releaseReports(): void {
  holders -= 1;
  tellHeld();
}

function tellHeld(): void {
  if (holders > 0 || held.length === 0) return; // avoids a new array: this runs in every poll
  const waiting = held;
  held = [];
  for (const report of waiting) tell(report);
}

/**
 * Reports `message` about `source`, as an error unless `kind` says otherwise. Reports with the same `cause` count as
 * equal, even if their texts differ. `counter` stands for the source in that, where each source reports once only.
 */
export function report(
  message: string,
  source: object | null = null,
  kind: ReportKind = 'error',
  failure: Failure | null = null,
  cause = message,
  counter = source,
): void {
  if (handler === null) return;
  const concerned = source as Concerned | null;
  const speaker = concerned?.[SPEAKER] ?? source;
  const repeated = heldBackBefore(speaker === source ? counter : speaker, cause);
  if (repeated < 0) return;
  const url = withoutSecrets(concerned?.get_requested_url?.() ?? '');
  held.push({ message, kind, detail: { source: speaker, url, failure, repeated } });
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
    // A handler that throws must not break the socket callback.
    toConsole(`error handler threw ${textOfThrown(error, 'stack')} on "${message}"`, 'error', detail);
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

/** Reports `message` and returns `error`. */
export function refuse(error: number, message: string, source: object | null = null): number {
  report(message, source);
  return error;
}

/** Reports `message` and returns `answer`. */
export function refuseWith<T>(answer: T, message: string, source: object | null = null): T {
  report(message, source);
  return answer;
}

/** The URL without user information, query and fragment, which may hold secrets. */
export function withoutSecrets(url: string): string {
  return url.replace(/^(\w+:\/\/)?(?:[^/?#]*@)?([^?#]*).*/s, '$1$2');
}

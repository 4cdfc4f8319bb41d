// The one way in which the package reports what went wrong: Godot's "prints an error", for JavaScript.

/** Severity of a report: Godot's `push_error` and `push_warning`. */
export type ReportKind = 'error' | 'warning';

/** Receives each report as one line of text. */
export type ErrorHandler = (message: string, kind: ReportKind) => void;

const toConsole: ErrorHandler = (message, kind) => {
  if (kind === 'warning') console.warn(message);
  else console.error(message);
};

let handler: ErrorHandler | null = toConsole;
/** The handler runs: it is not called from within itself. */
let isTelling = false;
/** How many are in the middle of something that nobody may interrupt. */
let holders = 0;
let held: { readonly message: string; readonly kind: ReportKind }[] = [];

/**
 * Sets who hears of failures.
 *
 * Every call that fails returns an error code and reports the reason here, as one line. The default writes to
 * `console.error` (warnings to `console.warn`); `null` silences all reports; `undefined` brings the default back.
 *
 * The handler may call anything, also of the object that it hears of: what it is told of is done by then, and its calls
 * take effect at once. It is not called from within itself: what its own calls report goes to the console.
 */
export function set_error_handler(next: ErrorHandler | null | undefined): void {
  if (next != null && typeof next !== 'function') {
    throw new TypeError(`handler must be a function or null, got ${typeof next}`);
  }
  handler = next === undefined ? toConsole : next;
}

/** From now on reports wait: whoever hears of something may call anything, so it has to be finished first. */
export function holdReports(): void {
  holders += 1;
}

/** The end of what `holdReports` began; the last one tells what has waited. */
export function releaseReports(): void {
  holders -= 1;
  if (holders > 0 || held.length === 0) return;
  const waiting = held;
  held = [];
  for (const { message, kind } of waiting) tell(message, kind);
}

function report(message: string, kind: ReportKind): void {
  if (holders === 0) tell(message, kind);
  else held.push({ message, kind });
}

function tell(message: string, kind: ReportKind): void {
  if (handler === null) return;
  if (isTelling) {
    toConsole(message, kind);
    return;
  }
  isTelling = true;
  try {
    handler(message, kind);
  } catch (error) {
    // A handler that throws must not take the socket callback down with it.
    toConsole(`websocketpeer: the error handler threw ${String(error)} on "${message}"`, 'error');
  } finally {
    isTelling = false;
  }
}

export function printError(message: string): void {
  report(message, 'error');
}

export function printWarning(message: string): void {
  report(message, 'warning');
}

/** Reports `message` and returns `error`, in one breath. */
export function refuse(error: number, message: string): number {
  printError(message);
  return error;
}

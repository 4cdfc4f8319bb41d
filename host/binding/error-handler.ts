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

/**
 * Sets who hears of failures.
 *
 * Every call that fails returns an error code and reports the reason here, as one line. The default writes to
 * `console.error` (warnings to `console.warn`); `null` silences all reports; `undefined` brings the default back.
 */
export function set_error_handler(next: ErrorHandler | null | undefined): void {
  if (next != null && typeof next !== 'function') {
    throw new TypeError(`handler must be a function or null, got ${typeof next}`);
  }
  handler = next === undefined ? toConsole : next;
}

function report(message: string, kind: ReportKind): void {
  if (handler === null) return;
  try {
    handler(message, kind);
  } catch (error) {
    // A handler that throws must not take the socket callback down with it.
    toConsole(`websocketpeer: the error handler threw ${String(error)} on "${message}"`, 'error');
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

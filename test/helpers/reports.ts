// Hears the error handler while a test runs, and puts the default back afterwards.
import { afterEach, beforeEach } from 'vitest';
import { set_error_handler } from '../../host/binding/error-handler.js';

export class Reports {
  errors: string[] = [];
  warnings: string[] = [];

  listen(): void {
    this.clear();
  }

  stop(): void {
    set_error_handler(undefined);
  }

  /** From now on nothing was heard yet: what was said before counts as new when it is said again. */
  clear(): void {
    this.errors = [];
    this.warnings = [];
    set_error_handler((message, kind) => {
      if (kind === 'warning') this.warnings.push(message);
      else this.errors.push(message);
    });
  }

  /** Everything heard, errors first, and forgets it. */
  take(): string[] {
    const all = [...this.errors, ...this.warnings];
    this.clear();
    return all;
  }
}

/** Reports of the test that runs. */
export function useReports(): Reports {
  const reports = new Reports();
  beforeEach(() => reports.listen());
  afterEach(() => reports.stop());
  return reports;
}

// Recorder of reports during a test; restores the default error handler afterwards.
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

  /** Drops all reports, and the memory of repeated ones. */
  clear(): void {
    this.errors = [];
    this.warnings = [];
    set_error_handler((message, kind) => {
      if (kind === 'warning') this.warnings.push(message);
      else this.errors.push(message);
    });
  }

  /** Takes all reports, errors first. */
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

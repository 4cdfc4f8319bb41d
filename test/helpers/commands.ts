// Commands of the system that tests need: whether they are there, and suites that say by name what they miss.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';

/** Where Debian has commands of administrators, which are not on everyone's PATH. */
const PLACES = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];

/** Path of a command, or null where it is not installed. */
export function commandPath(name: string): string | null {
  for (const place of PLACES) {
    const path = join(place, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // elsewhere, perhaps
    }
  }
  return null;
}

/** Runs `suite` with the command's path; where it is missing, the tests are skipped by name. */
export function describeCommand(title: string, name: string, suite: (path: string) => void): void {
  const path = commandPath(name);
  describe.skipIf(path === null)(path === null ? `${title} (needs ${name}: scripts/install-servers.sh)` : title, () =>
    suite(path ?? name),
  );
}

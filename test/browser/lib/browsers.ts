// The browsers that the tests of this folder run in. Each is a project of vitest.config.ts, which says which tests run
// in it; this file tells whether it is there and how it starts.
import { inject } from 'vitest';
import { INSTALLED_CHROMIUM, launchBundledChromium, launchInstalledChromium } from './chromium.js';
import { FIREFOX, launchFirefox } from './firefox.js';
import type { Browser } from './page.js';
import { launchWebkit, WEBKIT } from './webkit.js';

interface Kind {
  /** What its results are called, see test/runtimes/results/. */
  readonly title: string;
  /** What a test needs that does not find it; null: it is there. */
  readonly missing: string | null;
  readonly launch: () => Promise<Browser>;
}

const missing = (place: string | null, what: string): string | null => (place === null ? `needs ${what}` : null);

const KINDS = {
  browser: { title: 'Chromium', missing: null, launch: launchBundledChromium },
  chromium: {
    title: 'Chromium',
    missing: missing(INSTALLED_CHROMIUM, 'an installed Chromium'),
    launch: launchInstalledChromium,
  },
  firefox: { title: 'Firefox', missing: missing(FIREFOX, 'Firefox and a display or Xvfb'), launch: launchFirefox },
  webkit: {
    title: 'WebKit',
    missing: missing(WEBKIT, 'WebKitWebDriver, its MiniBrowser and a display or Xvfb'),
    launch: launchWebkit,
  },
} satisfies Record<string, Kind>;

declare module 'vitest' {
  interface ProvidedContext {
    browser: keyof typeof KINDS;
  }
}

/** The browser of this run. */
export const BROWSER: Kind = KINDS[inject('browser')];

let running: Promise<Browser> | null = null;

/** Started on first use, one for each file of tests. */
export function theBrowser(): Promise<Browser> {
  running ??= BROWSER.launch();
  return running;
}

export async function closeBrowser(): Promise<void> {
  const browser = await running;
  running = null;
  await browser?.close();
}

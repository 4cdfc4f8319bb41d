// Around the tests of each file: those whose browser is not there are skipped by name, and the browser is closed.
import { afterAll, beforeEach } from 'vitest';
import { BROWSER, closeBrowser } from './browsers.js';

beforeEach(({ skip }) => {
  if (BROWSER.missing !== null) skip(BROWSER.missing);
});
afterAll(closeBrowser);

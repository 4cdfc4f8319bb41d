// The API suite in a real browser: `apiSuite(origins)` returns the outcomes of each column by its name. Each column has
// its own server: browsers delay connections to a server after a failed one.
import { inPage, inWorkerOfPage } from './page-columns.js';
import { play } from './play.js';

Object.assign(globalThis, {
  apiSuite: async ([first, second]: readonly string[]) => ({
    page: await play(inPage(first)),
    'worker of a page': await play(inWorkerOfPage(second)),
  }),
});

// The API suite in a real browser: `apiSuite(origins)` answers with what came of each column there, by its name. Each has
// a server of its own: browsers make those wait who have failed to connect.
import { inPage, inWorkerOfPage } from './page-columns.js';
import { play } from './play.js';

Object.assign(globalThis, {
  apiSuite: async ([first, second]: readonly string[]) => ({
    page: await play(inPage(first)),
    'worker of a page': await play(inWorkerOfPage(second)),
  }),
});

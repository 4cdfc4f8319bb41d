// The four ways in which this package and `ws` can talk: either as the server, plain or over TLS. A suite that is
// written once runs on each.
import { beforeAll, describe } from 'vitest';
import { makeTrust, type Trust } from './trust.js';
import { type Scope, useScope } from './watch.js';
import { ourClient, ourServer, type Pair, type PairOptions } from './ws-end.js';

const SIDES = [
  { title: 'our client, ws server', open: ourClient, secure: false },
  { title: 'ws client, our server', open: ourServer, secure: false },
  { title: 'our client, ws server, over TLS', open: ourClient, secure: true },
  { title: 'ws client, our server, over TLS', open: ourServer, secure: true },
];

/** Opens a pair for the test that runs; it is gone afterwards. */
export type OpenPair = (options?: PairOptions) => Promise<Pair>;

export function describeSides(suite: (open: OpenPair) => void): void {
  for (const { title, open, secure } of SIDES) {
    describe(title, () => {
      const scope: Scope = useScope();
      let trust: Trust | undefined;
      if (secure) {
        beforeAll(async () => {
          trust = await makeTrust();
        });
      }
      suite((options = {}) => open(scope, { ...options, trust }));
    });
  }
}

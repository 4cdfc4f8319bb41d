// The program of `npm run soak`: all parts one after the other, their figures as JSON to a file.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Crypto, set_error_handler } from '../../host/index.js';
import { runCrowd, soakCrowd } from './crowd.js';
import { soakCuts } from './cuts.js';
import { soakCycles } from './cycles.js';
import { type Identity, KINDS } from './lib/kinds.js';
import { soakSlowReaders } from './slow-readers.js';

/** The numbers of the whole run, and of the short one. */
const SIZES = {
  whole: { connections: 10_000, cycles: 100_000, readers: 200 },
  short: { connections: 500, cycles: 2000, readers: 20 },
};

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    crowd: { type: 'boolean', default: false },
    figures: { type: 'string' },
    only: { type: 'string', default: 'cuts,cycles,slow,crowd' },
  },
});

function makeIdentity(): Identity {
  const crypto = new Crypto();
  const key = crypto.generate_rsa(2048);
  if (key === null) throw new Error('no key');
  const certificate = crypto.generate_self_signed_certificate(key, 'CN=localhost');
  if (certificate === null) throw new Error('no certificate');
  return { key: key.save_to_string(), cert: certificate.save_to_string() };
}

async function soak(): Promise<Record<string, unknown>> {
  const { connections, cycles, readers } = values.short ? SIZES.short : SIZES.whole;
  const identity = makeIdentity();
  const parts: [string, string, () => Promise<unknown>][] = [
    ...KINDS.map((kind): [string, string, () => Promise<unknown>] => [
      'cuts',
      `cuts at every byte, ${kind.name}`,
      () => soakCuts(kind, identity),
    ]),
    ['cycles', 'connections that come and go', () => soakCycles(cycles, identity)],
    ['slow', 'slow readers', () => soakSlowReaders(readers)],
    ['crowd', 'a crowd', () => soakCrowd(connections, identity)],
  ];
  const figures: Record<string, unknown> = {};
  for (const [part, title, run] of parts) {
    if (!values.only.split(',').includes(part)) continue;
    figures[title] = await run();
    console.log(`${title}: ${JSON.stringify(figures[title])}`);
  }
  return figures;
}

set_error_handler(null);
if (values.crowd) runCrowd();
else {
  try {
    const figures = await soak();
    if (values.figures !== undefined) writeFileSync(values.figures, JSON.stringify(figures));
  } catch (error) {
    console.error(`soak: ${(error as Error).stack}`);
    process.exit(1);
  }
}

// The command line of the bench.
import { parseArgs } from 'node:util';

export const SUITES = [
  'mask',
  'utf8',
  'decode',
  'encode',
  'variant',
  'poll',
  'multiplayer',
  'start',
  'loop',
  'echo',
  'cores',
  'client',
  'broadcast',
  'compression',
  'rpc',
  'replication',
  'sessions',
  'cluster',
  'connect',
  'idle',
  'connections',
  'sizes',
  'slow',
];

export const HELP = `npm run bench -- [options]
  --quick          few cases, short measurements: all of it in about a minute
  --only <names>   some suites, separated by commas: ${SUITES.join(', ')}
  --rounds <n>     turns of each contestant (3 with --quick, else 5)
  --json <file>    where to write the results (build/bench/results.json); the chart and the page lie beside it; in
                   bench/results/ they are left to \`npm run docs\`
  --help`;

/** The parsed options; throws errors that the user can fix. */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: SUITES.join(',') },
      rounds: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const only = values.only.split(',').map((name) => name.trim());
  const unknown = only.filter((name) => !SUITES.includes(name));
  if (unknown.length > 0) throw new Error(`--only knows ${SUITES.join(', ')}, got ${unknown.join(', ')}`);
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds must be 1 or more, got ${values.rounds}`);
  return { ...values, only, rounds, milliseconds: values.quick ? 8 : 60 };
}

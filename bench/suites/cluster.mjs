// Rooms behind a gateway, beside one process that has it all.
import { spawnSync } from 'node:child_process';
import { formatCount } from '../lib/format.mjs';
import { scenesOf, startGenerator } from '../lib/servers.mjs';

export const title = 'Rooms behind a gateway';
export const unit = 'ms';
export const better = 'lower';
export const warmUp = false;
export const mostRounds = 5;
export const about =
  'A room that sends packets back: in one process as a WebSocketMultiplayerPeer (direct), and in a process of its own ' +
  'behind a gateway, over node:cluster or a NATS server. Round trips, as a member sees them; processor time of each ' +
  'process, divided by the packets that came back; time until a broadcast has come to the last member.';

const generator = { program: null };
const programs = {};
/** What the last run of each job has measured, by way and job: several cases show one run. */
const last = new Map();

function programOf(way) {
  programs[way] ??= scenesOf(['websocketpeer'], 'rooms', way).websocketpeer.program;
  return programs[way];
}

/** Runs a job in one way, in a fresh process. */
async function run(way, op, job) {
  const program = programOf(way);
  const { port } = await program.start();
  try {
    const parts = await program.ask({ op: 'parts' });
    const measured = await generator.program.ask({ op, ...job, port, parts });
    last.set(`${way} ${op} ${job.label}`, measured);
    return measured;
  } finally {
    await program.ask({ op: 'end' }).catch(() => {}); // a NATS server would outlive its parent
    program.stop();
  }
}

function known(way, op, { label }) {
  const result = last.get(`${way} ${op} ${label}`);
  if (result === undefined) throw new Error('was not measured');
  return result;
}

const waysHere = () => {
  const hasNats = spawnSync('nats-server', ['--version']).status === 0;
  return [
    ['websocketpeer, direct', 'direct'],
    ['websocketpeer, cluster', 'cluster'],
    ...(hasNats ? [['websocketpeer, NATS', 'nats']] : []),
  ];
};

/** Cases of a job: the first one measures, the others show more of the same run. */
function casesOf(ways, op, job, rows) {
  return rows.map(([words, shown, { unit: itsUnit = unit, isApart = false } = {}], place) => ({
    label: `${job.label}, ${words}`,
    unit: itsUnit,
    contestants: Object.fromEntries(
      ways
        .filter(([, way]) => !isApart || way !== 'direct')
        .map(([name, way]) => [name, async () => shown(place === 0 ? await run(way, op, job) : known(way, op, job))]),
    ),
    targets: [],
  }));
}

const microseconds =
  (part) =>
  ({ spent, count }) => {
    const seconds = part === 'server' ? (spent.direct ?? spent.gateway) : spent[part];
    return (seconds * 1e6) / count;
  };

export function cases(options) {
  generator.program = startGenerator();
  const ways = waysHere();
  const times = { warmUpMs: options.quick ? 200 : 1000, measureMs: options.quick ? 600 : 4000 };
  const listeners = options.quick ? 100 : 1000;
  const trips = [
    { label: '1 member at 200 Hz', connections: 1, rate: 200, size: 16, ...times },
    { label: '50 members at 20 Hz', connections: 50, rate: 20, size: 100, ...times },
  ];
  const echoes = [
    { label: '50 members, 64 packets of 125 B each', connections: 50, batch: 64, size: 125, ...times },
    { label: '50 members, 1 packet of 16 B each', connections: 50, batch: 1, size: 16, ...times },
  ];
  const herald = {
    label: `broadcast of 100 B to ${formatCount(listeners)}`,
    connections: listeners,
    rate: 20,
    size: 100,
    ...times,
  };
  return [
    ...trips.flatMap((job) =>
      casesOf(ways, 'trips', job, [
        ['median', ({ p50 }) => p50],
        ['99th percentile', ({ p99 }) => p99],
      ]),
    ),
    ...echoes.flatMap((job) =>
      casesOf(ways, 'echoes', job, [
        ['CPU per packet, server or gateway', microseconds('server'), { unit: 'us' }],
        ['CPU per packet, room', microseconds('room'), { unit: 'us', isApart: true }],
        ['CPU per packet, broker', microseconds('broker'), { unit: 'us', isApart: true }],
      ]),
    ),
    ...casesOf(ways, 'heralds', herald, [
      ['median', ({ p50 }) => p50],
      ['99th percentile', ({ p99 }) => p99],
    ]),
  ];
}

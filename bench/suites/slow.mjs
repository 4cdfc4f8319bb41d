// A reader who does not read: what the others still get, and what it costs the server in memory.
import { underLoad } from '../lib/load.mjs';
import { serversOf, startGenerator } from '../lib/servers.mjs';

export const title = 'Slow reader';
export const unit = 'broadcasts/s';
export const better = 'higher';
export const warmUp = false;
export const about =
  'A room of 100 with 4 KiB messages, everyone reading; the same with one more who reads nothing; and by how much the ' +
  'server grew meanwhile. Nothing but the defaults is set.';

const CONNECTIONS = 100;
const SIZE = 4096;
const IN_FLIGHT = 4;

const jobOf = (quick, deaf) => {
  const times = quick ? { warmUpMs: 60, measureMs: 140 } : { warmUpMs: 300, measureMs: 1500 };
  return { size: SIZE, connections: CONNECTIONS, inFlight: IN_FLIGHT, deaf, ...times };
};

/** Peak growth is what counts: a server in a process of its own, looked at before the generator lets go. */
async function growthOf(server, generator, job) {
  server.program.stop();
  await server.program.start();
  await underLoad(server, generator, 'room', { ...job, deaf: 0 });
  const before = await server.program.ask({ op: 'memory' });
  let largest = before.rss;
  await underLoad(server, generator, 'room', { ...job, keep: true });
  const after = await server.program.ask({ op: 'memory' });
  largest = Math.max(largest, after.rss);
  await generator.ask({ op: 'release' });
  return (largest - before.rss) / 2 ** 20;
}

export function cases({ quick }) {
  const servers = serversOf(['websocketpeer', 'ws'], 'room');
  const generator = startGenerator();
  const rates = (deaf) => Object.entries(servers).map(([name, one]) => {
    const label = deaf === 0 ? name : `${name}, one reads nothing`;
    return [label, () => underLoad(one, generator, 'room', jobOf(quick, deaf))];
  });
  const growth = Object.entries(servers).map(([name, one]) => [name, () => growthOf(one, generator, jobOf(quick, 1))]);
  return [
    {
      label: 'everyone else gets',
      contestants: Object.fromEntries([...rates(0), ...rates(1)]),
      targets: [{ of: 'websocketpeer, one reads nothing', versus: 'websocketpeer', atLeast: 0.95 }],
    },
    {
      label: 'the server grows by',
      unit: 'MiB',
      better: 'lower',
      contestants: Object.fromEntries(growth),
      targets: [{ atMost: 16 }],
    },
  ];
}

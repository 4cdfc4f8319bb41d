// A peer that does not read: throughput of the others, and memory of the server.
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

/** A server that has warmed up in a process of its own; with `--quick` the running one. */
async function growthOf(server, generator, quick) {
  const job = jobOf(quick, 1);
  if (!quick) {
    server.program.stop();
    await underLoad(server, generator, 'room', { ...job, deaf: 0 });
  }
  const before = await server.program.ask({ op: 'memory' });
  await underLoad(server, generator, 'room', { ...job, keep: true });
  const after = await server.program.ask({ op: 'memory' });
  await generator.ask({ op: 'release' });
  return Math.max(0, after.rss - before.rss) / 2 ** 20;
}

export function cases({ quick }) {
  const servers = serversOf(['websocketpeer', 'ws'], 'room');
  const generator = startGenerator();
  const rates = (deaf) =>
    Object.entries(servers).map(([name, one]) => {
      const label = deaf === 0 ? name : `${name}, one reads nothing`;
      return [label, () => underLoad(one, generator, 'room', jobOf(quick, deaf))];
    });
  const growth = Object.entries(servers).map(([name, one]) => [name, () => growthOf(one, generator, quick)]);
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

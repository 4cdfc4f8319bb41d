// Many idle connections: memory for each, and the time to poll them all.
import { readFileSync } from 'node:fs';
import { formatCount } from '../lib/format.mjs';
import { serversOf, startGenerator } from '../lib/servers.mjs';

export const title = 'Idle connections';
export const unit = 'KiB each';
export const better = 'lower';
export const warmUp = false;
/** A round takes long. */
export const mostRounds = 3;
export const about =
  'Resident memory of a server process, per connection, rubbish collected; and polling every one of them once. Each ' +
  'measurement is a process of its own.';

const SERVERS = ['websocketpeer', 'ws', 'Bun', 'Deno', 'websocketpeer on sockets'];
const WANTED = 10_000;
/** File descriptors of a server besides its connections. */
const OTHER_FILES = 200;
const SWEEPS = 51;

/** Limit of open files; Node raises its limit as far as it can. */
function fileLimit() {
  try {
    const line = readFileSync('/proc/self/limits', 'utf8')
      .split('\n')
      .find((text) => text.startsWith('Max open files'));
    return Number.parseInt(line.slice('Max open files'.length).trim(), 10) || WANTED;
  } catch {
    return WANTED;
  }
}

/** Opens `connections` to a new server, measures it, and closes everything. */
async function withIdle({ program }, generator, connections, look) {
  program.stop();
  const { port } = await program.start();
  try {
    // A few connections first, to exclude the cost of warming up the code.
    await generator.ask({ op: 'hold', port, connections: 50 });
    await generator.ask({ op: 'release' });
    const before = await program.ask({ op: 'memory' });
    await generator.ask({ op: 'hold', port, connections });
    return await look(before);
  } finally {
    program.stop();
    generator.stop();
  }
}

async function memoryOf({ program }, before, connections) {
  const after = await program.ask({ op: 'memory' });
  return (after.rss - before.rss) / 1024 / connections;
}

async function sweepOf({ program }, connections) {
  const { value, peers } = await program.ask({ op: 'sweep', times: SWEEPS });
  if (peers < connections) throw new Error(`only ${peers} of ${connections} peers are there`);
  return value;
}

/** Both cases use the same processes: the first one stores the results of the second. */
export function cases({ quick }) {
  const servers = serversOf(quick ? SERVERS.slice(0, 2) : SERVERS, 'echo');
  const generator = startGenerator();
  const count = Math.min(quick ? 500 : WANTED, fileLimit() - OTHER_FILES);
  const sweeps = [];
  const measure = (name, server) => () =>
    withIdle(server, generator, count, async (before) => {
      const memory = await memoryOf(server, before, count);
      if (name === 'websocketpeer') sweeps.push(await sweepOf(server, count));
      return memory;
    });
  const entries = Object.entries(servers).map(([name, server]) => [name, measure(name, server)]);
  return [
    {
      label: `memory, ${formatCount(count)} of them`,
      contestants: Object.fromEntries(entries),
      targets: [{ versus: 'ws', atLeast: 1 }],
    },
    {
      label: `poll of all ${formatCount(count)}`,
      unit: 'ms',
      contestants: { websocketpeer: () => sweeps.shift() },
      targets: [{ atMost: count / WANTED }],
    },
  ];
}

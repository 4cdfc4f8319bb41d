// Echo clients: the load generator is the server, and each client sends received messages back, masked.
import { formatSize } from '../lib/format.mjs';
import { timesOf } from '../lib/load.mjs';
import { clientsOf, startGenerator } from '../lib/servers.mjs';

export const title = 'Client';
export const unit = 'messages/s';
export const better = 'higher';
export const warmUp = false;
export const about = 'One connection × messages in flight × bytes of a message; the client echoes, masked.';

const CLIENTS = ['websocketpeer', 'ws', 'ws without native', 'Node (undici)', 'Bun', 'Deno'];
const QUICK_CLIENTS = ['websocketpeer', 'ws', 'Bun', 'Deno'];

const GRID = [
  [1, 16],
  [256, 16],
  [64, 125],
  [16, 1024],
  [4, 16384],
  [2, 1048576],
];
const QUICK_GRID = [GRID[2]];

async function measure(program, generator, job) {
  try {
    const { port } = await generator.ask({ op: 'listen' });
    await program.ask({ op: 'connect', url: `ws://127.0.0.1:${port}/` });
    return await generator.ask({ op: 'answering', ...job, pid: program.pid });
  } catch (error) {
    program.stop();
    generator.stop();
    throw error;
  }
}

export function cases(options) {
  const clients = clientsOf(options.quick ? QUICK_CLIENTS : CLIENTS);
  const generator = startGenerator();
  return (options.quick ? QUICK_GRID : GRID).map(([inFlight, size]) => {
    const job = { inFlight, size, ...timesOf(options) };
    const entries = Object.entries(clients).map(([name, { program }]) => {
      return [name, () => measure(program, generator, job)];
    });
    return {
      label: `1 × ${inFlight} × ${formatSize(size)}`,
      contestants: Object.fromEntries(entries),
      targets: [],
    };
  });
}

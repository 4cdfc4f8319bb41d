// Replication: objects whose positions go to all clients in each frame, beside the engine.
import { formatCount } from '../lib/format.mjs';
import { underLoad } from '../lib/load.mjs';
import { scenesOf, startGenerator } from '../lib/servers.mjs';

export const title = 'Replication';
export const unit = 'ms of a core per frame';
export const better = 'lower';
export const warmUp = false;
export const mostRounds = 3;
export const about =
  'A server with nodes that have a MultiplayerSynchronizer each, all of which move in each of 30 frames a second, with ' +
  'this package or in the running engine; the clients confirm the paths and read. Processor time of a frame: 33 ms are ' +
  'a whole core, and whoever needs more falls behind. Bytes are those of a frame to one client.';

const SERVERS = ['websocketpeer', 'Godot'];

export function cases(options) {
  const [objects, connections] = options.quick ? [200, 10] : [1000, 50];
  const servers = scenesOf(SERVERS, 'states', String(objects));
  const generator = startGenerator();
  const job = { objects, connections, warmUpMs: 500, measureMs: options.quick ? 1000 : 4000 };
  /** By contestant: those of the last measurement. */
  const bytes = {};
  const measure = async (name, one) => {
    const found = await underLoad(one, generator, 'watching', job);
    one.program.stop(); // or its frames would take time from the others
    bytes[name] = found.bytes;
    return { value: found.milliseconds, cpu: found.cpu };
  };
  const bytesOf = (name) => {
    if (bytes[name] === undefined) throw new Error('the frames were not measured');
    return bytes[name];
  };
  const each = (work) =>
    Object.fromEntries(Object.entries(servers).map(([name, one]) => [name, () => work(name, one)]));
  const words = `${formatCount(objects)} objects, ${connections} clients`;
  return [
    { label: words, contestants: each(measure), targets: [{ versus: 'Godot', atLeast: 1 }] },
    { label: `${words}, bytes`, unit: 'B', contestants: each(bytesOf), targets: [] },
  ];
}

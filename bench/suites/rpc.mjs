// Remote calls: a server with a scene calls its clients, and is called by them, beside the engine.
import { formatCount } from '../lib/format.mjs';
import { eachUnder, timesOf } from '../lib/load.mjs';
import { scenesOf, startGenerator } from '../lib/servers.mjs';

export const title = 'Remote calls';
export const unit = 'calls/s';
export const better = 'higher';
export const warmUp = false;
export const about =
  'A server with one node, with this package or in the running engine, which polls without pause. Out: it calls a method ' +
  'with an integer and a float at all clients; each client that is reached counts. In: the clients call such a method ' +
  'of the server.';

const SERVERS = ['websocketpeer', 'Godot'];

export function cases(options) {
  const servers = scenesOf(SERVERS, 'calls');
  const generator = startGenerator();
  const counts = options.quick ? [8] : [1, 8, 50];
  const rows = [
    ['called', 'out', { batch: 64, inFlight: 4 }],
    ['calling', 'in', { batch: 256, inFlight: 4 }],
  ];
  return rows.flatMap(([op, words, size]) =>
    counts.map((connections) => {
      const job = { connections, ...size, ...timesOf(options) };
      return {
        label: `${words}, ${formatCount(connections)} ${connections === 1 ? 'client' : 'clients'}`,
        contestants: eachUnder(servers, generator, op, job),
        targets: [{ versus: 'Godot', atLeast: 10 }],
      };
    }),
  );
}

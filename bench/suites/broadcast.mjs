// One message to everyone in a room.
import { formatCount } from '../lib/format.mjs';
import { eachUnder, timesOf } from '../lib/load.mjs';
import { serversOf, startGenerator } from '../lib/servers.mjs';

export const title = 'Broadcast';
export const unit = 'broadcasts/s';
export const better = 'higher';
export const warmUp = false;
export const about =
  'One of the clients says 64 B, the server sends it to all: clients × messages of the room in flight. Bun publishes ' +
  'to a topic, this package encodes once with WebSocketPeer.broadcast, the others send in a loop.';

const SERVERS = ['websocketpeer', 'ws', 'Bun', 'Deno'];
const SIZE = 64;

export function cases(options) {
  const servers = serversOf(options.quick ? SERVERS.slice(0, 3) : SERVERS, 'room');
  const generator = startGenerator();
  const grid = options.quick
    ? [[200, 8]]
    : [
        [1000, 1],
        [1000, 8],
      ];
  return grid.map(([connections, inFlight]) => {
    const job = { size: SIZE, connections, inFlight, deaf: 0, ...timesOf(options) };
    return {
      label: `${formatCount(connections)} × ${inFlight}`,
      contestants: eachUnder(servers, generator, 'room', job),
      targets: connections === 1000 ? [{ versus: 'ws', atLeast: 2 }] : [],
    };
  });
}

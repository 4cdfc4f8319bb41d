// Growth: messages per second against the number of connections.
import { formatCount } from '../lib/format.mjs';
import { eachUnder, timesOf } from '../lib/load.mjs';
import { serversOf, startGenerator } from '../lib/servers.mjs';

export const title = 'Echo against connections';
export const unit = 'messages/s';
export const better = 'higher';
export const warmUp = false;
/** A round takes long. */
export const mostRounds = 3;
export const curve = { x: 'connections' };
export const about = '125 B, four messages in flight on each connection.';

const SERVERS = ['websocketpeer', 'ws', 'Bun', 'net'];
const COUNTS = [1, 4, 16, 64, 256, 1000, 4000, 10000];
const QUICK_COUNTS = [1, 100];

export function cases(options) {
  const servers = serversOf(options.quick ? SERVERS.slice(0, 2) : SERVERS, 'echo');
  const generator = startGenerator();
  return (options.quick ? QUICK_COUNTS : COUNTS).map((connections) => ({
    label: formatCount(connections),
    x: connections,
    contestants: eachUnder(servers, generator, 'flow', { connections, inFlight: 4, size: 125, ...timesOf(options) }),
    targets: [],
  }));
}

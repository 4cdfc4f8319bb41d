// Echo servers, each in a separate process, under a load generator in another one.
import { formatSize } from '../lib/format.mjs';
import { eachUnder, timesOf } from '../lib/load.mjs';
import { serversOf, startGenerator } from '../lib/servers.mjs';

export const title = 'Echo server';
export const unit = 'messages/s';
export const better = 'higher';
/** No warm-up round: the load generator warms each server up. */
export const warmUp = false;
export const about =
  'Connections × messages in flight on each × bytes of a message. "ws over websocketpeer": with its two native helpers ' +
  'replaced by this package. "net" echoes the same bytes without any WebSocket, ' +
  'read by events or by onread: what Node allows.';

const SERVERS = [
  'websocketpeer',
  'ws',
  'ws without native',
  'ws over websocketpeer',
  'Bun',
  'Deno',
  'net',
  'net, onread',
];
const QUICK_SERVERS = ['websocketpeer', 'ws', 'Bun', 'Deno', 'net'];

// Connections, messages in flight on each, bytes of a message, and how many times whom.
const GRID = [
  [1, 1, 16, { net: 0.9 }],
  [1, 256, 16, { Bun: 1.1, ws: 8 }],
  [50, 1, 16, { net: 0.85, ws: 1.2 }],
  [50, 64, 125, { Bun: 1, ws: 15 }],
  [8, 16, 1024, { Bun: 1, ws: 3.5 }],
  [4, 4, 16384, { Bun: 1, ws: 1.1 }],
  [2, 2, 1048576, { net: 1, ws: 1.1 }],
];
const QUICK_GRID = [GRID[1], GRID[3], GRID[4]];

export function cases(options) {
  const { quick } = options;
  const servers = serversOf(quick ? QUICK_SERVERS : SERVERS, 'echo');
  const generator = startGenerator();
  return (quick ? QUICK_GRID : GRID).map(([connections, inFlight, size, least]) => ({
    label: `${connections} × ${inFlight} × ${formatSize(size)}`,
    contestants: eachUnder(servers, generator, 'flow', { connections, inFlight, size, ...timesOf(options) }),
    targets: Object.entries(least).map(([versus, atLeast]) => ({ versus, atLeast })),
  }));
}

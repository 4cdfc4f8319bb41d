// Connecting: TCP, handshake, and reset.
import { eachUnder, timesOf } from '../lib/load.mjs';
import { serversOf, startGenerator } from '../lib/servers.mjs';

export const title = 'Connection set-up';
export const unit = 'connections/s';
export const better = 'higher';
export const warmUp = false;
export const about = 'Connect, shake hands, break off, and again; so many under way at a time.';

const SERVERS = ['websocketpeer', 'ws', 'Bun', 'Deno', 'websocketpeer on sockets'];

export function cases(options) {
  const servers = serversOf(options.quick ? SERVERS.slice(0, 3) : SERVERS, 'echo');
  const generator = startGenerator();
  return (options.quick ? [16] : [1, 16, 64]).map((atOnce) => ({
    label: `${atOnce} at a time`,
    contestants: eachUnder(servers, generator, 'knock', { atOnce, ...timesOf(options) }),
    targets: [{ versus: 'ws', atLeast: 1 }],
  }));
}

// Growth: messages per second against the size of a message.
import { formatSize } from '../lib/format.mjs';
import { eachUnder, timesOf } from '../lib/load.mjs';
import { serversOf, startGenerator } from '../lib/servers.mjs';

export const title = 'Echo against size';
export const unit = 'bytes/s';
export const better = 'higher';
export const warmUp = false;
/** A round takes long. */
export const mostRounds = 3;
export const curve = { x: 'bytes of a message' };
export const about = 'Two connections, each with 64 KiB in flight: at least one message, at most 64. Payload bytes.';

const SERVERS = ['websocketpeer', 'ws', 'Bun', 'net'];
const SIZES = [1, 8, 64, 512, 4096, 32768, 262144, 2097152, 16777216, 67108864];
const QUICK_SIZES = [1, 512, 32768];
const IN_FLIGHT_BYTES = 65536;

const inBytes = (measured, size) => ({ ...measured, value: measured.value * size });

export function cases(options) {
  const servers = serversOf(options.quick ? SERVERS.slice(0, 2) : SERVERS, 'echo');
  const generator = startGenerator();
  return (options.quick ? QUICK_SIZES : SIZES).map((size) => {
    const inFlight = Math.min(64, Math.max(1, Math.floor(IN_FLIGHT_BYTES / size)));
    const job = { connections: 2, inFlight, size, ...timesOf(options) };
    const entries = Object.entries(eachUnder(servers, generator, 'flow', job));
    const contestants = entries.map(([name, measure]) => [name, async () => inBytes(await measure(), size)]);
    return { label: formatSize(size), x: size, contestants: Object.fromEntries(contestants), targets: [] };
  });
}

// Game loop: both ends in one process, through the public API, beside the engine.
import { formatSize } from '../lib/format.mjs';
import { timesOf } from '../lib/load.mjs';
import { loopsOf } from '../lib/servers.mjs';

export const title = 'Game loop';
export const unit = 'messages/s';
export const better = 'higher';
export const warmUp = false;
export const about =
  'Client and server in one process, 256 messages in flight (16 of 1 MiB), the server echoes; messages that arrive ' +
  'at either end. Godot is the running engine, polling as fast as it goes.';

const LOOPS = ['websocketpeer', 'websocketpeer, get_packet_into', 'Godot', 'ws'];
const IN_FLIGHT_BYTES = 16 << 20;

const SIZES = [
  [16, false, { Godot: 7 }],
  [125, true, { Godot: 6 }],
  [1024, false, { Godot: 2 }],
  [16384, false, { ws: 1.1 }],
  [16384, true, { ws: 1.1 }],
  [1048576, false, { ws: 1.2 }],
];
const QUICK_SIZES = [SIZES[0], SIZES[1], SIZES[2]];

async function measure(program, job) {
  try {
    return await program.ask({ op: 'loop', ...job });
  } catch (error) {
    program.stop();
    throw error;
  }
}

export function cases(options) {
  const loops = loopsOf(options.quick ? LOOPS.filter((name) => !name.includes(',')) : LOOPS);
  return (options.quick ? QUICK_SIZES : SIZES).map(([size, text, least]) => {
    const inFlight = Math.min(256, IN_FLIGHT_BYTES / size);
    const job = { size, text, inFlight, ...timesOf(options) };
    const entries = Object.entries(loops).map(([name, { program }]) => [name, () => measure(program, job)]);
    return {
      label: `${formatSize(size)} ${text ? 'text' : 'binary'}`,
      contestants: Object.fromEntries(entries),
      targets: Object.entries(least).map(([versus, atLeast]) => ({ versus, atLeast })),
    };
  });
}

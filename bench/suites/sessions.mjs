// Many sessions of a game in one process.
import { formatCount } from '../lib/format.mjs';
import { underLoad } from '../lib/load.mjs';
import { scenesOf, startGenerator } from '../lib/servers.mjs';

export const title = 'Many sessions';
export const unit = 'ms';
export const better = 'lower';
export const warmUp = false;
export const mostRounds = 3;
export const about =
  'One process with that many scene trees, each with its own SceneMultiplayer, on one port: each player has an object ' +
  'whose position goes to all players of the session in each of 30 frames a second, and steers as often by a remote ' +
  'call. Time of a frame of all sessions together; 33 ms are there. What a socket reads and writes between two frames ' +
  "is in the server's share of a core.";

const RATE = 30;

export function cases(options) {
  const [sessions, players] = options.quick ? [20, 8] : [200, 8];
  const { websocketpeer } = scenesOf(['websocketpeer'], 'sessions', String(sessions), String(players));
  const generator = startGenerator();
  const times = { warmUpMs: 1000, measureMs: options.quick ? 1500 : 6000 };
  const job = { connections: sessions * players, objects: players, rate: RATE, ...times };
  let last = null;
  const measure = async () => {
    const { cpu } = await underLoad(websocketpeer, generator, 'playing', job);
    last = await websocketpeer.program.ask({ op: 'frames', count: Math.floor((job.measureMs * RATE) / 1000) });
    if (last.steered === 0) throw new Error('nobody has steered');
    websocketpeer.program.stop();
    return { value: last.p99, cpu };
  };
  const median = () => {
    if (last === null) throw new Error('the frames were not measured');
    return last.median;
  };
  const words = `${formatCount(sessions)} sessions of ${players}`;
  return [
    { label: `${words}, 99th percentile`, contestants: { websocketpeer: measure }, targets: [{ atMost: 33 }] },
    { label: `${words}, median`, contestants: { websocketpeer: median }, targets: [] },
  ];
}

// Compressed messages (permessage-deflate) beside plain ones: JSON of a world, echoed and said to all.
import { formatSize } from '../lib/format.mjs';
import { timesOf, underLoad } from '../lib/load.mjs';
import { serversOf, startGenerator } from '../lib/servers.mjs';

export const title = 'Compression';
export const unit = 'messages/s';
export const better = 'higher';
export const warmUp = false;
/** The memory of a thousand connections takes long. */
export const mostRounds = 3;
export const about =
  'Text of JSON, ticks of a world, from clients that compress what they send to a server that compresses. "deflate": ' +
  'as each product compresses when it is asked to and no more is set; Bun sends compressed only what it is told to, here ' +
  'all. "Alike": ws set to what this package does, level 1 and each message by itself. On the wire: bytes of an answer ' +
  'with its head.';

const SNAPSHOT = 3400;
const SIZES = [60, 250, 1024, SNAPSHOT, 65_536];
const QUICK_SIZES = [SNAPSHOT];
const NAMES = ['websocketpeer', 'websocketpeer, deflate', 'ws', 'ws, deflate', 'Bun', 'Bun, deflate'];
const ALIKE = 'ws, deflate alike';
const PEOPLE = 100;
const HELD = 1000;
/** Connections come in waves, and rubbish is collected after each: what messages have left behind is no connection's. */
const WAVES = 10;

const nameOf = (size) => (size === SNAPSHOT ? '3.4 KB' : formatSize(size));
const compresses = (name) => name.includes('deflate');
const goal = (atLeast) => [{ of: 'websocketpeer, deflate', versus: 'ws, deflate', atLeast }];

/** Contestants of a case: `measure` is called with each server's name and program. */
const each = (servers, measure) =>
  Object.fromEntries(Object.entries(servers).map(([name, server]) => [name, () => measure(name, server)]));

/** The server of this package that compresses, and ws told to do the same. */
function alikeOf(servers, alike) {
  const name = 'websocketpeer, deflate';
  if (alike === undefined || servers[name] === undefined) return {};
  return { [name]: servers[name], 'ws, deflate': alike };
}

async function memoryOf(name, { program }, generator, connections) {
  program.stop();
  const { port } = await program.start();
  const job = { op: 'talkAndHold', port, deflate: compresses(name), size: SNAPSHOT };
  try {
    // A wave first, to exclude what code and messages under way cost.
    await generator.ask({ ...job, connections: connections / WAVES, inFlight: 1 });
    await generator.ask({ op: 'release' });
    const before = await program.ask({ op: 'memory' });
    let after = before;
    for (let wave = 0; wave < WAVES; wave += 1) {
      await generator.ask({ ...job, connections: connections / WAVES, inFlight: 1 });
      after = await program.ask({ op: 'memory' });
    }
    return (after.rss - before.rss) / 1024 / connections;
  } finally {
    program.stop();
    generator.stop();
  }
}

export function cases(options) {
  const { quick } = options;
  const echoes = serversOf(NAMES, 'echo');
  const rooms = serversOf(NAMES, 'room');
  const echoAlike = serversOf([ALIKE], 'echo')[ALIKE];
  const roomAlike = serversOf([ALIKE], 'room')[ALIKE];
  const generator = startGenerator();
  const times = timesOf(options);
  /** Bytes of answers on the wire, by size and name, of rounds that are over. */
  const wire = new Map();
  const talk = (size, connections, inFlight) => async (name, server) => {
    const job = { size, connections, inFlight, deflate: compresses(name), ...times };
    const { bytes, ...rate } = await underLoad(server, generator, 'talk', job);
    return { bytes, rate };
  };
  const echo = (size) => async (name, server) => {
    const { bytes, rate } = await talk(size, 8, 4)(name, server);
    const key = `${size} ${name}`;
    wire.set(key, [...(wire.get(key) ?? []), bytes]);
    return rate;
  };
  const alike = async (name, server) => (await talk(SNAPSHOT, 8, 4)(name, server)).rate;
  const thereAndBack = async (name, server) => {
    const { rate } = await talk(SNAPSHOT, 1, 1)(name, server);
    return 1e6 / rate.value;
  };
  const tell = async (name, server) => {
    const job = { size: SNAPSHOT, connections: PEOPLE, inFlight: 2, deflate: compresses(name), ...times };
    const { bytes: _, ...rate } = await underLoad(server, generator, 'tellAll', job);
    return rate;
  };
  const sizes = quick ? QUICK_SIZES : SIZES;
  const room = { unit: 'broadcasts/s' };
  const label = `${nameOf(SNAPSHOT)} to ${PEOPLE}`;
  const held = quick ? 100 : HELD;
  return [
    { ...room, label, contestants: each(rooms, tell), targets: goal(10) },
    { ...room, label: `${label}, alike`, contestants: each(alikeOf(rooms, roomAlike), tell), targets: [] },
    ...sizes.map((size) => ({
      label: `echo, ${nameOf(size)}`,
      contestants: each(echoes, echo(size)),
      targets: size === SNAPSHOT ? goal(3) : [],
    })),
    {
      label: `echo, ${nameOf(SNAPSHOT)}, alike`,
      contestants: each(alikeOf(echoes, echoAlike), alike),
      targets: [],
    },
    {
      label: `there and back, ${nameOf(SNAPSHOT)}`,
      unit: 'µs',
      better: 'lower',
      contestants: each(echoes, thereAndBack),
      targets: [],
    },
    ...sizes.map((size) => ({
      label: `on the wire, ${nameOf(size)}`,
      unit: 'bytes',
      better: 'lower',
      contestants: each(echoes, (name) => wire.get(`${size} ${name}`).shift()),
      targets: [],
    })),
    {
      label: `memory, ${held} connections`,
      unit: 'KiB each',
      better: 'lower',
      contestants: each(echoes, (name, server) => memoryOf(name, server, generator, held)),
      targets: [{ of: 'websocketpeer, deflate', versus: 'websocketpeer', atMostAbove: 1 }],
    },
  ];
}

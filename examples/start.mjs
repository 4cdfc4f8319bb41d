#!/usr/bin/env node
// `npm start`: a small arena. A page, a game server on the same port, and bots that play over real sockets. Begin
// reading here; the server is in arena/server/ (arena-server.mjs for one process, processes.mjs for several), the page in
// arena/page/, what both know in arena/shared/.
import { networkInterfaces } from 'node:os';
import { set_error_handler } from 'websocketpeer';
import { ArenaServer } from './arena/server/arena-server.mjs';
import { Bot } from './arena/server/bot.mjs';
import { ArenaProcesses } from './arena/server/processes.mjs';
import { HELP, readOptions } from './lib/options.mjs';
import { StatusLine } from './lib/status-line.mjs';

const NAMES = ['Ada', 'Bolt', 'Comet', 'Dot', 'Echo', 'Flux', 'Gizmo', 'Hex'];
const EVERYWHERE = ['0.0.0.0', '::'];
const STATUS_MS = 125;
/** Over several processes the bots play in two rooms. */
const ROOMS = ['arena', 'blue'];
/** By then everybody knows that a process has a room, and the next one is made by another. */
const ROOM_KNOWN_MS = 1200;

const options = readOptions(process.argv.slice(2));
if ('complaint' in options) fail(options.complaint);
else if (options.help) console.log(HELP);
else await play(options);

function fail(complaint) {
  console.error(`start: ${complaint}`);
  process.exitCode = 1;
}

/** @param {import('./lib/options.mjs').Options} options */
async function play({ port, host, seconds, bots: count, origins, processes, nats }) {
  const line = new StatusLine(process.stdout);
  set_error_handler((message) => line.print(message));
  // Whoever read the figures is gone (`npm start | head`).
  process.stdout.on('error', () => process.exit());
  const server = processes === 0 ? new ArenaServer() : new ArenaProcesses(processes, nats, (text) => line.print(text));
  try {
    await server.listen(port, host, (found) => [...originsOf(host, found), ...origins]);
  } catch (error) {
    fail(complaintOf(error, host, port));
    return;
  }
  for (const url of urlsOf(host, server.port)) line.print(`arena on ${url}`);
  if (processes > 0) line.print(`rooms on ${urlsOf(host, server.port)[0]}?room=NAME`);
  line.print(`bench on ${urlsOf(host, server.port)[0]}bench/`);
  line.print('open the page to play; Ctrl-C ends');

  const inside = EVERYWHERE.includes(host) ? '127.0.0.1' : hostInUrl(host);
  const rooms = processes > 1 ? ROOMS : ROOMS.slice(0, 1);
  const bots = Array.from({ length: count }, (_, index) => {
    const name = `${NAMES[index % NAMES.length]}${index < NAMES.length ? '' : ' II'}`;
    return new Bot(name, `ws://${inside}:${server.port}/${rooms[index % rooms.length]}`);
  });
  for (const [index, bot] of bots.entries()) bot.start((index % rooms.length) * ROOM_KNOWN_MS);
  const status = setInterval(() => line.show(statusOf(server, bots)), STATUS_MS);

  await ending(seconds);
  clearInterval(status);
  await Promise.all(bots.map((bot) => bot.stop()));
  await server.stop();
  line.end();
  for (const text of [...summaryOf(bots), ...server.summary()]) console.log(text);
}

/** Resolves after `seconds`, or when the process is asked to end. */
function ending(seconds) {
  return new Promise((resolve) => {
    const timer = Number.isFinite(seconds) ? setTimeout(resolve, seconds * 1000) : null;
    const stop = () => {
      if (timer !== null) clearTimeout(timer);
      process.on('SIGINT', () => process.exit(130)); // the second Ctrl-C does not wait for anybody
      resolve();
    };
    process.once('SIGINT', stop).once('SIGTERM', stop);
  });
}

function statusOf(server, bots) {
  const sum = (of) => bots.reduce((total, { client }) => total + of(client), 0);
  const trips = roundTripsOf(bots);
  const trip = trips.length === 0 ? '' : ` | round trip ${quantile(trips, 0.5).toFixed(1)} ms`;
  const [out, into] = [sum(({ rates }) => rates.sent), sum(({ rates }) => rates.received)];
  return `${server.players} ${server.players === 1 ? 'player' : 'players'}, ${server.guests} of them guests | bots out/in ${out}/${into} packets/s${trip}`;
}

function summaryOf(bots) {
  if (bots.length === 0) return [];
  const sum = (of) => bots.reduce((total, { client }) => total + of(client), 0);
  const trips = roundTripsOf(bots);
  const lines = [
    `bots: sent ${sum(({ sent }) => sent)} packets, received ${sum(({ received }) => received)} packets ` +
      `(${sum(({ bytesReceived }) => bytesReceived)} bytes)`,
  ];
  if (trips.length > 0) {
    lines.push(
      `bots: round trip ${quantile(trips, 0.5).toFixed(1)} ms, 95 of 100 below ${quantile(trips, 0.95).toFixed(1)} ms`,
    );
  }
  return lines;
}

function roundTripsOf(bots) {
  return bots.flatMap(({ client }) => client.roundTrips).sort((a, b) => a - b);
}

function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function urlsOf(host, port) {
  if (!EVERYWHERE.includes(host)) return [`http://${host === '127.0.0.1' ? 'localhost' : hostInUrl(host)}:${port}/`];
  const addresses = Object.values(networkInterfaces())
    .flat()
    .filter(({ family, internal }) => family === 'IPv4' && !internal);
  return [`http://localhost:${port}/`, ...addresses.map(({ address }) => `http://${address}:${port}/`)];
}

/** Origins of the arena's own pages, by all names that this machine knows of itself. */
function originsOf(host, port) {
  const urls = [
    ...urlsOf(host, port),
    `http://localhost:${port}/`,
    `http://127.0.0.1:${port}/`,
    `http://[::1]:${port}/`,
  ];
  return [...new Set(urls.map((url) => new URL(url).origin))];
}

function hostInUrl(host) {
  return host.includes(':') ? `[${host}]` : host;
}

function complaintOf({ code, syscall, message }, host, port) {
  if (syscall !== 'listen') return `can't use the NATS server (${message})`;
  const reasons = { EADDRINUSE: 'already in use', EACCES: 'not allowed' };
  return `can't listen on ${host}:${port} (${reasons[code] ?? message}); choose another with --port N`;
}

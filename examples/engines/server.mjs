#!/usr/bin/env node
// Starts the server that the engines' examples connect to.
import { error_string, OK } from 'websocketpeer';
import { readGameOptions } from '../lib/game-options.mjs';
import { PointServer } from './lib/point-server.mjs';

const HELP = `Usage: node examples/engines/server.mjs [--port N] [--seconds N]

  --port N      port of the server (default 9082)
  --seconds N   stop after N seconds (default: at Ctrl-C)`;

const options = readGameOptions(process.argv.slice(2), { port: '9082', seconds: 'Infinity' });
if ('complaint' in options) fail(options.complaint);
else if (options.help) console.log(HELP);
else serve(options);

function fail(complaint) {
  console.error(`server: ${complaint}`);
  process.exitCode = 1;
}

function serve({ port, seconds }) {
  const server = new PointServer();
  const listening = server.listen(port);
  if (listening !== OK) {
    fail(`can't listen on 127.0.0.1:${port} (${error_string(listening).toLowerCase()}); choose another with --port N`);
    return;
  }
  console.log(`listening on ${server.url}`);
  process.once('SIGINT', () => server.stop());
  if (seconds !== Number.POSITIVE_INFINITY) setTimeout(() => server.stop(), seconds * 1000);
}

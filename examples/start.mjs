#!/usr/bin/env node
// `npm start`: an echo server and a game client in one process, both made of Godot's classes, talking over a real
// socket. Begin reading here; the server is in lib/echo-server.mjs, the client's game loop in lib/game-client.mjs.
import { error_string, OK, set_error_handler, WebSocketPeer } from 'websocketpeer';
import { EchoServer } from './lib/echo-server.mjs';
import { GameClient } from './lib/game-client.mjs';
import { HELP, readOptions } from './lib/options.mjs';
import { StatusLine } from './lib/status-line.mjs';

const FRAME_MS = 1000 / 60;

const options = readOptions(process.argv.slice(2));
if ('complaint' in options) fail(options.complaint);
else if (options.help) console.log(HELP);
else play(options);

function fail(complaint) {
  console.error(`start: ${complaint}`);
  process.exitCode = 1;
}

/** @param {import('./lib/options.mjs').Options} options */
function play({ port, url, seconds }) {
  const line = new StatusLine(process.stdout);
  set_error_handler((message) => line.print(message));

  const server = url === undefined ? new EchoServer() : null;
  const listening = server?.listen(port) ?? OK;
  if (listening !== OK) {
    fail(`can't listen on 127.0.0.1:${port} (${error_string(listening).toLowerCase()}); choose another with --port N`);
    return;
  }
  const target = url ?? server?.url;
  const client = new GameClient();
  if (client.connect(target) !== OK) {
    server?.stop();
    fail(`can't connect to ${target}`);
    return;
  }
  line.print(server === null ? `connecting to ${target}` : `echo server on ${target}: other clients may join`);
  line.print('Ctrl-C ends');

  const startedAt = performance.now();
  let stopping = false;
  const stop = () => {
    // From now on the game only listens: the loop below goes on until the last echo and the server's goodbye are in.
    stopping = true;
    client.stop();
  };

  const loop = setInterval(() => {
    const elapsed = (performance.now() - startedAt) / 1000;
    client.process();
    line.update(client, server);
    if (elapsed >= seconds && !stopping) stop();
    if (client.state !== WebSocketPeer.STATE_CLOSED) return;
    server?.stop();
    if (server?.isBusy) return;
    clearInterval(loop);
    finish({ client, server, line, elapsed, stopping, target });
  }, FRAME_MS);

  process.on('SIGTERM', stop).on('SIGINT', () => {
    if (stopping) process.exit(130); // the second Ctrl-C does not wait for anybody
    stop();
  });
}

function finish({ client, server, line, elapsed, stopping, target }) {
  line.end();
  process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
  if (!client.wasOpen && !stopping) return fail(`no connection to ${target}`);
  for (const text of client.summary(elapsed)) console.log(text);
  if (server !== null) console.log(server.summary());
  if (!stopping) fail(`the server ended the connection with ${client.closing}`);
}

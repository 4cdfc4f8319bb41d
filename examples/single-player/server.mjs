#!/usr/bin/env node
// The same server for many players: `node examples/single-player/server.mjs`, on port 9081 unless another is given.
import { error_string, OK, TCPServer } from 'websocketpeer';
import { CoinGame } from './coin-game.mjs';

const port = Number(process.argv[2] ?? 9081);
const server = new TCPServer();
const error = server.listen(port);
if (error === OK) {
  const game = new CoinGame();
  server.connect('activity', () => {
    while (server.is_connection_available()) game.join(server.take_connection());
  });
  console.log(`the game is on ws://127.0.0.1:${server.get_local_port()}`);
  const stop = () => server.drain(5).then(() => game.stop());
  process.once('SIGINT', stop).once('SIGTERM', stop);
} else {
  console.error(`can't listen on port ${port}: ${error_string(error)}`);
  process.exitCode = 1;
}

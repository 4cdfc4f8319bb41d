#!/usr/bin/env node
// A multiplayer game's server without Godot. Players come with multiplayer-client.mjs, or with a Godot game whose
// WebSocketMultiplayerPeer speaks as that one does. The rules are in lib/coin-game.mjs.
import { error_string, OK, WebSocketMultiplayerPeer } from 'websocketpeer';
import { CoinGame, STEP_MS } from './lib/coin-game.mjs';
import { readGameOptions } from './lib/game-options.mjs';

/** How long the players may take to answer the server's goodbye. */
const DRAIN_SECONDS = 5;

const HELP = `Usage: node examples/multiplayer-server.mjs [--port N] [--seconds N]

  --port N      port to listen on, on all addresses (default 9081, 0 lets the system choose)
  --seconds N   end after N seconds (default: at Ctrl-C)`;

const options = readGameOptions(process.argv.slice(2), { port: '9081', seconds: 'Infinity' });
if ('complaint' in options) fail(options.complaint);
else if (options.help) console.log(HELP);
else serve(options);

function fail(complaint) {
  console.error(`multiplayer-server: ${complaint}`);
  process.exitCode = 1;
}

function serve({ port, seconds }) {
  const peer = new WebSocketMultiplayerPeer();
  const error = peer.create_server(port);
  if (error !== OK) {
    fail(`can't listen on port ${port} (${error_string(error).toLowerCase()})`);
    return;
  }
  console.log(`coin game on ws://127.0.0.1:${peer.get_local_port()}`);
  const game = new CoinGame();
  peer.connect('peer_connected', (id) => {
    game.join(id);
    console.log(`${id} has joined from ${peer.get_peer_address(id)}, ${game.ids.length} play`);
  });
  peer.connect('peer_disconnected', (id) => {
    game.leave(id);
    console.log(`${id} has left, ${game.ids.length} play`);
  });

  const loop = setInterval(() => {
    peer.poll();
    hear(peer, game);
    const finder = game.step();
    if (finder !== 0) console.log(`${finder} has found the coin`);
    peer.set_target_peer(WebSocketMultiplayerPeer.TARGET_PEER_BROADCAST);
    peer.put_var(game.state());
  }, STEP_MS);

  const stop = () => {
    clearInterval(loop);
    clearTimeout(timer);
    peer.drain(DRAIN_SECONDS).then(() => peer.close());
  };
  const timer = Number.isFinite(seconds) ? setTimeout(stop, seconds * 1000) : undefined;
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

/** Each packet of a player is a Vector2: where it wants to go. Who sends anything else is sent away. */
function hear(peer, game) {
  while (peer.get_available_packet_count() > 0) {
    const id = peer.get_packet_peer();
    const direction = peer.get_var();
    if (game.has(id) && !game.steer(id, direction)) peer.disconnect_peer(id);
  }
}

#!/usr/bin/env node
// A player of the coin game without Godot: it walks to the coin, again and again. Start multiplayer-server.mjs first,
// and as many of these as you like.
import { OK, WebSocketMultiplayerPeer } from 'websocketpeer';
import { STEP_MS, towards } from './lib/coin-game.mjs';
import { readGameOptions } from './lib/game-options.mjs';

const { CONNECTION_DISCONNECTED, CONNECTION_CONNECTED } = WebSocketMultiplayerPeer;
const HELP = `Usage: node examples/multiplayer-client.mjs [--url URL] [--seconds N]

  --url URL     the server (default ws://127.0.0.1:9081)
  --seconds N   leave after N seconds (default: at Ctrl-C)`;

const options = readGameOptions(process.argv.slice(2), { url: 'ws://127.0.0.1:9081', seconds: 'Infinity' });
if ('complaint' in options) fail(options.complaint);
else if (options.help) console.log(HELP);
else play(options);

function fail(complaint) {
  console.error(`multiplayer-client: ${complaint}`);
  process.exitCode = 1;
}

function play({ url, seconds }) {
  const peer = new WebSocketMultiplayerPeer();
  if (peer.create_client(url) !== OK) {
    fail(`can't connect to ${url}`);
    return;
  }
  let own = 0;
  let coins = 0;
  let isLeaving = false;
  peer.connect('peer_connected', () => {
    own = peer.get_unique_id();
    console.log(`playing as ${own}`);
  });

  const loop = setInterval(() => {
    peer.poll();
    const state = latest(peer);
    if (state !== null && !isLeaving) coins = move(peer, state, own, coins);
    if (peer.get_connection_status() !== CONNECTION_DISCONNECTED) return;
    clearInterval(loop);
    clearTimeout(timer);
    if (own === 0) fail(`no game at ${url}`);
    else console.log(`the game is over, ${coins} coins`);
  }, STEP_MS);

  // A client stays connected until the server has answered its goodbye, and the loop with it.
  const leave = () => {
    isLeaving = true;
    peer.disconnect_peer(WebSocketMultiplayerPeer.TARGET_PEER_SERVER);
  };
  const timer = Number.isFinite(seconds) ? setTimeout(leave, seconds * 1000) : undefined;
  process.once('SIGINT', leave).once('SIGTERM', leave);
}

/** Only the last state that has come counts; null when none has. */
function latest(peer) {
  let state = null;
  while (peer.get_available_packet_count() > 0) state = peer.get_var();
  return state;
}

/** Goes on to the coin. Returns how many coins there are now. */
function move(peer, state, own, before) {
  const player = state.get('players').get(own);
  if (player === undefined || peer.get_connection_status() !== CONNECTION_CONNECTED) return before;
  const [place, coins] = player;
  if (coins > before) console.log(`${coins} coins`);
  peer.put_var(towards(place, state.get('coin')));
  return coins;
}

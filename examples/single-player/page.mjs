// The game in the page: arrow keys run. Alone, against the server in the worker; `?server=ws://host:9081` joins others.

import { WebSocketPeer } from 'websocketpeer';
import { MessagePortStream, WebSocketPeer as StreamingPeer } from 'websocketpeer/streams';

const CELL = 24;
const canvas = document.querySelector('canvas');
const line = document.querySelector('output');
const socket = connect(new URLSearchParams(location.search).get('server'));
let world = null;

function connect(url) {
  if (url !== null) {
    const remote = new WebSocketPeer();
    remote.connect_to_url(url);
    return remote;
  }
  const { port1, port2 } = new MessageChannel();
  new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module' }).postMessage(port2, [port2]);
  const local = new StreamingPeer();
  local.connect_to_stream(new MessagePortStream(port1));
  return local;
}

addEventListener('keydown', ({ key }) => {
  const isOpen = socket.get_ready_state() === WebSocketPeer.STATE_OPEN;
  if (isOpen && key.startsWith('Arrow')) socket.send_text(key.slice('Arrow'.length).toLowerCase());
});

function frame() {
  socket.poll();
  while (socket.get_available_packet_count() > 0) world = JSON.parse(new TextDecoder().decode(socket.get_packet()));
  if (world !== null) draw(world);
  if (socket.get_ready_state() === WebSocketPeer.STATE_CLOSED) line.value = 'the server is gone';
  requestAnimationFrame(frame);
}

function draw({ coin, players }) {
  const context = canvas.getContext('2d');
  context.clearRect(0, 0, canvas.width, canvas.height);
  dot(context, coin, '#fbbf24');
  for (const player of players) dot(context, player, '#38bdf8');
  line.value = players.map(({ name, score }) => `${name}: ${score}`).join(', ');
}

function dot(context, { x, y }, colour) {
  context.fillStyle = colour;
  context.beginPath();
  context.arc((x + 0.5) * CELL, (y + 0.5) * CELL, CELL * 0.4, 0, 2 * Math.PI);
  context.fill();
}

frame();

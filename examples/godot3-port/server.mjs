#!/usr/bin/env node
// server.gd, line by line: what is Godot's keeps its name, a function stands where GDScript names a method, and strings
// become bytes with TextEncoder. A timer does what `_process` did, and ending it what `quit` did.
import { OK, WebSocketPeer, WebSocketServer } from 'websocketpeer/godot3';

const PORT = 9080;

const server = new WebSocketServer();

function ready() {
  server.connect('client_connected', onConnected);
  server.connect('client_close_request', onCloseRequest);
  server.connect('client_disconnected', onDisconnected);
  server.connect('data_received', onData);
  const error = server.listen(PORT, ['greetings']);
  if (error !== OK) {
    console.log(`can't listen: error ${error}`);
    quit();
    return;
  }
  console.log(`listening on port ${PORT}`);
}

function frame() {
  server.poll();
}

function onConnected(id, protocol) {
  console.log(`a client from ${server.get_peer_address(id)} speaks ${protocol}`);
  server.get_peer(id).set_write_mode(WebSocketPeer.WRITE_MODE_TEXT);
}

function onCloseRequest(_id, code, reason) {
  console.log(`a client leaves: ${code} ${reason}`);
}

function onDisconnected(_id, wasClean) {
  console.log(wasClean ? 'closed by the client' : 'closed by us, or lost');
}

function onData(id) {
  const text = new TextDecoder().decode(server.get_peer(id).get_packet());
  console.log(`heard ${text}`);
  server.get_peer(id).put_packet(new TextEncoder().encode(`you said ${text}`));
}

const loop = setInterval(frame, 16);
const quit = () => clearInterval(loop);
ready();

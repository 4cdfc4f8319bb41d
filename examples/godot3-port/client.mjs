#!/usr/bin/env node
// client.gd, line by line: what is Godot's keeps its name, a function stands where GDScript names a method, and strings
// become bytes with TextEncoder. A timer does what `_process` did, and ending it what `quit` did.
import { OK, WebSocketClient, WebSocketPeer } from 'websocketpeer/godot3';

const URL = 'ws://127.0.0.1:9080';

const client = new WebSocketClient();
let greetings = 0;

function ready() {
  client.connect('connection_established', onEstablished);
  client.connect('connection_error', onError);
  client.connect('server_close_request', onCloseRequest);
  client.connect('connection_closed', onClosed);
  client.connect('data_received', onData);
  const error = client.connect_to_url(URL, ['greetings']);
  if (error !== OK) {
    console.log(`can't connect: error ${error}`);
    quit();
  }
}

function frame() {
  client.poll();
}

function onEstablished(protocol) {
  console.log(`connected, we speak ${protocol}`);
  client.get_peer(1).set_write_mode(WebSocketPeer.WRITE_MODE_TEXT);
  greet();
}

function onError() {
  console.log(`no server at ${URL}`);
  quit();
}

function onCloseRequest(code, reason) {
  console.log(`the server leaves: ${code} ${reason}`);
}

function onClosed(wasClean) {
  console.log(wasClean ? 'closed by the server' : 'closed by us, or lost');
  quit();
}

function onData() {
  console.log(new TextDecoder().decode(client.get_peer(1).get_packet()));
  if (greetings < 3) {
    greet();
  } else {
    client.disconnect_from_host(1000, 'bye');
  }
}

function greet() {
  greetings += 1;
  client.get_peer(1).put_packet(new TextEncoder().encode(`greeting ${greetings}`));
}

const loop = setInterval(frame, 16);
const quit = () => clearInterval(loop);
ready();

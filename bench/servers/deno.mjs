// Deno's built-in server. Argument: 'echo' or 'room'.
import process from 'node:process';
import { obey } from '../lib/child.mjs';

const { Deno } = globalThis;
const inRoom = process.argv[2] === 'room';
const sockets = new Set();

function upgrade(request) {
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
  socket.binaryType = 'arraybuffer';
  sockets.add(socket);
  socket.onclose = () => sockets.delete(socket);
  socket.onerror = () => {};
  socket.onmessage = ({ data }) => {
    if (!inRoom) socket.send(data);
    else for (const other of sockets) if (other.readyState === 1) other.send(data);
  };
  return response;
}

Deno.serve(
  { port: 0, hostname: '127.0.0.1', onListen: ({ port }) => obey({}, { port }), onError: () => new Response() },
  upgrade,
);

// Bun's built-in server (uWebSockets). Argument: 'echo' or 'room'.
import { obey } from '../lib/child.mjs';

const { Bun } = globalThis;
const inRoom = process.argv[2] === 'room';
const LARGEST = 128 * 1024 * 1024;

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: (request, self) => (self.upgrade(request) ? undefined : new Response('', { status: 400 })),
  websocket: {
    maxPayloadLength: LARGEST,
    backpressureLimit: 2 * LARGEST,
    perMessageDeflate: false,
    open: (socket) => {
      if (inRoom) socket.subscribe('room');
    },
    message: (socket, data) => {
      if (inRoom) server.publish('room', data);
      else socket.send(data);
    },
  },
});
obey({}, { port: server.port });

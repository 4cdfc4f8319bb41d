// Bun's built-in server (uWebSockets). Arguments: 'echo' or 'room'; 'deflate': everything is compressed.
import { obey } from '../lib/child.mjs';

const { Bun } = globalThis;
const inRoom = process.argv[2] === 'room';
const isCompressing = process.argv[3] === 'deflate';
const LARGEST = 128 * 1024 * 1024;

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: (request, self) => (self.upgrade(request) ? undefined : new Response('', { status: 400 })),
  websocket: {
    maxPayloadLength: LARGEST,
    backpressureLimit: 2 * LARGEST,
    perMessageDeflate: isCompressing,
    open: (socket) => {
      if (inRoom) socket.subscribe('room');
    },
    message: (socket, data) => {
      if (inRoom) server.publish('room', data, isCompressing);
      else socket.send(data, isCompressing);
    },
  },
});
obey({}, { port: server.port });

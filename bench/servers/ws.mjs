// Server made of ws; the environment says whether it may use its native helpers. Argument: 'echo' or 'room'.
import { obey } from '../lib/child.mjs';
import { require } from '../lib/manifest.mjs';

const { WebSocketServer } = require('ws');
const inRoom = process.argv[2] === 'room';
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, backlog: 4096 });

server.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => {
    if (inRoom) for (const client of server.clients) client.send(data, { binary: isBinary });
    else socket.send(data, { binary: isBinary });
  });
});
server.on('listening', () => obey({}, { port: server.address().port }));

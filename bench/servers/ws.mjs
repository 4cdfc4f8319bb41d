// Echo server made of ws, with bufferutil. Tells its parent the port; ends with it.
import { loadWs } from '../lib/contestants.mjs';

const { WebSocketServer } = loadWs();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});
server.on('listening', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());

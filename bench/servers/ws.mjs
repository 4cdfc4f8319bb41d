// Server with ws; the environment selects whether it uses its native helpers. Arguments: 'echo' or 'room', and
// 'override': this package's drop-in replacements instead of the helpers, as with an npm override; 'deflate': compression
// as ws does it when it is asked to; 'deflate alike': as this package does it.
import { createRequire } from 'node:module';
import { obey } from '../lib/child.mjs';
import { require } from '../lib/manifest.mjs';

function override(name) {
  const own = createRequire(import.meta.url)(`websocketpeer/${name}`);
  const path = require.resolve(name);
  require.cache[path] = { id: path, filename: path, loaded: true, exports: own };
}

if (process.argv[3] === 'override') for (const name of ['bufferutil', 'utf-8-validate']) override(name);
const { WebSocketServer } = require('ws');
const inRoom = process.argv[2] === 'room';
const COMPRESSION = {
  deflate: true,
  'deflate alike': {
    threshold: 256,
    zlibDeflateOptions: { level: 1 },
    serverNoContextTakeover: true,
    clientNoContextTakeover: true,
  },
};
const perMessageDeflate = COMPRESSION[process.argv[3]] ?? false;
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate, backlog: 4096 });

server.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => {
    if (inRoom) for (const client of server.clients) client.send(data, { binary: isBinary });
    else socket.send(data, { binary: isBinary });
  });
});
server.on('listening', () => obey({}, { port: server.address().port }));

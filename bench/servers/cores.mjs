// Echo server in workers of node:cluster, with work for each message as a game has it. Arguments: 'websocketpeer' or 'ws',
// the number of workers, and the microseconds of work.
import cluster from 'node:cluster';
import { obey } from '../lib/child.mjs';
import { require } from '../lib/manifest.mjs';

const [, , library, workers, microseconds] = process.argv;
const HOST = '127.0.0.1';

function work() {
  const end = performance.now() + Number(microseconds) / 1000;
  while (performance.now() < end);
}

async function serveOwn() {
  const { TCPServer, WebSocketPeer } = await import('websocketpeer');
  const server = new TCPServer();
  server.listen(0, HOST);
  server.connect('activity', () => {
    while (server.is_connection_available()) {
      const peer = new WebSocketPeer();
      peer.accept_stream(server.take_connection());
      peer.connect('activity', () => {
        peer.poll();
        while (peer.get_available_packet_count() > 0) {
          work();
          peer.send(peer.get_packet());
        }
      });
    }
  });
}

function serveWs() {
  const { WebSocketServer } = require('ws');
  const server = new WebSocketServer({ host: HOST, port: 0, perMessageDeflate: false });
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => {
      work();
      socket.send(data, { binary: isBinary });
    });
  });
}

/** Forks, and tells where and by which processes once all listen. */
function lead() {
  const pids = [];
  cluster.on('listening', ({ process: { pid } }, { port }) => {
    pids.push(pid);
    if (pids.length === Number(workers)) obey({}, { port, pids: [process.pid, ...pids] });
  });
  for (let worker = 0; worker < Number(workers); worker += 1) cluster.fork();
}

if (cluster.isPrimary) lead();
else if (library === 'ws') serveWs();
else await serveOwn();

// Echo of raw bytes without WebSocket: the limit of the platform. Argument: 'data' (events, as most software reads) or
// 'onread' (into given memory).
import { createServer } from 'node:net';
import { obey } from '../lib/child.mjs';
import { readInto } from '../lib/onread.mjs';

const READ_SIZE = 65536;

function echoByEvents(socket) {
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.on('data', (bytes) => socket.write(bytes));
}

/** Reads into new memory while the kernel has not taken the last chunk. */
function echoByOnread(accepted) {
  let memory = Buffer.allocUnsafeSlow(READ_SIZE);
  const next = () => {
    if (socket.writableLength > 0) memory = Buffer.allocUnsafeSlow(READ_SIZE);
    return memory;
  };
  let begun = false;
  const buffer = () => (begun ? next() : memory);
  const socket = readInto(accepted, buffer, (bytes, length) => {
    begun = true;
    socket.write(bytes.subarray(0, length));
  });
  socket.on('error', () => {});
}

const reads = process.argv[2] === 'onread';
const server = createServer({ pauseOnConnect: reads }, reads ? echoByOnread : echoByEvents);
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => obey({}, { port: server.address().port }));

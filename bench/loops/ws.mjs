// Game loop with ws: both ends in one process.
import { once } from 'node:events';
import { obey } from '../lib/child.mjs';
import { somePayload, someText } from '../lib/frames.mjs';
import { require } from '../lib/manifest.mjs';

const { WebSocket, WebSocketServer } = require('ws');
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function loop({ size, text, inFlight, warmUpMs, measureMs }) {
  const listener = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(listener, 'listening');
  const payload = Buffer.from(text ? someText(size) : somePayload(size));
  let received = 0;
  listener.on('connection', (server) => {
    server.on('message', (data, isBinary) => {
      received += 1;
      server.send(data, { binary: isBinary });
    });
  });
  const client = new WebSocket(`ws://127.0.0.1:${listener.address().port}`, { perMessageDeflate: false });
  await once(client, 'open');
  client.on('message', () => {
    received += 1;
    client.send(payload, { binary: !text });
  });
  for (let i = 0; i < inFlight; i += 1) client.send(payload, { binary: !text });
  await pause(warmUpMs);
  const [before, start] = [received, performance.now()];
  await pause(measureMs);
  const value = ((received - before) * 1000) / (performance.now() - start);
  client.terminate();
  for (const server of listener.clients) server.terminate();
  listener.close();
  return { value };
}

obey({ loop }, { ready: true });

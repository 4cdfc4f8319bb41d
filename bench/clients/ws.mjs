// Echo client with ws; the environment selects whether it uses its native helpers.
import { obey } from '../lib/child.mjs';
import { require } from '../lib/manifest.mjs';

const { WebSocket } = require('ws');

function connect({ url }) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on('error', reject);
    socket.on('open', () => resolve({ open: true }));
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
}

obey({ connect }, { ready: true });

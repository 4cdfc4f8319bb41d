// Echo client with the built-in WebSocket of a runtime: Bun, Deno, Node.
import { obey } from '../lib/child.mjs';

function connect({ url }) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onerror = () => reject(new Error('not connected'));
    socket.onopen = () => resolve({ open: true });
    socket.onmessage = ({ data }) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(data);
    };
  });
}

obey({ connect }, { ready: true });

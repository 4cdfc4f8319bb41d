// Echo client made of the WebSocket that a runtime has built in: Bun, Deno, Node.
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

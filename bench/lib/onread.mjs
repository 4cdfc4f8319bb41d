// Sockets of a server that read into memory of one's own, as only sockets that Node makes for a client can by its
// documented options: a second socket takes the accepted one's handle over. The server is one with pauseOnConnect.
import { Socket } from 'node:net';

/** `read` gets each chunk, valid during the call; `buffer` is an array, or a function that returns one each time. */
export function readInto(accepted, buffer, read) {
  const handle = accepted._handle;
  accepted._handle = null;
  const onread = {
    buffer,
    callback: (length, bytes) => {
      read(bytes, length);
      return true;
    },
  };
  const socket = new Socket({ handle, onread });
  socket.setNoDelay(true);
  return socket;
}

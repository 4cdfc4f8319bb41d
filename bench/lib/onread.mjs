// Server sockets that read into given memory, which Node's documented options allow for client sockets only: a second
// socket takes over the accepted one's handle. The server needs pauseOnConnect.
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

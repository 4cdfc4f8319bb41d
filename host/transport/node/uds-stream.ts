// Unix domain sockets as byte streams: those that this side connects to, and what both sides know of their paths.
import { Buffer } from 'node:buffer';
import type { IpcNetConnectOpts, OnReadOpts } from 'node:net';
import type { ByteStream } from '../byte-stream.js';
import { isDenial } from '../plain-error.js';
import { fsModule, netModule } from './builtins.js';
import { canReadInto, readInto } from './read-buffer.js';
import { SocketStream } from './socket-stream.js';

/** Bytes of a path, without the NUL behind it, that a socket's address has room for; Godot leaves one more free. */
const MAX_PATH_BYTES = process.platform === 'linux' ? 106 : 102;

/** Windows has named pipes under the same names, which are another thing. */
export function canBeSocketPath(path: string): boolean {
  return process.platform !== 'win32' && !path.includes('\0') && Buffer.byteLength(path) <= MAX_PATH_BYTES;
}

class UdsClientStream extends SocketStream {
  constructor(path: string) {
    super();
    const options: IpcNetConnectOpts & { onread?: OnReadOpts; allowHalfOpen: true } = { path, allowHalfOpen: true };
    if (canReadInto) options.onread = readInto((chunk, length) => this.deliver(chunk, length));
    try {
      const socket = netModule().connect(options);
      this.adopt(socket, !canReadInto);
      socket.once('connect', () => this.opened());
    } catch (error) {
      this.closed(error as Error); // Deno answers a missing right so
    }
  }
}

/** Null when there is no socket at `path`. Whether somebody listens there is found out by connecting. */
export function connectUds(path: string): ByteStream | null {
  return canBeSocketPath(path) && isSocket(path) ? new UdsClientStream(path) : null;
}

function isSocket(path: string): boolean {
  try {
    return fsModule().statSync(path).isSocket();
  } catch (error) {
    return isDenial(error as Error); // who may not look finds out by connecting
  }
}

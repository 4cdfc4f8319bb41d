// Unix domain sockets as byte streams: outgoing connections, and checks of paths.
import { Buffer } from 'node:buffer';
import type { IpcNetConnectOpts, OnReadOpts } from 'node:net';
import type { ByteStream } from '../byte-stream.js';
import { isDenial } from '../plain-error.js';
import { fsModule, netModule } from './builtins.js';
import { canReadInto, readInto } from './read-buffer.js';
import { SocketStream } from './socket-stream.js';

/** Most bytes of a path in a socket address, without the final NUL; Godot allows one less. */
const MAX_PATH_BYTES = process.platform === 'linux' ? 106 : 102;

/** The error code of a path at which no socket can be; '' for any other. */
export function socketPathFault(path: string): string {
  if (process.platform === 'win32') return 'ENOTSUP'; // Node uses named pipes instead
  if (path.includes('\0')) return 'ERR_INVALID_ARG_VALUE';
  return Buffer.byteLength(path) > MAX_PATH_BYTES ? 'ENAMETOOLONG' : '';
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
      this.closed(error as Error); // thrown by Deno for a missing permission
    }
  }
}

/** Null when there is no socket at `path`. Whether it listens shows when connecting. */
export function connectUds(path: string): ByteStream | null {
  return socketPathFault(path) === '' && isSocket(path) ? new UdsClientStream(path) : null;
}

function isSocket(path: string): boolean {
  try {
    return fsModule().statSync(path).isSocket();
  } catch (error) {
    return isDenial(error as Error); // without permission to look, connecting will show
  }
}

// Listening sockets. Godot's listen() answers at once, so the address is bound before this file's calls return.

import type { Server, Socket } from 'node:net';
import type { ByteStream } from '../byte-stream.js';
import type { Listener, ListenResult, LocalEndpoint, WaitingLimits } from '../platform.js';
import { netModule, utilModule } from './builtins.js';
import { TcpServerStream } from './tcp-stream.js';

/** Connections that the kernel keeps until Node accepts them, which it always does: it can't be told to wait. */
const BACKLOG = 512;
const USUAL_LIMITS: WaitingLimits = { maxWaiting: 512, maxWaitingPerAddress: 512, dropped: () => {} };

/** What Node's server is made of: a bound handle, or the system's (negative) error number. */
type CreateHandle = (address: string, port: number, family: 4 | 6) => object | number;

/** Undocumented but used by Node's own cluster module: without it a bad address is only found out later. */
function handleMaker(): CreateHandle | undefined {
  return (netModule() as { _createServerHandle?: CreateHandle })._createServerHandle;
}

class NodeListener implements Listener {
  readonly #server: Server;
  readonly #limits: WaitingLimits;
  readonly #arrived: () => void;
  #waiting: Socket[] = [];

  constructor(arrived: () => void, limits: WaitingLimits) {
    this.#arrived = arrived;
    this.#limits = limits;
    this.#server = new (netModule().Server)({ pauseOnConnect: true, allowHalfOpen: true }, (socket) =>
      this.#accept(socket),
    );
    // The failure itself is told by `bind`; later ones (out of file descriptors) leave the listener as it is.
    this.#server.on('error', () => {});
  }

  /** '' or the name of the system's error. */
  bind({ address, port }: LocalEndpoint): string {
    const createHandle = handleMaker();
    if (createHandle === undefined) {
      this.#server.listen({ port, host: address === '*' ? undefined : address, backlog: BACKLOG });
    } else {
      const handle = bindHandle(createHandle, address, port);
      if (typeof handle === 'number') return utilModule().getSystemErrorName(handle);
      this.#server.listen(handle, BACKLOG);
    }
    // The kernel tells of a port in use at listen(), not at bind(); then the server has no socket any more.
    return this.#server.listening ? '' : 'EADDRINUSE';
  }

  get localPort(): number {
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  get available(): number {
    return this.#waiting.length;
  }

  take(): ByteStream | null {
    const socket = this.#waiting.shift();
    if (socket === undefined) return null;
    socket.removeAllListeners('error');
    return new TcpServerStream(socket);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#waiting) socket.destroy();
    this.#waiting = [];
  }

  #accept(socket: Socket): void {
    socket.on('error', () => {});
    if (this.#isTooMany(socket)) {
      const address = socket.remoteAddress ?? '';
      socket.destroy();
      this.#limits.dropped(address);
      return;
    }
    this.#waiting.push(socket);
    this.#arrived();
  }

  #isTooMany({ remoteAddress }: Socket): boolean {
    const { maxWaiting, maxWaitingPerAddress } = this.#limits;
    if (this.#waiting.length >= maxWaiting) return true;
    if (this.#waiting.length < maxWaitingPerAddress) return false;
    const same = this.#waiting.filter((socket) => socket.remoteAddress === remoteAddress);
    return same.length >= maxWaitingPerAddress;
  }
}

function bindHandle(create: CreateHandle, address: string, port: number): object | number {
  if (address !== '*') return create(address, port, netModule().isIPv6(address) ? 6 : 4);
  const dualStack = create('::', port, 6);
  return typeof dualStack === 'number' ? create('0.0.0.0', port, 4) : dualStack;
}

export function listen(local: LocalEndpoint, arrived: () => void, limits: WaitingLimits = USUAL_LIMITS): ListenResult {
  const listener = new NodeListener(arrived, limits);
  const errorCode = listener.bind(local);
  return { errorCode, listener: errorCode === '' ? listener : null };
}

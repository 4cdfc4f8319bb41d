// Listening sockets. Godot's listen() answers at once, so the address is bound before this file's calls return.

import type { Server, Socket } from 'node:net';
import type { ByteStream } from '../byte-stream.js';
import type { Listener, ListenResult, LocalEndpoint, WaitingLimits } from '../platform.js';
import { AcceptedHandleStream, AcceptedSocketStream, type TcpHandle } from './accepted-stream.js';
import { netModule, utilModule } from './builtins.js';
import { canReadInto } from './read-buffer.js';

/** Connections that the kernel keeps until Node accepts them, which it always does: it can't be told to wait. */
const BACKLOG = 512;
const USUAL_LIMITS: WaitingLimits = { maxWaiting: 512, maxWaitingPerAddress: 512, dropped: () => {} };

/** The system's (negative) error number, or 0. */
type SystemError = number;

/** What Node's server stands on. Undocumented; Node's own cluster module uses it. */
interface ListeningHandle {
  onconnection: (error: SystemError, connection: TcpHandle | undefined) => void;
  listen(backlog: number): SystemError;
  getsockname(out: { port?: number }): SystemError;
  close(): void;
}

type CreateHandle = (address: string, port: number, family: 4 | 6) => ListeningHandle | SystemError;

/** Connections that were accepted and wait to be taken, up to the limits. */
class Waiting<T> {
  readonly #limits: WaitingLimits;
  readonly #arrived: () => void;
  readonly #addresses: string[] = [];
  readonly #connections: T[] = [];

  constructor(arrived: () => void, limits: WaitingLimits) {
    this.#arrived = arrived;
    this.#limits = limits;
  }

  get count(): number {
    return this.#connections.length;
  }

  /** False when there is no room for one more from `address`. */
  add(connection: T, address: string): boolean {
    if (this.#isTooMany(address)) {
      this.#limits.dropped(address);
      return false;
    }
    this.#connections.push(connection);
    this.#addresses.push(address);
    this.#arrived();
    return true;
  }

  take(): T | undefined {
    this.#addresses.shift();
    return this.#connections.shift();
  }

  #isTooMany(address: string): boolean {
    const { maxWaiting, maxWaitingPerAddress } = this.#limits;
    if (this.count >= maxWaiting) return true;
    if (this.count < maxWaitingPerAddress) return false;
    return this.#addresses.filter((other) => other === address).length >= maxWaitingPerAddress;
  }
}

/** Accepts without Node's server, which makes a socket of each connection that can't read into memory of ours. */
class HandleListener implements Listener {
  readonly #handle: ListeningHandle;
  readonly #waiting: Waiting<AcceptedHandleStream>;

  constructor(handle: ListeningHandle, waiting: Waiting<AcceptedHandleStream>) {
    this.#handle = handle;
    this.#waiting = waiting;
    // A failure (out of file descriptors) leaves the listener as it is.
    handle.onconnection = (error, connection) => {
      if (error === 0 && connection !== undefined) this.#accept(new AcceptedHandleStream(connection));
    };
  }

  get localPort(): number {
    const local: { port?: number } = {};
    this.#handle.getsockname(local);
    return local.port ?? 0;
  }

  get available(): number {
    return this.#waiting.count;
  }

  take(): ByteStream | null {
    return this.#waiting.take() ?? null;
  }

  close(): void {
    this.#handle.close();
    for (let stream = this.#waiting.take(); stream !== undefined; stream = this.#waiting.take()) stream.destroy();
  }

  #accept(stream: AcceptedHandleStream): void {
    if (!this.#waiting.add(stream, stream.remoteAddress)) stream.destroy();
  }
}

/** For runtimes that imitate Node's modules: their sockets are made by their server. */
class ServerListener implements Listener {
  readonly #server: Server;
  readonly #waiting: Waiting<Socket>;

  constructor({ address, port }: LocalEndpoint, waiting: Waiting<Socket>) {
    this.#waiting = waiting;
    this.#server = new (netModule().Server)({ pauseOnConnect: true, allowHalfOpen: true }, (socket) =>
      this.#accept(socket),
    );
    this.#server.on('error', () => {}); // at the start it shows in `isListening`
    this.#server.listen({ port, host: address === '*' ? undefined : address, backlog: BACKLOG });
  }

  get isListening(): boolean {
    return this.#server.listening;
  }

  get localPort(): number {
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  get available(): number {
    return this.#waiting.count;
  }

  take(): ByteStream | null {
    const socket = this.#waiting.take();
    if (socket === undefined) return null;
    socket.removeAllListeners('error');
    return new AcceptedSocketStream(socket);
  }

  close(): void {
    this.#server.close();
    for (let socket = this.#waiting.take(); socket !== undefined; socket = this.#waiting.take()) socket.destroy();
  }

  #accept(socket: Socket): void {
    socket.on('error', () => {});
    if (!this.#waiting.add(socket, socket.remoteAddress ?? '')) socket.destroy();
  }
}

function bindHandle(create: CreateHandle, { address, port }: LocalEndpoint): ListeningHandle | SystemError {
  if (address !== '*') return create(address, port, netModule().isIPv6(address) ? 6 : 4);
  const dualStack = create('::', port, 6);
  return typeof dualStack === 'number' ? create('0.0.0.0', port, 4) : dualStack;
}

function listenOnHandle(
  create: CreateHandle,
  local: LocalEndpoint,
  arrived: () => void,
  limits: WaitingLimits,
): ListenResult {
  const handle = bindHandle(create, local);
  if (typeof handle === 'number') return { errorCode: utilModule().getSystemErrorName(handle), listener: null };
  const listener = new HandleListener(handle, new Waiting(arrived, limits));
  // The kernel tells of a port in use at listen(), not at bind().
  const error = handle.listen(BACKLOG);
  if (error === 0) return { errorCode: '', listener };
  listener.close();
  return { errorCode: utilModule().getSystemErrorName(error), listener: null };
}

export function listen(local: LocalEndpoint, arrived: () => void, limits: WaitingLimits = USUAL_LIMITS): ListenResult {
  const createHandle = (netModule() as { _createServerHandle?: CreateHandle })._createServerHandle;
  if (canReadInto && createHandle !== undefined) return listenOnHandle(createHandle, local, arrived, limits);
  const listener = new ServerListener(local, new Waiting(arrived, limits));
  return listener.isListening ? { errorCode: '', listener } : { errorCode: 'EADDRINUSE', listener: null };
}

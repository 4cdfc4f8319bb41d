// Listening sockets. Godot's listen() is synchronous, so the address is bound before the functions here return.

import type { ListenOptions, Server, Socket } from 'node:net';
import type { ByteStream } from '../byte-stream.js';
import type {
  BindResult,
  Listener,
  ListenFailed,
  ListeningEndpoint,
  ListenResult,
  WaitingLimits,
} from '../platform.js';
import { AcceptedSocketStream, resetSocket } from './accepted-stream.js';
import { fsModule, netModule, utilModule } from './builtins.js';
import { ClusterListener, isClusterWorker } from './cluster-listener.js';
import { HandleStream } from './handle-stream.js';
import { type ListeningHandle, localPortOf, type StreamBinding, type SystemError, streamBinding } from './handles.js';
import { findReusePort, NO_REUSE_PORT } from './reuse-port.js';
import { clearAbandoned, clearPath, isTakenByOther, SocketFile } from './socket-files.js';
import { socketPathFault } from './uds-stream.js';
import { BACKLOG, USUAL_LIMITS, Waiting } from './waiting.js';

/**
 * Creates the handle below Node's server, bound with `flags`. Undocumented; Node's own cluster module uses it.
 */
export type CreateHandle = (
  address: string,
  port: number,
  family: 4 | 6 | -1,
  descriptor?: undefined,
  flags?: number,
) => ListeningHandle | SystemError;

/** A listener without Node's server, which would create a socket for each connection. */
class HandleListener implements Listener {
  readonly #handle: ListeningHandle;
  readonly #waiting: Waiting<HandleStream>;

  constructor(handle: ListeningHandle, binding: StreamBinding, waiting: Waiting<HandleStream>) {
    this.#handle = handle;
    this.#waiting = waiting;
    // A failure (out of file descriptors) leaves the listener as it is.
    handle.onconnection = (error, connection) => {
      if (error !== 0) waiting.failed(utilModule().getSystemErrorName(error));
      else if (connection !== undefined) {
        waiting.watch(connection.fd ?? -1);
        waiting.add(new HandleStream(connection, binding));
      }
    };
  }

  /** Returns 0 or a system error. */
  start(): SystemError {
    return this.#handle.listen(BACKLOG);
  }

  get localPort(): number {
    return localPortOf(this.#handle);
  }

  get available(): number {
    return this.#waiting.count;
  }

  take(): ByteStream | null {
    return this.#waiting.take() ?? null;
  }

  close(): void {
    this.#handle.close();
    for (const stream of this.#waiting.takeAll()) stream.reset();
  }
}

/** What Node's server does once it has a handle; undocumented. */
interface SetUp {
  _handle: ListeningHandle;
  _listen2(address: null, port: number, family: number, backlog: number): void;
}

/** A listener for runtimes that imitate Node's modules, where only their server creates sockets. */
class ServerListener implements Listener {
  readonly #server: Server;
  readonly #waiting: Waiting<Socket>;

  constructor(waiting: Waiting<Socket>) {
    this.#waiting = waiting;
    this.#server = new (netModule().Server)({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {});
      waiting.add(socket);
    });
    // `start` returns a failure to listen; later failures leave the listener as it is.
    this.#server.on('error', ({ code }: NodeJS.ErrnoException) => waiting.failed(code ?? ''));
  }

  /** Listens on `place`, a bound handle, or port and host; returns whether it does. */
  start(place: ListeningHandle | ListenOptions): boolean {
    this.#server.listen(place, BACKLOG);
    return this.#server.listening;
  }

  /** Listens on `handle` also in a worker of node:cluster, where `listen` would ask the primary. */
  startAlone(handle: ListeningHandle): boolean {
    const server = this.#server as Server & SetUp;
    server._handle = handle;
    server._listen2(null, -1, -1, BACKLOG);
    return server.listening;
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
    return socket === undefined ? null : AcceptedSocketStream.ofWaiting(socket);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#waiting.takeAll()) resetSocket(socket);
  }
}

/** A listener at a path, which it leaves when it closes. */
class FileListener implements Listener {
  readonly #listener: Listener;
  readonly #file: SocketFile;

  constructor(listener: Listener, path: string) {
    this.#listener = listener;
    this.#file = new SocketFile(path);
  }

  get localPort(): number {
    return 0;
  }

  get available(): number {
    return this.#listener.available;
  }

  take(): ByteStream | null {
    return this.#listener.take();
  }

  close(): void {
    this.#file.leave(() => this.#listener.close());
  }
}

/** Binds an address now: without a handle, Node looks the address up first and fails only later. */
function bindHandle(
  create: CreateHandle | undefined,
  { address, port }: ListeningEndpoint,
  flags = 0,
): ListeningHandle | SystemError | undefined {
  if (address !== '*') return create?.(address, port, netModule().isIPv6(address) ? 6 : 4, undefined, flags);
  const dualStack = create?.('::', port, 6, undefined, flags);
  return typeof dualStack === 'number' ? create?.('0.0.0.0', port, 4, undefined, flags) : dualStack;
}

/** Of a handle below Node's server; missing in runtimes without such. */
function handleCreator(): CreateHandle | undefined {
  return (netModule() as { _createServerHandle?: CreateHandle })._createServerHandle;
}

/** libuv makes EACCES of a directory that does not exist; the system says "in use" of any file. */
function nameOfError(name: string, path: string): string {
  if (name === 'EADDRINUSE' && isTakenByOther(path)) return 'EEXIST';
  return name === 'EACCES' && !fsModule().existsSync(path.replace(/[^/]*$/, '') || '.') ? 'ENOENT' : name;
}

export function listenUds(
  path: string,
  arrived: () => void,
  limits: WaitingLimits = USUAL_LIMITS,
  failed: ListenFailed = () => {},
): ListenResult {
  const fault = socketPathFault(path);
  if (fault !== '') return { errorCode: fault, listener: null };
  if (isClusterWorker()) return listenUdsInCluster(path, arrived, limits, failed);
  if (!clearPath(path)) return { errorCode: 'EADDRINUSE', listener: null };
  const handle = handleCreator()?.(path, -1, -1);
  if (typeof handle === 'number') {
    return { errorCode: nameOfError(utilModule().getSystemErrorName(handle), path), listener: null };
  }
  // Node's server takes over TCP handles only; it would create a second one here, and neither would remove the path.
  if (streamBinding() === null) handle?.close();
  const { errorCode, listener } = startListening(handle, { path }, arrived, limits);
  return { errorCode, listener: listener && new FileListener(listener, path) };
}

/** The primary creates the socket, and removes it when no worker listens any more. */
function listenUdsInCluster(
  path: string,
  arrived: () => void,
  limits: WaitingLimits,
  failed: ListenFailed,
): ListenResult {
  clearAbandoned(path);
  return listenInCluster({ path }, arrived, limits, (errorCode) => failed(nameOfError(errorCode, path)));
}

/** Binds a path without listening on it. */
export function bindUds(path: string): BindResult {
  const fault = socketPathFault(path);
  if (fault !== '') return { errorCode: fault, bound: null };
  if (!clearPath(path)) return { errorCode: 'EADDRINUSE', bound: null };
  const handle = handleCreator()?.(path, -1, -1);
  if (handle === undefined) return { errorCode: 'ENOTSUP', bound: null };
  if (typeof handle === 'number') return { errorCode: utilModule().getSystemErrorName(handle), bound: null };
  const file = new SocketFile(path);
  return { errorCode: '', bound: { release: () => file.leave(() => handle.close()) } };
}

export function listen(
  local: ListeningEndpoint,
  arrived: () => void,
  limits: WaitingLimits = USUAL_LIMITS,
  failed: ListenFailed = () => {},
): ListenResult {
  const { address, port, reusePort, isOwn } = local;
  const place = { port, host: address === '*' ? undefined : address };
  if (reusePort) return listenSharing(local, place, arrived, limits);
  if (!isOwn && isClusterWorker()) return listenInCluster(place, arrived, limits, failed);
  const handle = bindHandle(handleCreator(), local);
  if (typeof handle === 'number') return { errorCode: utilModule().getSystemErrorName(handle), listener: null };
  return startListening(handle, handle ?? { ...place, exclusive: true }, arrived, limits);
}

/** Listens where the primary of node:cluster does. */
function listenInCluster(
  place: ListenOptions,
  arrived: () => void,
  limits: WaitingLimits,
  failed: ListenFailed,
): ListenResult {
  const waiting = new Waiting<HandleStream | Socket>(arrived, limits);
  const listener = new ClusterListener(streamBinding(), waiting, failed);
  const errorCode = listener.start(place);
  return { errorCode, listener: errorCode === '' ? listener : null };
}

/** Listens on a socket of its own, also in a worker of node:cluster; other sockets may listen on the same port. */
function listenSharing(
  local: ListeningEndpoint,
  place: ListenOptions,
  arrived: () => void,
  limits: WaitingLimits,
): ListenResult {
  const create = handleCreator();
  const way = findReusePort(create);
  if (way === null) return { errorCode: 'ENOTSUP', listener: null, reason: NO_REUSE_PORT };
  const handle = bindHandle(create, local, way.flags);
  if (typeof handle === 'number') return { errorCode: utilModule().getSystemErrorName(handle), listener: null };
  return startListening(handle, handle ?? { ...place, ...way.options }, arrived, limits);
}

/** Listens on Node's handles where that works, else with a server at `place`. */
function startListening(
  handle: ListeningHandle | undefined,
  place: ListeningHandle | ListenOptions,
  arrived: () => void,
  limits: WaitingLimits,
): ListenResult {
  // The kernel reports a used port at listen(), not at bind().
  const binding = streamBinding();
  if (binding !== null && handle !== undefined) {
    const listener = new HandleListener(handle, binding, new Waiting(arrived, limits));
    const error = listener.start();
    if (error === 0) return { errorCode: '', listener };
    listener.close();
    return { errorCode: utilModule().getSystemErrorName(error), listener: null };
  }
  const listener = new ServerListener(new Waiting(arrived, limits));
  const isTaken = handle !== undefined && place === handle && isClusterWorker();
  const listens = isTaken ? listener.startAlone(handle) : listener.start(place);
  return listens ? { errorCode: '', listener } : { errorCode: 'EADDRINUSE', listener: null };
}

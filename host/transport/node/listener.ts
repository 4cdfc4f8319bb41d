// Listening sockets. Godot's listen() is synchronous, so the address is bound before the functions here return.

import type { ListenOptions, Server, Socket } from 'node:net';
import { networkOf } from '../address.js';
import type { ByteStream } from '../byte-stream.js';
import type { BindResult, Listener, ListenResult, LocalEndpoint, WaitingLimits } from '../platform.js';
import { Chain, type Holding, type Link, Shares } from '../shares.js';
import { AcceptedSocketStream } from './accepted-stream.js';
import { fsModule, netModule, utilModule } from './builtins.js';
import { Lookout } from './descriptors.js';
import { HandleStream } from './handle-stream.js';
import {
  type ConnectionHandle,
  type LocalHandle,
  localPortOf,
  type StreamBinding,
  type SystemError,
  streamBinding,
} from './handles.js';
import { clearPath, isTakenByOther, SocketFile } from './socket-files.js';
import { socketPathFault } from './uds-stream.js';

/** Length of the kernel's queue of connections that Node has not accepted yet; Node can't delay accepting. */
const BACKLOG = 512;
const USUAL_LIMITS: WaitingLimits = {
  maxWaiting: 512,
  maxWaitingPerAddress: 512,
  dropped: () => {},
  exhausted: () => {},
};

/** Creates the handle below Node's server. Undocumented; Node's own cluster module uses it. */
interface ListeningHandle extends LocalHandle {
  onconnection: (error: SystemError, connection: ConnectionHandle | undefined) => void;
  listen(backlog: number): SystemError;
  close(): void;
}

type CreateHandle = (address: string, port: number, family: 4 | 6 | -1) => ListeningHandle | SystemError;

interface Connection {
  readonly remoteAddress?: string | undefined;
  destroy(): unknown;
}

interface Waiter<T> {
  readonly connection: T;
  holding: Holding<Waiter<T>> | null;
  /** Its place in the order of arrival. */
  inLine: Link<Waiter<T>> | null;
}

/** Accepted connections that wait to be taken, up to the limits; addresses share the places fairly. */
class Waiting<T extends Connection> {
  readonly #limits: WaitingLimits;
  readonly #arrived: () => void;
  readonly #waiters = new Shares<Waiter<T>>();
  readonly #line = new Chain<Waiter<T>>();
  readonly #lookout: Lookout;

  constructor(arrived: () => void, limits: WaitingLimits) {
    this.#arrived = arrived;
    this.#limits = limits;
    this.#lookout = new Lookout(() => limits.exhausted());
  }

  get count(): number {
    return this.#waiters.count;
  }

  /** A connection could not be accepted. */
  failed(code: string): void {
    if (code === 'EMFILE' || code === 'ENFILE') this.#limits.exhausted();
  }

  /** A connection got `descriptor`. */
  watch(descriptor: number): void {
    this.#lookout.taken(descriptor);
  }

  add(connection: T): void {
    const { maxWaiting, maxWaitingPerAddress } = this.#limits;
    const waiter: Waiter<T> = { connection, holding: null, inLine: null };
    const address = networkOf(connection.remoteAddress ?? '');
    if (this.#waiters.of(address) >= maxWaitingPerAddress) {
      this.#drop(waiter);
      return;
    }
    waiter.holding = this.#waiters.add(waiter, address);
    waiter.inLine = this.#line.add(waiter);
    if (this.count > maxWaiting) this.#drop(this.#mostDispensable(waiter));
    this.#arrived();
  }

  take(): T | undefined {
    const waiter = this.#line.first;
    if (waiter === null) return undefined;
    this.#remove(waiter);
    return waiter.connection;
  }

  /** Takes all of them. */
  takeAll(): readonly T[] {
    const connections: T[] = [];
    for (let one = this.take(); one !== undefined; one = this.take()) connections.push(one);
    return connections;
  }

  /** The newest one of the address that has most; the newcomer when nobody has more than one. */
  #mostDispensable(newcomer: Waiter<T>): Waiter<T> {
    const { largest } = this.#waiters;
    return largest === null || largest.size === 1 ? newcomer : largest.newest;
  }

  #drop(waiter: Waiter<T>): void {
    const address = waiter.connection.remoteAddress ?? '';
    this.#remove(waiter);
    waiter.connection.destroy();
    this.#limits.dropped(address);
  }

  #remove(waiter: Waiter<T>): void {
    if (waiter.holding !== null) this.#waiters.remove(waiter.holding);
    if (waiter.inLine !== null) this.#line.remove(waiter.inLine);
    waiter.holding = null;
    waiter.inLine = null;
  }
}

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
    for (const socket of this.#waiting.takeAll()) reset(socket);
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

/**
 * Resets a TCP connection, as the kernel does when none accepts it; otherwise, or where that is impossible, closes it.
 */
function reset(socket: Socket): void {
  const isTcp = socket.remoteAddress !== undefined;
  if (isTcp && typeof socket.resetAndDestroy === 'function') socket.resetAndDestroy();
  else socket.destroy();
}

/** Binds an address now: without a handle, Node looks the address up first and fails only later. */
function bindHandle(
  create: CreateHandle | undefined,
  { address, port }: LocalEndpoint,
): ListeningHandle | SystemError | undefined {
  if (address !== '*') return create?.(address, port, netModule().isIPv6(address) ? 6 : 4);
  const dualStack = create?.('::', port, 6);
  return typeof dualStack === 'number' ? create?.('0.0.0.0', port, 4) : dualStack;
}

/** libuv makes EACCES of a directory that does not exist; the system says "in use" of any file. */
function nameOfError(handle: number, path: string): string {
  const name = utilModule().getSystemErrorName(handle);
  if (name === 'EADDRINUSE' && isTakenByOther(path)) return 'EEXIST';
  return name === 'EACCES' && !fsModule().existsSync(path.replace(/[^/]*$/, '') || '.') ? 'ENOENT' : name;
}

export function listenUds(path: string, arrived: () => void, limits: WaitingLimits = USUAL_LIMITS): ListenResult {
  const fault = socketPathFault(path);
  if (fault !== '') return { errorCode: fault, listener: null };
  if (!clearPath(path)) return { errorCode: 'EADDRINUSE', listener: null };
  const { _createServerHandle: create } = netModule() as { _createServerHandle?: CreateHandle };
  const handle = create?.(path, -1, -1);
  if (typeof handle === 'number') return { errorCode: nameOfError(handle, path), listener: null };
  // Node's server takes over TCP handles only; it would create a second one here, and neither would remove the path.
  if (streamBinding() === null) handle?.close();
  const { errorCode, listener } = startListening(handle, { path }, arrived, limits);
  return { errorCode, listener: listener && new FileListener(listener, path) };
}

/** Binds a path without listening on it. */
export function bindUds(path: string): BindResult {
  const fault = socketPathFault(path);
  if (fault !== '') return { errorCode: fault, bound: null };
  if (!clearPath(path)) return { errorCode: 'EADDRINUSE', bound: null };
  const { _createServerHandle: create } = netModule() as { _createServerHandle?: CreateHandle };
  const handle = create?.(path, -1, -1);
  if (handle === undefined) return { errorCode: 'ENOTSUP', bound: null };
  if (typeof handle === 'number') return { errorCode: utilModule().getSystemErrorName(handle), bound: null };
  const file = new SocketFile(path);
  return { errorCode: '', bound: { release: () => file.leave(() => handle.close()) } };
}

export function listen(local: LocalEndpoint, arrived: () => void, limits: WaitingLimits = USUAL_LIMITS): ListenResult {
  const { _createServerHandle: create } = netModule() as { _createServerHandle?: CreateHandle };
  const handle = bindHandle(create, local);
  if (typeof handle === 'number') return { errorCode: utilModule().getSystemErrorName(handle), listener: null };
  const { address, port } = local;
  return startListening(handle, handle ?? { port, host: address === '*' ? undefined : address }, arrived, limits);
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
  const listens = listener.start(place);
  return listens ? { errorCode: '', listener } : { errorCode: 'EADDRINUSE', listener: null };
}

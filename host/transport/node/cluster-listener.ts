// A listener in a worker of node:cluster. The primary has the socket, and hands over its connections or the socket itself;
// it answers later than `listen` returns.
import type { ListenOptions, Server, Socket } from 'node:net';
import type { ByteStream } from '../byte-stream.js';
import type { Listener } from '../platform.js';
import { AcceptedSocketStream, resetSocket } from './accepted-stream.js';
import { clusterModule, netModule, utilModule } from './builtins.js';
import { HandleStream } from './handle-stream.js';
import type { ListeningHandle, StreamBinding } from './handles.js';
import { BACKLOG, type Waiting } from './waiting.js';

/** Whether a primary listens for this process: nobody else loads node:cluster. */
export function isClusterWorker(): boolean {
  return typeof process.send === 'function' && process.connected && clusterModule().isWorker;
}

/** Connections come as handles where Node's are usable; as sockets elsewhere, and before the primary's answer is told. */
type Arrival = HandleStream | Socket;

export class ClusterListener implements Listener {
  readonly #server: Server;
  readonly #binding: StreamBinding | null;
  readonly #waiting: Waiting<Arrival>;
  readonly #failed: (errorCode: string) => void;
  #isAnswered = false;
  #isClosed = false;
  /** Why listening failed; '' when it has not. */
  #errorCode = '';
  #isStarting = true;

  constructor(binding: StreamBinding | null, waiting: Waiting<Arrival>, failed: (errorCode: string) => void) {
    this.#binding = binding;
    this.#waiting = waiting;
    this.#failed = failed;
    const options = { pauseOnConnect: true, allowHalfOpen: true };
    this.#server = new (netModule().Server)(options, (socket) => this.#arrive(socket));
    this.#server.on('listening', () => this.#begin());
    this.#server.on('error', ({ code }: NodeJS.ErrnoException) => this.#fail(code ?? 'UNKNOWN'));
  }

  /** Asks the primary to listen; returns the error code where that fails at once, else ''. */
  start(place: ListenOptions): string {
    this.#server.listen(place, BACKLOG);
    this.#isStarting = false;
    return this.#errorCode;
  }

  /** Until the answer it counts as listening; a worker that disconnects from its primary stops. */
  get isListening(): boolean {
    return this.#isAnswered ? this.#server.listening : process.connected;
  }

  get localPort(): number {
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? (address.port ?? 0) : 0;
  }

  get available(): number {
    return this.#waiting.count;
  }

  take(): ByteStream | null {
    const arrival = this.#waiting.take();
    if (arrival === undefined) return null;
    return arrival instanceof HandleStream ? arrival : AcceptedSocketStream.ofWaiting(arrival);
  }

  /** Before the answer there is nothing to close: it is done then. */
  close(): void {
    this.#isClosed = true;
    if (this.#isAnswered) this.#server.close();
    for (const arrival of this.#waiting.takeAll()) discard(arrival);
  }

  #begin(): void {
    this.#isAnswered = true;
    if (this.#isClosed) this.#server.close();
    else if (this.#binding !== null) this.#takeHandles(this.#binding);
  }

  /** From now on connections come without a socket each. */
  #takeHandles(binding: StreamBinding): void {
    const { _handle: handle } = this.#server as Server & { readonly _handle?: ListeningHandle | null };
    if (!handle) return;
    const waiting = this.#waiting;
    handle.onconnection = (error, connection) => {
      if (error !== 0) waiting.failed(utilModule().getSystemErrorName(error));
      else if (connection !== undefined) {
        waiting.watch(connection.fd ?? -1);
        this.#arrive(new HandleStream(connection, binding));
      }
    };
  }

  #arrive(arrival: Arrival): void {
    if (!(arrival instanceof HandleStream)) arrival.on('error', () => {});
    if (this.#isClosed) discard(arrival);
    else this.#waiting.add(arrival);
  }

  /** A later failure (out of file descriptors) leaves the listener as it is. */
  #fail(errorCode: string): void {
    if (this.#isAnswered) {
      this.#waiting.failed(errorCode);
      return;
    }
    this.#isAnswered = true;
    this.#errorCode = errorCode;
    if (!this.#isClosed && !this.#isStarting) this.#failed(errorCode);
  }
}

function discard(arrival: Arrival): void {
  if (arrival instanceof HandleStream) arrival.reset();
  else resetSocket(arrival);
}

// SO_REUSEPORT: whether the runtime and the system let several sockets listen on one port, and how that is said.
import type { ListenOptions, Server } from 'node:net';
import { netModule } from './builtins.js';
import { type ListeningHandle, localPortOf, type SystemError } from './handles.js';

/** How a socket that shares its port is asked for: of a handle by flags, of Node's server by options. */
export interface ReusePort {
  readonly flags: number;
  readonly options: ListenOptions;
}

type Bind = (
  address: string,
  port: number,
  family: 4,
  descriptor: undefined,
  flags: number,
) => ListeningHandle | SystemError;

export const NO_REUSE_PORT = 'reuse_port needs Linux or FreeBSD, and there Node 22.12 or later, Bun or Deno';

/** UV_TCP_REUSEPORT of libuv, and Deno's number for it. */
const FLAGS = [2, 4];
const HERE = '127.0.0.1';
/** These have the option, but give all connections to one of the sockets, or have another meaning for it. */
const WITHOUT: readonly string[] = ['darwin', 'win32'];

let known: ReusePort | null | undefined;

/** Null where there is none; `bind` creates handles, where the runtime has them. */
export function findReusePort(bind: Bind | undefined): ReusePort | null {
  known ??= WITHOUT.includes(process.platform) ? null : tried(bind);
  return known;
}

/** Older versions ignore what they do not know, so two sockets show it. */
function tried(bind: Bind | undefined): ReusePort | null {
  const options = { reusePort: true, exclusive: true };
  if (bind === undefined)
    return bothListen((port) => serverAt({ port, host: HERE, ...options })) ? { flags: 0, options } : null;
  const flags = FLAGS.find((one) => bothListen((port) => handleAt(bind, port, one)));
  return flags === undefined ? null : { flags, options };
}

interface Listening {
  readonly port: number;
  close(): void;
}

/** Whether `listen` listens twice on one port; it returns null when it does not. */
function bothListen(listen: (port: number) => Listening | null): boolean {
  const first = listen(0);
  const second = first === null ? null : listen(first.port);
  first?.close();
  second?.close();
  return second !== null;
}

function handleAt(bind: Bind, port: number, flags: number): Listening | null {
  const handle = bind(HERE, port, 4, undefined, flags);
  if (typeof handle === 'number') return null;
  if (handle.listen(1) === 0) return { port: localPortOf(handle), close: () => handle.close() };
  handle.close();
  return null;
}

function serverAt(place: ListenOptions): Listening | null {
  const server: Server = new (netModule().Server)().on('error', () => {});
  server.listen(place);
  const address = server.address();
  if (address === null || typeof address !== 'object') return null;
  return { port: address.port, close: () => server.close() };
}

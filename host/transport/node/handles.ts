// Types of the system handles that Node's sockets are built on, as far as this package uses them. Undocumented: callers
// must work without the binding where it is missing.
import { canReadInto } from './read-buffer.js';

/** The system's (negative) error number, or 0. */
export type SystemError = number;

export interface Endpoint {
  address?: string;
  port?: number;
}

/** Source of the local address; Unix domain sockets have none. */
export interface LocalHandle {
  getsockname?(out: Endpoint): number;
}

export function localPortOf(handle: LocalHandle): number {
  const local: Endpoint = {};
  handle.getsockname?.(local);
  return local.port ?? 0;
}

/** A pending write or shutdown; `oncomplete` is called on it, unless it was done at once. */
export interface HandleRequest {
  oncomplete: ((status: SystemError) => void) | undefined;
}

/** Handle of a connection; only TCP has addresses and delays. */
export interface ConnectionHandle extends LocalHandle {
  /** File descriptor; below 0, or missing, where there is none. */
  readonly fd?: number;
  /** Called on the handle; the number of bytes read or the error is in the binding's state. */
  onread: () => void;
  useUserBuffer(buffer: Uint8Array): void;
  readStart(): SystemError;
  readStop(): SystemError;
  writeBuffer(request: HandleRequest, bytes: Uint8Array): SystemError;
  writev(request: HandleRequest, pieces: readonly Uint8Array[], areBuffers: true): SystemError;
  shutdown(request: HandleRequest): SystemError;
  close(): void;
  unref(): void;
  /** Closes with a TCP reset. */
  reset?(closed: () => void): SystemError;
  getpeername?(out: Endpoint): number;
  setNoDelay?(enabled: boolean): number;
}

/** Handle of a listening socket. */
export interface ListeningHandle extends LocalHandle {
  onconnection: (error: SystemError, connection: ConnectionHandle | undefined) => void;
  listen(backlog: number): SystemError;
  close(): void;
}

/** The native binding, with the state by which all handles report. */
export interface StreamBinding {
  readonly streamBaseState: Int32Array;
  /** Indices in the state: bytes read or the error, and whether the last write is pending. */
  readonly kReadBytesOrError: number;
  readonly kLastWriteWasAsync: number;
  readonly WriteWrap: new () => HandleRequest;
  readonly ShutdownWrap: new () => HandleRequest;
}

/**
 * Whether to use handles: not when the user has switched them off, or wants pending deprecations reported. Asking
 * for the binding is one (DEP0111), which with `--throw-deprecation` ends the process.
 */
function isWanted(): boolean {
  const { env, execArgv } = process;
  if (env.WEBSOCKETPEER_HANDLES === '0' || env.NODE_PENDING_DEPRECATION === '1') return false;
  return ![env.NODE_OPTIONS ?? '', ...execArgv].some((option) => /--pending[-_]deprecation/.test(option));
}

/** Null where there is none: in other runtimes, and where Node's permission model forbids it. */
function findBinding(): StreamBinding | null {
  if (!canReadInto) return null;
  try {
    if (!isWanted()) return null;
    const { binding } = process as typeof process & { binding?: (name: string) => Partial<StreamBinding> };
    const found = binding?.('stream_wrap');
    const isWhole = found?.streamBaseState instanceof Int32Array && found.WriteWrap && found.ShutdownWrap;
    return isWhole ? (found as StreamBinding) : null;
  } catch {
    return null;
  }
}

let known: StreamBinding | null | undefined;

export function streamBinding(): StreamBinding | null {
  if (known === undefined) known = findBinding();
  return known;
}

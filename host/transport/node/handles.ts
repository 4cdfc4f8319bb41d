// The system's handles that Node's sockets stand on, as far as this package uses them. Undocumented: whoever asks
// for the binding has to do without it where it is missing.
import { canReadInto } from './read-buffer.js';

/** The system's (negative) error number, or 0. */
export type SystemError = number;

export interface Endpoint {
  address?: string;
  port?: number;
}

/** What knows where it is bound; Unix domain sockets don't. */
export interface LocalHandle {
  getsockname?(out: Endpoint): number;
}

export function localPortOf(handle: LocalHandle): number {
  const local: Endpoint = {};
  handle.getsockname?.(local);
  return local.port ?? 0;
}

/** A write or the end of writing under way; `oncomplete` is called on it, and only when it could not be done at once. */
export interface HandleRequest {
  oncomplete: ((status: SystemError) => void) | undefined;
}

/** That of a connection; addresses and delays are matters of TCP alone. */
export interface ConnectionHandle extends LocalHandle {
  /** The system's descriptor; below 0, or missing, where there is none. */
  readonly fd?: number;
  /** Called on the handle; how much was read, or the error, stands in the binding's state. */
  onread: () => void;
  useUserBuffer(buffer: Uint8Array): void;
  readStart(): SystemError;
  readStop(): SystemError;
  writeBuffer(request: HandleRequest, bytes: Uint8Array): SystemError;
  writev(request: HandleRequest, pieces: readonly Uint8Array[], areBuffers: true): SystemError;
  shutdown(request: HandleRequest): SystemError;
  close(): void;
  unref(): void;
  /** Closes, and tells the other side by a reset. */
  reset?(closed: () => void): SystemError;
  getpeername?(out: Endpoint): number;
  setNoDelay?(enabled: boolean): number;
}

/** What the calls of all handles report through. */
export interface StreamBinding {
  readonly streamBaseState: Int32Array;
  /** Places in the state: bytes read or the error, and whether the last write still goes on. */
  readonly kReadBytesOrError: number;
  readonly kLastWriteWasAsync: number;
  readonly WriteWrap: new () => HandleRequest;
  readonly ShutdownWrap: new () => HandleRequest;
}

/**
 * Not by whoever switched the handles off, nor by whoever asked Node to tell of what it may take away one day: asking
 * for the binding is such a thing (DEP0111), and under `--throw-deprecation` it ends the process.
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

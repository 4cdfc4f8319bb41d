// Files of listening Unix domain sockets: whether a living server has one, and removal of one's own only.
import type { Socket } from 'node:net';
import { resolve } from 'node:path';
import { fsModule, netModule } from './builtins.js';
import { canReadInto } from './read-buffer.js';

/** The socket of a server of this process, by device and inode; removed when it stops. */
const held = new Set<string>();

/** Device and inode of the socket at `path`; '' when there is none. */
function identityOf(path: string): string {
  try {
    const stat = fsModule().lstatSync(path);
    return stat.isSocket() ? `${stat.dev}:${stat.ino}` : '';
  } catch {
    return '';
  }
}

/** Makes room for a socket at `path`; false when a living server has it. A file of another kind stays. */
export function clearPath(path: string): boolean {
  const identity = identityOf(path);
  if (identity === '') return true; // binding will fail when it is a file of another kind
  if (held.has(identity) || answers(path) || isBound(path) === true) return false;
  remove(path);
  return true;
}

/**
 * Removes a socket at `path` that nobody listens on, for a server that others may share. The list of the system is asked
 * first: a connection would come to one of those who share it. Another socket that takes the place meanwhile stays.
 */
export function clearAbandoned(path: string): void {
  if (identityOf(path) === '') return;
  const isListed = isBound(path);
  const isTaken = isListed === true || (canReadInto ? answers(path) : isListed === null);
  const spare = `${path}.${process.pid}`;
  if (isTaken || !succeeds(() => fsModule().renameSync(path, spare))) return;
  if (isBound(path) === true) succeeds(() => fsModule().renameSync(spare, path));
  else remove(spare);
}

/** Whether a file that is no socket is at `path`. */
export function isTakenByOther(path: string): boolean {
  return identityOf(path) === '';
}

function remove(path: string): void {
  try {
    fsModule().unlinkSync(path);
  } catch {
    // not removable, or removed by someone else
  }
}

/**
 * Whether somebody accepts connections at `path`, known at once: libuv connects within the call, and a handle that is not
 * connected can't be read. False where Node's handles are not available.
 */
function answers(path: string): boolean {
  if (!canReadInto) return false;
  const socket = new (netModule().Socket)() as Socket & { readonly _handle?: { readStart?(): number } | null };
  try {
    socket.on('error', () => {});
    socket.connect({ path });
    return socket._handle?.readStart?.() === 0;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/**
 * Whether Linux lists a socket that is bound to `path`: also when its queue of connections is full, and in runtimes
 * without Node's handles. Connected sockets have the path of their server, too, and do not count. Null where there is no
 * such list.
 */
function isBound(path: string): boolean | null {
  try {
    // Number, references, protocol, flags, type, state, inode, path.
    const lines = fsModule().readFileSync('/proc/net/unix', 'utf8').split('\n');
    const place = resolve(path);
    return lines.some((line) => {
      const [, state, listed] = LISTED_SOCKET.exec(line) ?? [];
      return state === UNCONNECTED && listed !== undefined && resolve(listed) === place;
    });
  } catch {
    return null;
  }
}

const UNCONNECTED = '01';
/** State and path of a line; relative paths are listed as they were given. */
const LISTED_SOCKET = /^(?:\S+ +){5}(\S+) +\S+ (.+)$/;

/** The file of a socket that was bound just now. */
export class SocketFile {
  readonly #path: string;
  readonly #identity: string;

  constructor(path: string) {
    this.#path = path;
    this.#identity = identityOf(path);
    held.add(this.#identity);
  }

  /**
   * Closes by `close`, and removes the file if it is still this socket's. libuv removes whatever is at the path: somebody
   * else's socket gets its name back.
   */
  leave(close: () => void): void {
    held.delete(this.#identity);
    const present = identityOf(this.#path);
    const isOthers = present !== '' && present !== this.#identity;
    const spare = `${this.#path}.${process.pid}`;
    const isKept = isOthers && succeeds(() => fsModule().linkSync(this.#path, spare));
    close();
    if (!isOthers) {
      if (this.#identity !== '' && identityOf(this.#path) === this.#identity) remove(this.#path);
    } else if (isKept) {
      if (identityOf(this.#path) === '') succeeds(() => fsModule().renameSync(spare, this.#path));
      else remove(spare);
    }
  }
}

/** Whether the system does `change` to a file. */
function succeeds(change: () => void): boolean {
  try {
    change();
    return true;
  } catch {
    return false;
  }
}

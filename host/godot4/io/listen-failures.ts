// Reasons why a server can't listen: the system's error codes as Error codes and sentences.
import {
  ERR_ALREADY_IN_USE,
  ERR_CANT_OPEN,
  ERR_FILE_BAD_PATH,
  ERR_INVALID_PARAMETER,
  ERR_OUT_OF_MEMORY,
  ERR_UNAUTHORIZED,
  ERR_UNAVAILABLE,
  type GodotError,
} from '../../binding/errors.js';
import { ACCESS_DENIED } from '../../transport/plain-error.js';

const NO_DESCRIPTORS = 'no file descriptor is left; close connections, or raise the limit (ulimit -n)';
const NO_DIRECTORY = 'the directory does not exist';

const FAILURES: Readonly<Record<string, readonly [error: GodotError, cause: string]>> = {
  [ACCESS_DENIED]: [ERR_UNAUTHORIZED, 'this runtime was started without the right to do so'],
  EACCES: [
    ERR_UNAUTHORIZED,
    'the system does not permit it: ports below 1024 and the paths of others need a privilege',
  ],
  EPERM: [ERR_UNAUTHORIZED, 'the system does not permit it'],
  // Godot returns ERR_ALREADY_IN_USE for both.
  EADDRINUSE: [ERR_ALREADY_IN_USE, 'it is in use: something listens there already'],
  EEXIST: [ERR_ALREADY_IN_USE, 'a file that is no socket is there, or a link'],
  EADDRNOTAVAIL: [ERR_ALREADY_IN_USE, 'the address does not belong to this machine'],
  EMFILE: [ERR_OUT_OF_MEMORY, NO_DESCRIPTORS],
  ENFILE: [ERR_OUT_OF_MEMORY, NO_DESCRIPTORS],
  ENOENT: [ERR_FILE_BAD_PATH, NO_DIRECTORY],
  ENOTDIR: [ERR_FILE_BAD_PATH, NO_DIRECTORY],
  ENOTSUP: [ERR_UNAVAILABLE, 'this system does not support it'],
  ERR_INVALID_ARG_VALUE: [ERR_INVALID_PARAMETER, 'the path contains a NUL character'],
  ENAMETOOLONG: [ERR_INVALID_PARAMETER, 'the path is longer than the system takes for a socket'],
};

/** What a server that can't listen returns, and why. `reason` is what the runtime says, where it says something. */
export function listenFailure(errorCode: string, reason?: string): { error: GodotError; cause: string } {
  const [error, cause] = FAILURES[errorCode] ?? [ERR_CANT_OPEN, 'the system refuses it'];
  return { error, cause: reason ?? `${cause} (${errorCode})` };
}

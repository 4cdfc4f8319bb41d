// Property of servers with a port: whether others may listen on it, too.
import { hasServers } from '#server-settings';
import { defineAccessors } from '../../binding/accessors.js';
import { requireBool } from '../../binding/arguments.js';
import { printError } from '../../binding/error-handler.js';

export interface ReusePortProperties {
  /**
   * Whether other servers that set it, too, may listen on the same port: of other processes or threads; false unless set.
   *
   * The system shares new connections out among them. To be set before the server listens: later a message is printed
   * and the old value stays. In a worker of `node:cluster` the server then listens by itself, without its primary, and
   * knows at once whether it does.
   *
   * **Note:** it is SO_REUSEPORT of Linux and FreeBSD, in Node from 22.12 on, Bun and Deno. Elsewhere listening returns
   * ERR_UNAVAILABLE. A page has no servers.
   *
   * @takes enable
   * @addition
   * @server
   */
  reuse_port: boolean;
}

/** The property with its methods. */
export interface ReusePortMembers extends ReusePortProperties {
  get_reuse_port(): boolean;
  set_reuse_port(enable: boolean): void;
}

/** Key under which a server has the value. */
export const REUSE_PORT: unique symbol = Symbol('reuse port');

interface HasReusePort {
  [REUSE_PORT]: boolean;
}

/** Defines the members of ReusePortMembers on `prototype`, but in a page; `isBusy` tells when it is too late to change. */
export function defineReusePort<Owner extends HasReusePort>(
  prototype: Owner,
  isBusy: (server: Owner) => boolean,
): void {
  if (!hasServers) return;
  defineAccessors(
    prototype,
    'reuse_port',
    (server) => server[REUSE_PORT],
    (server, value) => {
      const enable = requireBool('reuse_port', value);
      if (!isBusy(server)) server[REUSE_PORT] = enable;
      else printError(`reuse_port must be set before listening; it stays ${server[REUSE_PORT]}`, server);
    },
  );
}

// Limits of the connections that wait at a server: the two properties of socket servers, and the report of dropped
// connections.
import { defineAccessors } from '../../binding/accessors.js';
import { requireInt } from '../../binding/arguments.js';
import { printError, printWarning } from '../../binding/error-handler.js';
import type { GodotObject } from '../../binding/object.js';
import type { int32 } from '../../binding/types.js';
import { showAddress } from '../../transport/address.js';
import type { WaitingLimits } from '../../transport/platform.js';

/** Properties that limit the connections that wait to be taken. */
export interface WaitingProperties {
  /**
   * Most connections that wait to be taken; 512 unless set. Godot: where the system's queue holds eight.
   *
   * @takes connections
   * @addition
   */
  max_pending_connections: int32;

  /**
   * Most connections from one address that wait to be taken; 512 unless set.
   *
   * @takes connections
   * @addition
   */
  max_pending_per_address: int32;
}

type WaitingName = keyof WaitingProperties;

/** The properties with their `get_` and `set_` methods. */
export type WaitingMembers = WaitingProperties & {
  [Name in WaitingName as `get_${Name}`]: () => int32;
} & {
  [Name in WaitingName as `set_${Name}`]: (connections: int32) => void;
};

const LIMITS = {
  max_pending_connections: 'maxWaiting',
  max_pending_per_address: 'maxWaitingPerAddress',
} as const;

/** Key under which a server has its limits. */
export const WAITING: unique symbol = Symbol('connections that wait');

interface HasWaiting extends GodotObject {
  readonly [WAITING]: WaitingConnections;
}

/** The limits of one server, which its listener reads. */
export class WaitingConnections implements WaitingLimits {
  maxWaiting = 512;
  maxWaitingPerAddress = 512;
  readonly #server: GodotObject;
  #reportsDrops = true;

  constructor(server: GodotObject) {
    this.#server = server;
  }

  /** Reported once until a connection is taken, so that many connections don't cause many messages. */
  dropped(address: string): void {
    if (!this.#reportsDrops) return;
    this.#reportsDrops = false;
    printWarning(
      `${this.#server.get_class()}: a connection from ${showAddress(address) || 'this machine'} was dropped, too many wait to be taken ` +
        `(max_pending_connections ${this.maxWaiting}, max_pending_per_address ${this.maxWaitingPerAddress})`,
      this.#server,
    );
  }

  /** Reported at most once a second. */
  exhausted(): void {
    printError(
      `${this.#server.get_class()}: no file descriptor is left, further connections are dropped until some are free; ` +
        'raise the limit (ulimit -n)',
      this.#server,
    );
  }

  /** Called when a connection is taken: the next dropped one is reported again. */
  looked(): void {
    this.#reportsDrops = true;
  }
}

function change(server: HasWaiting, name: WaitingName, value: unknown): void {
  const waiting = server[WAITING];
  const limit = LIMITS[name];
  const connections = requireInt(name, value);
  if (connections >= 1) waiting[limit] = connections;
  else printError(`${name} must be at least 1, got ${connections}; it stays ${waiting[limit]}`, server);
}

/** Defines the members of WaitingMembers on `prototype`. */
export function defineWaiting(prototype: HasWaiting): void {
  for (const name of Object.keys(LIMITS) as WaitingName[]) {
    defineAccessors(
      prototype,
      name,
      (server) => server[WAITING][LIMITS[name]],
      (server, value) => change(server, name, value),
    );
  }
}

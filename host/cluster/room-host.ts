// RoomHost: the rooms of one process.
import { clock } from '#platform';
import { requireInt, requireMilliseconds } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { isDrainTime } from '../binding/drain-time.js';
import { printError, report } from '../binding/error-handler.js';
import { defineInspection } from '../binding/inspection.js';
import { CLASS_INFO } from '../binding/lineage.js';
import type { ObjectSignals } from '../binding/object.js';
import { RefCounted } from '../binding/ref-counted.js';
import { defineSignals, type SignalObjects } from '../binding/signal.js';
import type { float, int } from '../binding/types.js';
import type { Broker, Unsubscribe } from './broker.js';
import { RoomHostInfo } from './class-infos.generated.js';
import type { MakeAnswer } from './directory-values.js';
import { Endpoint } from './endpoint.js';
import { HostLinks } from './host-links.js';
import { Leases } from './leases.js';
import { checkPayload } from './least-payload.js';
import { serveMaking } from './making.js';
import { GOING_AWAY_CODE, NO_ROOM_CODE, Room, type RoomOwner } from './room.js';

/** Signals of RoomHost. */
export interface RoomHostSignals extends ObjectSignals {
  /**
   * A client wants to join a room that no process has: connect a function that makes it by `create_room`. When no room is
   * made before it returns, the client is told that there is none.
   */
  room_requested: [name: string];
  /** A `drain` has begun: the game may store its state now. */
  on_drain: [];
}

export interface RoomHost extends SignalObjects<RoomHostSignals> {}

/** Key of the method by which a ClusterMultiplayerPeer gets a room. */
export const CLAIM: unique symbol = Symbol('claim');

const USUAL_OUTAGE_MS = 10_000;
const USUAL_ROOMS = 1024;
/** How often a host tries to get into the directory. */
const START_MS = 1000;
/** How often a drain looks whether anybody is still there. */
const LOOK_MS = 50;
/** How long a host that closes waits until its clients have got what they were sent. */
const LAST_WORDS_MS = 1000;

/** A room, and what its name's claim came to. */
interface Held {
  readonly room: Room;
  readonly owner: RoomOwner;
  readonly claimed: Promise<MakeAnswer>;
}

/**
 * The rooms of one process: gateways find them by their names, or ask for them to be made.
 *
 * `broker` carries everything between processes; a MemoryBroker is enough while there is only one. A name is one process's
 * at a time: a host that can't be sure of its names any more, because it was frozen or cut off, serves nobody until it is
 * sure again, and ends the connections of a room that another process has got.
 *
 * ```js
 * const host = new RoomHost(broker);
 * host.max_rooms = 100;
 * host.connect('room_requested', (name) => new ClusterMultiplayerPeer().create_room(host, name));
 * ```
 *
 * @addition
 */
export class RoomHost extends RefCounted {
  declare readonly signals: RoomHostSignals;

  static {
    defineSignals(this.prototype, 'room_requested', 'on_drain');
    defineInspection<RoomHost>(this.prototype, (host) => ({
      rooms: host.get_room_count(),
      peers: host.get_peer_count(),
      is_draining: host.is_draining(),
    }));
  }

  readonly #endpoint: Endpoint;
  readonly #links: HostLinks;
  readonly #leases: Leases;
  readonly #rooms = new Map<string, Held>();
  readonly #stopMaking: Unsubscribe;
  readonly #started: Promise<boolean>;
  readonly #unwatch: Unsubscribe;
  #maxRooms = USUAL_ROOMS;
  #roomsMade = 0;
  #isDraining = false;
  #drained: Promise<int> | null = null;
  #isClosed = false;
  #closed: Promise<void> = Promise.resolve();

  constructor(broker: Broker) {
    super();
    checkPayload(broker, this);
    const options = { clock, outageTimeoutMs: USUAL_OUTAGE_MS };
    this.#links = new HostLinks(
      (name) => this.#rooms.get(name)?.room ?? null,
      () => this.#tell(),
    );
    this.#endpoint = new Endpoint(
      broker,
      {
        mayWork: () => this.#leases.isHeld,
        received: (pair, kind, flags, link, payload) => this.#links.received(pair, kind, flags, link, payload),
        relieved: (pair) => this.#links.relieved(pair),
        lost: (pair) => this.#links.lost(pair),
      },
      options,
    );
    this.#leases = new Leases(
      broker,
      this.#endpoint.id,
      {
        lost: (name, cause) => this.#lost(name, cause),
        resumed: () => this.#endpoint.flush(),
      },
      { ...options, timeOfDay: Date.now },
    );
    this.#stopMaking = serveMaking(broker, this.#endpoint.id, (name) => this.#make(name));
    this.#tell();
    this.#started = this.#start();
    this.#unwatch = broker.watch_status((status) => {
      if (status === 'closed') void this.#end('its broker is closed');
    });
  }

  override [CLASS_INFO](): ClassInfo {
    return RoomHostInfo();
  }

  /** Most rooms; 1024 unless set, 0 for none. Further ones are made by other processes, or not at all. */
  get max_rooms(): int {
    return this.#maxRooms;
  }
  set max_rooms(rooms: int) {
    this.set_max_rooms(rooms);
  }
  get_max_rooms(): int {
    return this.#maxRooms;
  }
  set_max_rooms(rooms: int): void {
    if (requireInt('rooms', rooms) < 0) {
      printError(`max_rooms must be at least 0, got ${rooms}; it stays ${this.#maxRooms}`, this);
      return;
    }
    this.#maxRooms = rooms;
    this.#tell();
  }

  /**
   * Seconds for which the broker may be out of reach; 10 unless set. Packets wait meanwhile; then the connections of all
   * clients concerned end with 1001.
   *
   * Must be more than 0: otherwise a message is printed and the old value stays.
   */
  get outage_timeout(): float {
    return this.#endpoint.outageTimeoutMs / 1000;
  }
  set outage_timeout(timeout: float) {
    this.set_outage_timeout(timeout);
  }
  get_outage_timeout(): float {
    return this.#endpoint.outageTimeoutMs / 1000;
  }
  set_outage_timeout(timeout: float): void {
    const timeoutMs = requireMilliseconds('timeout', timeout);
    if (timeoutMs > 0) this.#endpoint.outageTimeoutMs = this.#leases.outageTimeoutMs = timeoutMs;
    else printError(`outage_timeout must be more than 0, got ${timeout}; it stays ${this.outage_timeout}`, this);
  }

  /**
   * Number of rooms.
   *
   * @const
   */
  get_room_count(): int {
    return this.#rooms.size;
  }

  /**
   * Names of the rooms.
   *
   * @const
   */
  get_room_names(): string[] {
    return [...this.#rooms.keys()];
  }

  /**
   * Number of peers in all rooms.
   *
   * @const
   */
  get_peer_count(): int {
    let count = 0;
    for (const { room } of this.#rooms.values()) count += room.size;
    return count;
  }

  /**
   * Whether a `drain` is under way, or over.
   *
   * @const
   */
  is_draining(): boolean {
    return this.#isDraining;
  }

  /**
   * Whether the host can serve: it is sure of its names, not closed, and not being drained.
   *
   * @const
   */
  is_ready(): boolean {
    return !this.#isClosed && !this.#isDraining && this.#leases.isHeld;
  }

  /**
   * Takes no new rooms, and waits until the last room is empty, at most `timeout` seconds; then ends the rest with 1001.
   *
   * Clients may still join the rooms that there are. `on_drain` is emitted first. Resolves with the number of peers whose
   * connections had to be ended; the host is closed then. A second call returns the same promise.
   */
  drain(timeout: float): Promise<int> {
    if (!isDrainTime(timeout, this)) return Promise.resolve(0);
    if (this.#drained !== null) return this.#drained;
    if (this.#isClosed) return Promise.resolve(0);
    let resolve: (rest: int) => void = () => {};
    this.#drained = new Promise((settle) => {
      resolve = settle;
    });
    void this.#drainAll(requireMilliseconds('timeout', timeout)).then(resolve);
    return this.#drained;
  }

  /** Ends all rooms: the connections of their clients end with 1001. Resolves when the names are given back. */
  close(): Promise<void> {
    return this.#end('');
  }

  #end(cause: string): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#closed = this.#endAll(cause);
    }
    return this.#closed;
  }

  async #endAll(cause: string): Promise<void> {
    this.#unwatch();
    this.#stopMaking();
    for (const { owner, room } of [...this.#rooms.values()]) {
      room.end(GOING_AWAY_CODE, 'the room host stops');
      owner.lost(cause);
    }
    this.#rooms.clear();
    // Nothing can be sent any more when the names are given back.
    await this.#empty(LAST_WORDS_MS);
    await new Promise<void>((resolve) => clock.atTurnEnd(resolve));
    await this.#leases.stop();
    this.#endpoint.close('the room host stops');
  }

  override free(): void {
    void this.close();
    super.free();
  }

  /** Takes the place of this process in the directory, as soon as that can be reached; false for a host that is closed. */
  async #start(): Promise<boolean> {
    for (let isFirst = true; !this.#isClosed; isFirst = false) {
      if (await this.#leases.start()) return true;
      if (isFirst && !this.#isClosed) {
        report('RoomHost: the directory can not be reached; the host takes rooms as soon as it can', this, 'warning');
      }
      await new Promise<void>((resolve) => clock.alarm(START_MS, resolve));
    }
    return false;
  }

  async #drainAll(timeoutMs: number): Promise<int> {
    this.#isDraining = true;
    this.#tell();
    this.emit_signal('on_drain');
    await this.#empty(timeoutMs);
    const rest = this.get_peer_count();
    await this.close();
    return rest;
  }

  /** A room for `owner`; null when there is one of this name, a text when none can be made. */
  [CLAIM](name: string, owner: RoomOwner): Room | string | null {
    if (this.#isClosed) return 'the host is closed';
    if (this.#isDraining) return 'the host is being drained';
    if (this.#rooms.has(name)) return null;
    if (this.#rooms.size >= this.#maxRooms) return `the host has ${this.#rooms.size} rooms (max_rooms)`;
    this.#roomsMade += 1;
    const room = new Room(name, this.#roomsMade, owner, {
      forget: (member) => this.#links.forget(member),
      over: () => this.#over(name),
    });
    const held: Held = { room, owner, claimed: this.#claim(name, room) };
    this.#rooms.set(name, held);
    this.#tell();
    return room;
  }

  async #claim(name: string, room: Room): Promise<MakeAnswer> {
    const isStarted = await this.#started;
    // An earlier room of this name may still be claimed, or about to be given back.
    await this.#leases.release(name);
    const result = isStarted && !room.isOver ? await this.#leases.claim(name) : 'unreachable';
    const held = this.#rooms.get(name);
    if (held?.room !== room || room.isOver) {
      if (result === 'held') void this.#leases.release(name);
      return { refused: 'unknown' };
    }
    if (result === 'held') {
      held.owner.claimed();
      return { process: this.#endpoint.id };
    }
    this.#rooms.delete(name);
    this.#tell();
    this.#links.endRoom(room, NO_ROOM_CODE, 'no such room');
    held.owner.lost(result === 'unreachable' ? 'the directory is out of reach' : 'another process has it');
    return result === 'unreachable' ? { refused: 'failed' } : { process: result };
  }

  /** A gateway asks for the room `name`. */
  async #make(name: string): Promise<MakeAnswer> {
    const known = this.#rooms.get(name);
    if (known !== undefined) return known.claimed;
    if (this.#isDraining || this.#isClosed) return { refused: 'draining' };
    if (this.#rooms.size >= this.#maxRooms) return { refused: 'full' };
    this.emit_signal('room_requested', name);
    return this.#rooms.get(name)?.claimed ?? { refused: 'unknown' };
  }

  /** The name is another's: nobody is served in the room from now on. */
  #lost(name: string, cause: string): void {
    const held = this.#rooms.get(name);
    if (held === undefined) return;
    this.#rooms.delete(name);
    this.#links.endRoom(held.room, GOING_AWAY_CODE, `room lost: ${cause}`);
    held.owner.lost(cause);
    this.#tell();
  }

  /** The game has closed the room. */
  #over(name: string): void {
    this.#rooms.delete(name);
    void this.#leases.release(name);
    this.#tell();
  }

  /** Resolves when there are no links any more, or after `timeoutMs`. */
  #empty(timeoutMs: number): Promise<void> {
    const end = clock.now() + timeoutMs;
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#links.count === 0 || clock.now() >= end) resolve();
        else clock.alarm(LOOK_MS, look);
      };
      look();
    });
  }

  /** Tells gateways how many rooms there are. */
  #tell(): void {
    this.#leases.describe({
      rooms: this.#rooms.size,
      load: this.#links.count,
      draining: this.#isDraining,
      max_rooms: this.#maxRooms,
    });
  }
}

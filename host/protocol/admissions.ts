// Places on the way into servers: handshakes under way and open connections per address, for all connections that
// share their settings. Addresses share the places fairly: none is locked out because another one takes all it gets.
import { report } from '../binding/error-handler.js';
import { networkOf, showAddress } from '../transport/address.js';
import { type Holding, Shares } from '../transport/shares.js';
import { type Crowd, type Guest, NO_PLACE, type Place } from './crowd.js';
import { type FailureCode, failureOf } from './failures.js';
import { type Refusal, refuse } from './refusal.js';

/** Key of the counter in the values of settings: copies of the values have the same one. */
export const ADMISSIONS: unique symbol = Symbol('admissions');

const TOO_MANY_OPEN = 'too many connections of this address are open';

/** Settings that limit places; live. */
export interface PlaceLimits {
  readonly maxPendingHandshakes: number;
  readonly maxPendingPerAddress: number;
  readonly maxConnectionsPerAddress: number;
  /** Who counts. */
  readonly [ADMISSIONS]: Admissions;
}

/** A server's connection, from its first byte on. */
export interface Entrant extends Guest {
  readonly placeLimits: PlaceLimits;
}

export class Admissions {
  /** What reports are about: the server that counts for itself. */
  readonly #server: object | null;
  readonly #pending = new Shares<Admission>();
  /** Number of open connections by address. */
  readonly #open = new Map<string, number>();

  constructor(server: object | null = null) {
    this.#server = server;
  }

  /** Number of handshakes under way. */
  get pending(): number {
    return this.#pending.count;
  }

  /** Number of open connections of `address` that were counted. */
  open(address: string): number {
    return this.#open.get(networkOf(address)) ?? 0;
  }

  /** Adds a handshake; null when the address has too many. When all places are taken, somebody loses theirs. */
  enter(newcomer: Admission, address: string, limits: PlaceLimits): Holding<Admission> | null {
    if (this.isFullFor(address, limits)) return null;
    // Nobody's handshakes are counted, but not together: a flood of them takes the places of each other.
    const holding = this.#pending.add(newcomer, address === '' ? null : networkOf(address));
    const { largest } = this.#pending;
    if (this.pending > limits.maxPendingHandshakes && largest !== null && largest.oldest !== newcomer) {
      this.#evict(largest.oldest, limits);
    }
    return holding;
  }

  /** Whether as many handshakes of `address` are under way as may be. */
  isFullFor(address: string, { maxPendingPerAddress }: PlaceLimits): boolean {
    if (address === '' || maxPendingPerAddress === 0) return false;
    if (this.#pending.of(networkOf(address)) < maxPendingPerAddress) return false;
    this.#tell(
      `a connection from ${showAddress(address)} was dropped, ${maxPendingPerAddress} handshakes of that address are ` +
        'under way (max_pending_per_address)',
      'max_pending_per_address',
    );
    return true;
  }

  leave(holding: Holding<Admission>): void {
    this.#pending.remove(holding);
  }

  /** Counts an open connection of `address`, which is known; false when the address has too many. */
  opened(address: string, limits: PlaceLimits): boolean {
    if (this.hasAllOpen(address, limits)) return false;
    this.#open.set(networkOf(address), this.open(address) + 1);
    return true;
  }

  /** Whether as many connections of `address` are open as may be. */
  hasAllOpen(address: string, { maxConnectionsPerAddress }: PlaceLimits): boolean {
    if (address === '' || maxConnectionsPerAddress === 0) return false;
    const open = this.open(address);
    if (open < maxConnectionsPerAddress) return false;
    this.#tell(
      `a connection from ${showAddress(address)} was refused (429), it has ${open} open ones ` +
        '(max_connections_per_address)',
      'max_connections_per_address',
      429,
    );
    return true;
  }

  closed(address: string): void {
    const network = networkOf(address);
    const open = this.#open.get(network) ?? 0;
    if (open > 1) this.#open.set(network, open - 1);
    else this.#open.delete(network);
  }

  /** Reports what many connections may meet: equal causes are counted, and told once a second. */
  #tell(message: string, cause: string, status = 0): void {
    const failure = failureOf('handshake', 'SERVER_FULL', message, status);
    report(`WebSocketPeer: ${message}`, this.#server, 'warning', failure, cause);
  }

  /** Takes its place from a handshake of the address that has most of them. */
  #evict(admission: Admission, { maxPendingHandshakes }: PlaceLimits): void {
    const from = showAddress(admission.address) || 'a stream without an address';
    this.#tell(
      `a handshake from ${from}, where most come from, was dropped for a newcomer, ` +
        `${maxPendingHandshakes} are under way (max_pending_handshakes)`,
      'max_pending_handshakes',
    );
    admission.evict('SERVER_FULL', `${maxPendingHandshakes} handshakes are under way (max_pending_handshakes)`);
  }
}

/** One connection's place: of its handshake, then of the open connection where those of its address are counted. */
export class Admission implements Place {
  /** Address that is counted; '' while it is not known, and for nobody's. */
  address = '';
  /** The connections of the same server; null when the server is not known. */
  #crowd: Crowd | null;
  /** Null before the handshake begins, and after the end. */
  #entrant: Entrant | null = null;
  /** Whether the whole request is there already: nobody is waited for, so no place is taken before it is read. */
  readonly #isWhole: boolean;
  /** Who counts it, whatever settings its owner gets later. */
  #admissions: Admissions | null = null;
  /** The place of the handshake while it is under way. */
  #holding: Holding<Admission> | null = null;
  #isOpen = false;
  /** Whether the open connection is counted. */
  #isCounted = false;

  constructor(crowd: Crowd | null, isWhole = false) {
    this.#crowd = crowd;
    this.#isWhole = isWhole;
  }

  /** What stands before the name of a setting of the connection in a message. */
  get settingsOf(): string {
    return this.#crowd?.settingsOf ?? '';
  }

  /** The handshake of `entrant` begins; its address may be unknown (''). Drops it when there is no place. */
  begin(entrant: Entrant, address: string): void {
    this.#entrant = entrant;
    this.#admissions = entrant.placeLimits[ADMISSIONS];
    this.#crowd?.enter(this);
    if (this.#isWhole || this.#enter(entrant, address)) return;
    const cause = `${entrant.placeLimits.maxPendingPerAddress} handshakes of its address are under way`;
    this.evict('SERVER_FULL', `${cause} (max_pending_per_address)`);
  }

  /**
   * The visitor's address has become known with the head of the request: a refusal when it has too many. `waits`:
   * whether the request has to wait for its answer, and needs a place meanwhile; nobody is asked about those who could not
   * come in.
   */
  arrived(address: string, waits: boolean): Refusal | null {
    const entrant = this.#entrant;
    if (entrant === null || (this.#holding === null && !this.#isWhole)) return null;
    const refusal = waits ? this.#refusalNow(entrant, address) : null;
    if (refusal !== null) return refusal;
    if (this.#holding !== null && address === this.address) return null;
    this.#leaveQueue();
    this.address = address;
    if (waits ? this.#enter(entrant, address) : this.#admissions?.isFullFor(address, entrant.placeLimits) === false) {
      return null;
    }
    return refuseFor(429, 'too many handshakes of this address are under way');
  }

  /** The handshake is done: counts an open connection, or says why the request must be refused. */
  accept(): Refusal | null {
    this.#leaveQueue();
    if (this.#entrant === null || this.#isOpen) return null;
    const trouble = this.#crowd?.trouble ?? '';
    if (trouble !== '') return refuseFor(503, trouble);
    const { placeLimits } = this.#entrant;
    if (placeLimits.maxConnectionsPerAddress > 0 && this.address !== '') {
      this.#isCounted = this.#admissions?.opened(this.address, placeLimits) ?? false;
      if (!this.#isCounted) return refuseFor(429, TOO_MANY_OPEN);
    }
    this.#isOpen = true;
    this.#crowd?.leave(this);
    this.#crowd?.opened(this.#entrant);
    return null;
  }

  /** What is kept for the open connection: all servers have thousands, few count them by address. */
  get rest(): Place {
    return this.#isCounted ? this : (this.#crowd ?? NO_PLACE);
  }

  join(crowd: Crowd): Place {
    const entrant = this.#entrant;
    if (this.#crowd === crowd || entrant === null) return this;
    if (this.#isOpen) (this.#crowd ?? NO_PLACE).join(crowd, entrant);
    else {
      this.#crowd?.leave(this);
      crowd.enter(this);
    }
    this.#crowd = crowd;
    return this;
  }

  /** Drops the handshake for `cause`. */
  evict(code: FailureCode, cause: string): void {
    this.#leaveQueue();
    this.#entrant?.drop(code, cause);
  }

  /** Gives the place back; `isDropped`: whether this side has cut the connection. Any number of calls count as one. */
  release(isDropped = false): void {
    this.#leaveQueue();
    const entrant = this.#entrant;
    if (entrant === null) return;
    this.#entrant = null;
    if (this.#isCounted) this.#admissions?.closed(this.address);
    if (this.#isOpen) this.#crowd?.release(isDropped, entrant);
    else this.#crowd?.leave(this);
  }

  /** Why the connection would be refused if it were open now. */
  #refusalNow({ placeLimits }: Entrant, address: string): Refusal | null {
    const trouble = this.#crowd?.trouble ?? '';
    if (trouble !== '') return refuseFor(503, trouble);
    return this.#admissions?.hasAllOpen(address, placeLimits) === true ? refuseFor(429, TOO_MANY_OPEN) : null;
  }

  #enter({ placeLimits }: Entrant, address: string): boolean {
    this.address = address;
    this.#holding = this.#admissions?.enter(this, address, placeLimits) ?? null;
    return this.#holding !== null;
  }

  #leaveQueue(): void {
    if (this.#holding !== null) this.#admissions?.leave(this.#holding);
    this.#holding = null;
  }
}

/** A refusal whose report, if any, was made already. */
function refuseFor(status: 429 | 503, text: string): Refusal {
  return { ...refuse(status, text), fault: '' };
}

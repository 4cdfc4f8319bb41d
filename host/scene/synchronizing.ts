// States of nodes: those of this side go to peers at their intervals, those of peers are set here.
import { printError } from '../binding/error-handler.js';
import { OK } from '../binding/errors.js';
import { MultiplayerPeer } from '../godot4/multiplayer/multiplayer-peer.js';
import type { NodeHost } from '../godot4/multiplayer/node-side.js';
import { ByteWriter } from '../variant/byte-writer.js';
import { readCompressed, writeCompressed } from '../variant/compressed.js';
import { MultiplayerSynchronizer, STATE } from './multiplayer-synchronizer.js';
import { IS_OFFSET } from './node-packets.js';
import type { NodePaths } from './node-paths.js';
import type { Property } from './property-path.js';
import {
  ALL,
  beginDelta,
  beginSync,
  headerOf,
  isDelta,
  readEntries,
  type StateEntry,
  sizeOf,
  timeOf,
  writeEntry,
} from './replication-packets.js';
import type { PeerNodes, SpawnedNode, Synchronized, TrackedNodes, Watched } from './tracked-nodes.js';

const { TRANSFER_MODE_RELIABLE, TRANSFER_MODE_UNRELIABLE } = MultiplayerPeer;
const NO_VALUES = new Uint8Array(0);
/** Most properties that a mask has room for. */
const MOST_WATCHED = 64;
const TIMES = 0x1_0000;

const packetWriter = new ByteWriter();
const valueWriter = new ByteWriter();

const isPrimitive = (value: unknown): boolean =>
  value === null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export class Synchronizing {
  readonly #host: NodeHost;
  readonly #paths: NodePaths;
  readonly #tracked: TrackedNodes;
  /** Counts looks at properties that are watched. */
  #look = 0;
  /** States of this poll, by their synchronizers: encoded once for all peers. */
  readonly #states = new Map<Synchronized, Uint8Array>();

  constructor(host: NodeHost, paths: NodePaths, tracked: TrackedNodes) {
    this.#host = host;
    this.#paths = paths;
    this.#tracked = tracked;
  }

  /** Sends what is due at `now`, in milliseconds. */
  send(now: number): void {
    const here = this.#host.sender.peer?.get_unique_id();
    const own: Synchronized[] = [];
    for (const one of this.#tracked.synchronized.values()) {
      if (one.synchronizer.get_multiplayer_authority() === here) own.push(one);
    }
    if (own.length === 0) return;
    this.#states.clear();
    for (const id of this.#host.sender.connected) this.#sendTo(id, own, now);
  }

  #sendTo(id: number, own: readonly Synchronized[], now: number): void {
    const peer = this.#tracked.peer(id);
    const states: StateEntry[] = [];
    const changes: StateEntry[] = [];
    let hasAny = false;
    for (const one of own) {
      if (!one.synchronizer[STATE].isVisibleTo(id)) continue;
      const isDue = this.#isDue(one, now);
      const isWatchDue = this.#isWatchDue(one, now);
      const number = this.#numberFor(one, id, peer);
      if (number === 0) continue;
      hasAny = true;
      if (isDue) this.#addStates(one, number, states);
      if (isWatchDue) this.#addChanges(one, number, peer, changes);
    }
    if (!hasAny) return;
    peer.time = (peer.time + 1) % TIMES;
    this.#sendEntries(id, states, false, peer.time);
    this.#sendEntries(id, changes, true, 0);
  }

  /** What the peer calls the synchronizer; 0 while it does not know it. */
  #numberFor(one: Synchronized, id: number, peer: PeerNodes): number {
    const spawned = this.#spawnedAbove(one);
    if (spawned !== null) return one.id !== 0 && peer.spawned.has(spawned) ? one.id : 0;
    const numbered = this.#paths.introduce(one.synchronizer, [id]);
    return numbered.peers.get(id) === 'confirmed' ? IS_OFFSET + numbered.id : 0;
  }

  #spawnedAbove({ root, id }: Synchronized): SpawnedNode | null {
    if (this.#tracked.spawned.size === 0) return null;
    for (let at: typeof root | null = root; at !== null; at = at.get_parent()) {
      const spawned = this.#tracked.spawned.get(at);
      // One that came into the tree, or to this side, after the spawn is named by its path.
      if (spawned !== undefined) return spawned.id !== 0 && id === 0 ? null : spawned;
    }
    return null;
  }

  /** Whether the interval is over; once in a poll, the same for all peers. */
  #isDue(one: Synchronized, now: number): boolean {
    if (one.lookedAt === now) return true;
    if (now < one.lookedAt + one.synchronizer.replication_interval * 1000) return false;
    one.lookedAt = now;
    return true;
  }

  #isWatchDue(one: Synchronized, now: number): boolean {
    if (one.watchedAt === now) return true;
    if (now < one.watchedAt + one.synchronizer.delta_interval * 1000) return false;
    one.watchedAt = now;
    this.#look += 1;
    if (one.watched !== null) this.#watch(one);
    return true;
  }

  #addStates(one: Synchronized, synchronizer: number, states: StateEntry[]): void {
    const always = one.synchronizer[STATE].properties()?.always ?? [];
    if (always.length === 0) return;
    let values = this.#states.get(one);
    if (values === undefined) {
      valueWriter.reset();
      values = always.every((property) => this.#write(property, one)) ? valueWriter.take() : NO_VALUES;
      this.#states.set(one, values);
    }
    if (values.length > 0) states.push({ synchronizer, mask: ALL, values });
  }

  #addChanges(one: Synchronized, synchronizer: number, peer: PeerNodes, changes: StateEntry[]): void {
    const onChange = one.synchronizer[STATE].properties()?.onChange ?? [];
    if (onChange.length === 0) return;
    if (one.watched === null) this.#watch(one);
    const sentAt = peer.sentAt.get(one) ?? -1;
    let mask = 0n;
    valueWriter.reset();
    for (const [i, { bytes, changedAt }] of (one.watched ?? []).entries()) {
      if (changedAt <= sentAt || bytes === null) continue;
      mask |= 1n << BigInt(i);
      valueWriter.raw(bytes);
    }
    peer.sentAt.set(one, this.#look);
    if (mask !== 0n) changes.push({ synchronizer, mask, values: valueWriter.take() });
  }

  /** Looks at the watched properties of `one`. */
  #watch(one: Synchronized): void {
    const onChange = one.synchronizer[STATE].properties()?.onChange.slice(0, MOST_WATCHED) ?? [];
    const watched = one.watched ?? onChange.map((): Watched => ({ value: undefined, bytes: null, changedAt: -1 }));
    one.watched = watched;
    for (const [i, property] of onChange.entries()) this.#compare(property, watched[i] as Watched, one);
  }

  #compare(property: Property, last: Watched, one: Synchronized): void {
    const value = property.get();
    if (isPrimitive(value) && Object.is(value, last.value)) return;
    valueWriter.reset();
    if (!this.#write(property, one)) return;
    const bytes = valueWriter.take();
    if (last.bytes === null || !areEqual(bytes, last.bytes)) {
      last.bytes = bytes;
      last.changedAt = this.#look;
    }
    last.value = isPrimitive(value) ? value : undefined;
  }

  #write(property: Property, { synchronizer }: Synchronized): boolean {
    const reason = writeCompressed(valueWriter, property.get(), this.#host.allowsObjects);
    if (reason !== null) printError(`${synchronizer.get_path()}: a property can't be sent: ${reason}`, synchronizer);
    return reason === null;
  }

  /** Sends entries in as few packets as the limits allow. */
  #sendEntries(id: number, entries: readonly StateEntry[], delta: boolean, time: number): void {
    if (entries.length === 0) return;
    const most = delta ? this.#host.maxDeltaPacketSize : this.#host.maxSyncPacketSize;
    const begin = (): void => {
      packetWriter.reset();
      if (delta) beginDelta(packetWriter);
      else beginSync(packetWriter, time);
    };
    const { peer } = this.#host.sender;
    peer?.set_transfer_mode(delta ? TRANSFER_MODE_RELIABLE : TRANSFER_MODE_UNRELIABLE);
    peer?.set_transfer_channel(0);
    const flush = (): void => {
      if (packetWriter.at > headerOf(delta)) this.#paths.sendToEach([id], packetWriter.take());
    };
    begin();
    for (const entry of entries) {
      if (headerOf(delta) + sizeOf(entry) > most) {
        this.#tellOfLarge(entry, delta, most);
        continue;
      }
      if (packetWriter.at + sizeOf(entry) > most) {
        flush();
        begin();
      }
      writeEntry(packetWriter, entry);
    }
    flush();
  }

  #tellOfLarge(entry: StateEntry, delta: boolean, most: number): void {
    const limit = delta ? 'max_delta_packet_size' : 'max_sync_packet_size';
    printError(`a state of ${sizeOf(entry)} bytes is not sent (${limit} ${most})`, this.#host.api);
  }

  /** Handles states of `source`. */
  receive(source: number, packet: Uint8Array): void {
    const entries = packet.length < headerOf(isDelta(packet)) ? null : readEntries(packet);
    if (entries === null) {
      this.#host.isBad(source, `states of peer ${source} are malformed`);
      return;
    }
    const time = isDelta(packet) ? -1 : timeOf(packet);
    for (const entry of entries) {
      const problem = this.#set(source, entry, time);
      if (problem !== null) this.#host.mention(source, `a state of peer ${source} is dropped: ${problem}`);
    }
  }

  #set(source: number, entry: StateEntry, time: number): string | null {
    const one = this.#find(source, entry.synchronizer);
    // Of a node that the peer has not heard of leaving yet: as the engine, silent for what is sent all the time.
    if (one === null) return time >= 0 ? null : `number ${entry.synchronizer} is no MultiplayerSynchronizer here`;
    const { synchronizer } = one;
    const authority = synchronizer.get_multiplayer_authority();
    if (authority !== source) return `the authority of ${synchronizer.get_path()} is ${authority}`;
    const properties = synchronizer[STATE].properties();
    if (properties === null) return `${synchronizer.get_path()} has no replication_config`;
    const isChange = entry.mask !== ALL;
    if (!isChange && !this.#isNewer(one, time)) return null;
    const wanted = isChange
      ? properties.onChange.filter((_, i) => (entry.mask & (1n << BigInt(i))) !== 0n)
      : properties.always;
    const problem = this.#apply(wanted, entry.values);
    if (problem !== null) return `${synchronizer.get_path()}: ${problem}`;
    synchronizer.emit_signal(isChange ? 'delta_synchronized' : 'synchronized');
    return null;
  }

  /** Whether states of `time` are newer than the last; times wrap around. */
  #isNewer(one: Synchronized, time: number): boolean {
    if (one.heardAt >= 0 && (time - one.heardAt + TIMES) % TIMES >= TIMES / 2) return false;
    one.heardAt = time;
    return true;
  }

  #find(source: number, number: number): Synchronized | null {
    if (number < IS_OFFSET) return this.#tracked.peers.get(source)?.synchronizers.get(number) ?? null;
    const node = this.#paths.theirNode(source, number - IS_OFFSET);
    return node instanceof MultiplayerSynchronizer ? (this.#tracked.synchronized.get(node) ?? null) : null;
  }

  #apply(properties: readonly Property[], bytes: Uint8Array): string | null {
    const options = { allowObjects: this.#host.allowsObjects };
    const values: unknown[] = [];
    let at = 0;
    for (let i = 0; i < properties.length; i += 1) {
      const { error, value, size, reason } = readCompressed(bytes, at, options);
      if (error !== OK) return `property ${i} does not decode: ${reason}`;
      values.push(value);
      at += size;
    }
    for (const [i, property] of properties.entries()) property.set(values[i]);
    return null;
  }
}

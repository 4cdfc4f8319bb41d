// Sending states: properties of nodes of this side go to the peers that see them, at their intervals. What several peers
// see alike is encoded and put into packets once.
import { printError } from '../binding/error-handler.js';
import { textOfThrown } from '../binding/thrown.js';
import { ownedCopy } from '../bytes.js';
import { MultiplayerPeer } from '../godot4/multiplayer/multiplayer-peer.js';
import type { NodeHost } from '../godot4/multiplayer/node-side.js';
import { ByteWriter } from '../variant/byte-writer.js';
import { writeCompressed } from '../variant/compressed.js';
import type { Audience } from './audience.js';
import { type Properties, STATE } from './multiplayer-synchronizer.js';
import type { NodePaths } from './node-paths.js';
import type { Property } from './property-path.js';
import { MOST_WATCHED, setTime, TIMES } from './replication-packets.js';
import { StatePackets } from './state-packets.js';
import type { Known, PeerNodes, Synchronized, TrackedNodes, Watched } from './tracked-nodes.js';

const { TRANSFER_MODE_RELIABLE, TRANSFER_MODE_UNRELIABLE } = MultiplayerPeer;
const MS = 1000;

const isPrimitive = (value: unknown): boolean =>
  value === null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

/** Adds `id` to the ids at `key`. */
function group(groups: Map<number, number[]>, key: number, id: number): void {
  const ids = groups.get(key);
  if (ids === undefined) groups.set(key, [id]);
  else ids.push(id);
}

export class Synchronizing {
  readonly #host: NodeHost;
  readonly #paths: NodePaths;
  readonly #tracked: TrackedNodes;
  readonly #audience: Audience;
  readonly #writer = new ByteWriter();
  readonly #packets = new StatePackets();
  #poll = 0;
  /** Peers of this poll by what they see. */
  readonly #groups = new Map<readonly Known[], PeerNodes[]>();

  constructor(host: NodeHost, paths: NodePaths, tracked: TrackedNodes, audience: Audience) {
    this.#host = host;
    this.#paths = paths;
    this.#tracked = tracked;
    this.#audience = audience;
  }

  /** Sends what is due at `now`, in milliseconds. */
  send(now: number): void {
    this.#poll += 1;
    this.#groups.clear();
    let isAnyWaiting = false;
    for (const id of this.#host.sender.connected) {
      const peer = this.#tracked.peer(id);
      const list = this.#audience.listOf(peer);
      if (peer.visible.size > 0) peer.time = (peer.time + 1) % TIMES;
      if (peer.waiting.length > 0) isAnyWaiting = true;
      if (list.length === 0) continue;
      const peers = this.#groups.get(list);
      if (peers === undefined) this.#groups.set(list, [peer]);
      else peers.push(peer);
    }
    for (const [list, peers] of this.#groups) this.#sendList(list, peers, now);
    if (isAnyWaiting) this.#passTime(now);
  }

  /** Intervals go on, as in the engine, for those that nobody knows yet. */
  #passTime(now: number): void {
    for (const { waiting } of this.#tracked.peers.values()) {
      for (const one of waiting) {
        if (one.poll === this.#poll) continue;
        if (now >= one.lookedAt + one.synchronizer.replication_interval * MS) one.lookedAt = now;
      }
    }
  }

  #sendList(list: readonly Known[], peers: readonly PeerNodes[], now: number): void {
    let hasStates = false;
    let changedAt = -1;
    const isAnyFresh = peers.some(({ isFresh }) => isFresh);
    for (const { one } of list) {
      if (one.poll !== this.#poll) this.#look(one, now);
      // A newcomer has later states from the spawn than what was watched last.
      if (isAnyFresh && one.watchedIn !== this.#poll) this.#watchNow(one, now);
      if (one.bytes !== null) hasStates = true;
      if (one.changedAt > changedAt) changedAt = one.changedAt;
    }
    if (hasStates) this.#sendStates(list, peers);
    this.#sendChanges(list, peers, changedAt);
  }

  /** Looks at the properties of `one` whose interval is over. */
  #look(one: Synchronized, now: number): void {
    one.poll = this.#poll;
    one.bytes = null;
    const { synchronizer } = one;
    const properties = synchronizer[STATE].properties();
    if (properties === null) return;
    if (now >= one.lookedAt + synchronizer.replication_interval * MS) {
      one.lookedAt = now;
      this.#tell(one, 'states', this.#encode(one, properties));
    }
    if (one.watchedOf !== properties || now >= one.watchedAt + synchronizer.delta_interval * MS) {
      this.#watchNow(one, now);
    }
  }

  /** Looks at the properties that are watched; `delta_interval` counts from the last change, as in the engine. */
  #watchNow(one: Synchronized, now: number): void {
    one.watchedIn = this.#poll;
    const properties = one.synchronizer[STATE].properties();
    if (properties === null || properties.onChange.length === 0) return;
    if (one.watchedOf !== properties) this.#watch(one, properties);
    this.#tell(one, 'changes', this.#compare(one, properties.onChange));
    if (one.changedAt === this.#poll) one.watchedAt = now;
  }

  /** Reports what keeps states or changes of `one` from being sent, once until it has changed. */
  #tell(one: Synchronized, what: keyof Synchronized['trouble'], trouble: string): void {
    if (trouble !== '' && trouble !== one.trouble[what]) {
      printError(`${one.synchronizer.get_path()}: ${trouble}; it is not sent`, one.synchronizer);
    }
    one.trouble[what] = trouble;
  }

  #encode(one: Synchronized, { always }: Properties): string {
    if (always.length === 0) return '';
    this.#writer.reset();
    for (const property of always) {
      const trouble = this.#write(property);
      if (trouble !== '') return trouble;
    }
    const { maxSyncPacketSize } = this.#host;
    const size = this.#writer.at;
    if (size > maxSyncPacketSize) return `its states are too large (max_sync_packet_size ${maxSyncPacketSize})`;
    one.bytes = this.#writer.take();
    return '';
  }

  /** Writes the value of `property`; returns why it can't be sent, or ''. */
  #write(property: Property): string {
    try {
      const reason = writeCompressed(this.#writer, property.get(), this.#host.allowsObjects);
      return reason === null ? '' : `"${property.path}" can't be sent: ${reason}`;
    } catch (error) {
      return `"${property.path}" can't be sent: ${textOfThrown(error, 'message')}`;
    }
  }

  /** Watches `properties`; what was watched at the same place before is known already. */
  #watch(one: Synchronized, properties: Properties): void {
    const before = one.watchedOf?.root === properties.root ? (one.watched ?? []) : [];
    one.watched = properties.onChange.slice(0, MOST_WATCHED).map(({ path }, i): Watched => {
      const known = before[i];
      return known?.path === path ? known : { path, value: undefined, bytes: null, changedAt: -1 };
    });
    one.watchedOf = properties;
  }

  #compare(one: Synchronized, properties: readonly Property[]): string {
    const watched = one.watched ?? [];
    const { length } = properties;
    let trouble = length > MOST_WATCHED ? `property ${MOST_WATCHED + 1} of ${length} that are sent on change` : '';
    for (let i = 0; i < watched.length; i += 1) {
      const last = watched[i] as Watched;
      trouble = this.#compareOne(properties[i] as Property, last) || trouble;
      if (last.changedAt > one.changedAt) one.changedAt = last.changedAt;
    }
    return trouble;
  }

  #compareOne(property: Property, last: Watched): string {
    const value = property.peek();
    if (last.bytes !== null && isPrimitive(value) && Object.is(value, last.value)) return '';
    this.#writer.reset();
    const trouble = this.#write(property);
    if (trouble !== '') return trouble;
    const bytes = this.#writer.take();
    if (last.bytes === null || !areEqual(bytes, last.bytes)) {
      last.bytes = bytes;
      last.changedAt = this.#poll;
    }
    last.value = isPrimitive(value) ? value : undefined;
    return '';
  }

  #sendStates(list: readonly Known[], peers: readonly PeerNodes[]): void {
    this.#packets.begin(false, this.#host.maxSyncPacketSize);
    for (const { one, number } of list) if (one.bytes !== null) this.#packets.addState(number, one.bytes);
    const packets = this.#packets.take();
    const byTime = new Map<number, number[]>();
    for (const { time, id } of peers) group(byTime, time, id);
    let isUsed = false;
    for (const [time, ids] of byTime) {
      for (const packet of packets) {
        const own = isUsed ? ownedCopy(packet) : packet;
        setTime(own, time);
        this.#send(ids, own, TRANSFER_MODE_UNRELIABLE);
      }
      isUsed = true;
    }
  }

  #sendChanges(list: readonly Known[], peers: readonly PeerNodes[], changedAt: number): void {
    const bySince = new Map<number, number[]>();
    for (const peer of peers) {
      if (peer.isFresh) this.#sendChangesTo(peer, list);
      else if (peer.upTo < changedAt) group(bySince, peer.upTo, peer.id);
      peer.upTo = this.#poll;
    }
    for (const [since, ids] of bySince) {
      this.#packets.begin(true, this.#host.maxDeltaPacketSize);
      for (const known of list) {
        if (known.one.changedAt <= since) continue;
        const size = this.#packets.addChanges(known, since);
        if (size > 0) this.#keepBack(known, ids, size);
      }
      for (const packet of this.#packets.take()) this.#send(ids, packet, TRANSFER_MODE_RELIABLE);
    }
  }

  /** Sends the changes to a peer that has not had all of them. */
  #sendChangesTo(peer: PeerNodes, list: readonly Known[]): void {
    peer.isFresh = false;
    this.#packets.begin(true, this.#host.maxDeltaPacketSize);
    for (const known of list) {
      const since = peer.had.has(known) ? peer.upTo : -1;
      peer.had.add(known);
      if (known.one.changedAt <= since) continue;
      const size = this.#packets.addChanges(known, since);
      if (size > 0) this.#keepBack(known, [peer.id], size);
      else known.one.trouble.size = '';
    }
    for (const packet of this.#packets.take()) this.#send([peer.id], packet, TRANSFER_MODE_RELIABLE);
  }

  /** Changes of `known` are too large: everything of it goes to the peers once it fits. */
  #keepBack(known: Known, ids: readonly number[], size: number): void {
    const limit = `max_delta_packet_size ${this.#host.maxDeltaPacketSize}`;
    this.#tell(known.one, 'size', `its changes of ${size} bytes are too large (${limit})`);
    for (const id of ids) {
      const peer = this.#tracked.peers.get(id);
      peer?.had.delete(known);
      if (peer !== undefined) peer.isFresh = true;
    }
  }

  #send(ids: readonly number[], packet: Uint8Array, mode: MultiplayerPeer.TransferMode): void {
    const { peer } = this.#host.sender;
    peer?.set_transfer_mode(mode);
    peer?.set_transfer_channel(0);
    this.#paths.sendToEach(ids, packet);
  }
}

// Spawning: nodes of this side that appear and disappear at peers, and nodes of peers that do so here.
import { printError } from '../binding/error-handler.js';
import { OK } from '../binding/errors.js';
import { MultiplayerPeer } from '../godot4/multiplayer/multiplayer-peer.js';
import type { NodeHost } from '../godot4/multiplayer/node-side.js';
import { ByteWriter } from '../variant/byte-writer.js';
import { decodeVariant, encodeVariant } from '../variant/codec.js';
import { readCompressed, writeCompressed } from '../variant/compressed.js';
import { CUSTOM, MAKE, MultiplayerSpawner, SPAWNED } from './multiplayer-spawner.js';
import { STATE } from './multiplayer-synchronizer.js';
import type { Node } from './node.js';
import { validName } from './node-names.js';
import type { NodePaths } from './node-paths.js';
import { beginSpawn, readDespawn, readSpawn, type Spawn, writeDespawn } from './replication-packets.js';
import type { SpawnedNode, Synchronized, TrackedNodes } from './tracked-nodes.js';
import { EXACT_NAME } from './tree.js';

/** A spawn that is being handled: synchronizers that enter the tree meanwhile take their numbers and states from it. */
interface Arrival {
  readonly source: number;
  readonly node: Node;
  readonly numbers: number[];
  readonly packet: Uint8Array;
  at: number;
}

const writer = new ByteWriter();

export class Spawning {
  readonly #host: NodeHost;
  readonly #paths: NodePaths;
  readonly #tracked: TrackedNodes;
  #arrival: Arrival | null = null;

  constructor(host: NodeHost, paths: NodePaths, tracked: TrackedNodes) {
    this.#host = host;
    this.#paths = paths;
    this.#tracked = tracked;
  }

  /** `node` of ours is ready: it appears at all peers that may see it. */
  add(node: Node, spawner: MultiplayerSpawner): void {
    if (this.#tracked.spawned.has(node) || this.#arrival?.node === node) return;
    const spawned = { node, spawner, id: 0 };
    this.#tracked.spawned.set(node, spawned);
    for (const peer of this.#host.sender.connected) this.show(spawned, peer);
  }

  /** `node` of ours leaves the tree: it disappears at all peers. */
  remove(node: Node): void {
    const spawned = this.#tracked.spawned.get(node);
    if (spawned === undefined) return;
    this.#tracked.spawned.delete(node);
    const targets = [...this.#tracked.peers].filter(([, peer]) => peer.spawned.delete(spawned)).map(([id]) => id);
    if (targets.length === 0) return;
    writer.reset();
    writeDespawn(writer, spawned.id);
    this.#send(targets, writer.take());
  }

  /** Shows a node to `peer`, or hides it, as its synchronizers say. */
  show(spawned: SpawnedNode, peer: number): void {
    const has = this.#tracked.peer(peer).spawned;
    const isVisible = this.#isVisible(spawned, peer);
    if (isVisible === has.has(spawned)) return;
    if (isVisible) {
      if (this.#spawn(spawned, peer)) has.add(spawned);
      return;
    }
    has.delete(spawned);
    writer.reset();
    writeDespawn(writer, spawned.id);
    this.#send([peer], writer.take());
  }

  #isVisible({ node, spawner }: SpawnedNode, peer: number): boolean {
    if (!this.#isOurs(spawner)) return false;
    return this.#own(node).every(({ synchronizer }) => synchronizer[STATE].isVisibleTo(peer));
  }

  #isOurs(node: Node): boolean {
    return node.get_multiplayer_authority() === this.#host.sender.peer?.get_unique_id();
  }

  /** Synchronizers of the node that this side is the authority of. */
  #own(node: Node): Synchronized[] {
    return this.#tracked.below(node).filter(({ synchronizer }) => this.#isOurs(synchronizer));
  }

  #spawn(spawned: SpawnedNode, peer: number): boolean {
    const { node, spawner } = spawned;
    const how = spawner[SPAWNED](node);
    if (how === undefined) return false;
    const own = this.#own(node);
    if (spawned.id === 0) spawned.id = this.#tracked.nextId();
    for (const one of own) if (one.id === 0) one.id = this.#tracked.nextId();
    const numbered = this.#paths.introduce(spawner, [peer]);
    writer.reset();
    const synchronizers = own.map(({ id }) => id);
    const name = node.name;
    beginSpawn(writer, { scene: how.scene, spawner: numbered.id, node: spawned.id, synchronizers, name });
    if (how.scene === CUSTOM && !this.#writeArgument(how.argument, spawner)) return false;
    for (const { synchronizer } of own) {
      for (const property of synchronizer[STATE].properties()?.spawn ?? []) {
        const reason = writeCompressed(writer, property.get(), this.#host.allowsObjects);
        if (reason === null) continue;
        printError(`"${name}" can't be spawned at peer ${peer}: a property can't be sent: ${reason}`, node);
        return false;
      }
    }
    this.#send([peer], writer.take());
    return true;
  }

  #writeArgument(argument: unknown, spawner: MultiplayerSpawner): boolean {
    const { error, bytes, reason } = encodeVariant(4, argument, { fullObjects: this.#host.allowsObjects });
    if (error !== OK) printError(`spawn: the argument can't be sent: ${reason}`, spawner);
    writer.u32(bytes.length);
    writer.raw(bytes);
    return error === OK;
  }

  #send(targets: readonly number[], packet: Uint8Array): void {
    const { peer } = this.#host.sender;
    peer?.set_transfer_mode(MultiplayerPeer.TRANSFER_MODE_RELIABLE);
    peer?.set_transfer_channel(0);
    this.#paths.sendToEach(targets, packet);
  }

  /** Everything that a newcomer may see appears there. */
  showAll(peer: number): void {
    for (const spawned of this.#tracked.spawned.values()) this.show(spawned, peer);
  }

  /** Handles a spawn of `source`. */
  receiveSpawn(source: number, packet: Uint8Array): void {
    const spawn = readSpawn(packet);
    if (spawn === null) {
      this.#host.isBad(source, `a spawn of peer ${source} is malformed`);
      return;
    }
    const problem = this.#appear(source, spawn, packet);
    if (problem !== null) this.#host.mention(source, `a spawn of peer ${source} is dropped: ${problem}`);
  }

  #appear(source: number, spawn: Spawn & { readonly at: number }, packet: Uint8Array): string | null {
    const spawner = this.#paths.theirNode(source, spawn.spawner);
    const { nodes } = this.#tracked.peer(source);
    if (!(spawner instanceof MultiplayerSpawner)) return `number ${spawn.spawner} is no MultiplayerSpawner here`;
    const authority = spawner.get_multiplayer_authority();
    if (source !== authority) return `the authority of ${spawner.get_path()} is ${authority}`;
    if (nodes.has(spawn.node)) return `its number ${spawn.node} is in use`;
    const { maxCachedPaths } = this.#host;
    if (nodes.size >= maxCachedPaths) return `it has ${nodes.size} nodes here already (max_cached_paths)`;
    const { name } = spawn;
    if (name !== validName(name) && !name.startsWith('@')) return `"${name}" is no name of a node`;
    let { at } = spawn;
    let argument: unknown = null;
    if (spawn.scene === CUSTOM) {
      const end =
        at + 4 <= packet.length ? at + 4 + new DataView(packet.buffer, packet.byteOffset).getUint32(at, true) : -1;
      if (end < 0 || end > packet.length) return 'its argument is cut short';
      const decoded = decodeVariant(4, packet.subarray(at + 4, end), { allowObjects: this.#host.allowsObjects });
      if (decoded.error !== OK) return `its argument does not decode: ${decoded.reason}`;
      argument = decoded.value;
      at = end;
    }
    const made = spawner[MAKE](spawn.scene, argument);
    if (made === null) return `${spawner.get_path()} can't make it`;
    const { node, parent } = made;
    if (parent.has_node(name)) return `there is a "${name}" below ${parent.get_path()} already`;
    node[EXACT_NAME](name);
    nodes.set(spawn.node, { node, spawner });
    const outer = this.#arrival;
    this.#arrival = { source, node, numbers: [...spawn.synchronizers], packet, at };
    parent.add_child(node);
    this.#arrival = outer;
    spawner.emit_signal('spawned', node);
    return null;
  }

  /** A synchronizer has entered the tree: the spawn that brings it has its number and its states. */
  accompany(one: Synchronized): void {
    const arrival = this.#arrival;
    if (arrival === null || (one.root !== arrival.node && !arrival.node.is_ancestor_of(one.root))) return;
    if (one.synchronizer.get_multiplayer_authority() !== arrival.source) return;
    const id = arrival.numbers.shift();
    if (id === undefined) return;
    this.#tracked.peer(arrival.source).synchronizers.set(id, one);
    for (const property of one.synchronizer[STATE].properties()?.spawn ?? []) {
      const { error, value, size, reason } = readCompressed(arrival.packet, arrival.at, {
        allowObjects: this.#host.allowsObjects,
      });
      if (error !== OK) {
        this.#host.mention(arrival.source, `a state of a spawn of peer ${arrival.source} does not decode: ${reason}`);
        return;
      }
      arrival.at += size;
      property.set(value);
    }
  }

  /** Handles a despawn of `source`. */
  receiveDespawn(source: number, packet: Uint8Array): void {
    const id = readDespawn(packet);
    const found = id === null ? undefined : this.#tracked.peer(source).nodes.get(id);
    if (id === null) this.#host.isBad(source, `a despawn of peer ${source} is malformed`);
    else if (found === undefined) this.#host.mention(source, `peer ${source} despawns what it has not spawned: ${id}`);
    else if (found.spawner.get_multiplayer_authority() !== source) {
      this.#host.mention(source, `peer ${source} is not the authority of ${found.spawner.get_path()} any more`);
    } else {
      this.#tracked.peer(source).nodes.delete(id);
      found.spawner.emit_signal('despawned', found.node);
      found.node.free();
    }
  }

  /** `peer` has gone: what it has spawned here disappears. */
  forgetPeer(peer: number): void {
    const gone = this.#tracked.peers.get(peer);
    this.#tracked.peers.delete(peer);
    for (const { node } of gone?.nodes.values() ?? []) node.queue_free();
  }
}

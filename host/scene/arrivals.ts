// Nodes that peers spawn here, and that disappear again.
import { OK } from '../binding/errors.js';
import type { NodeHost } from '../godot4/multiplayer/node-side.js';
import { decodeVariant } from '../variant/codec.js';
import { readCompressed } from '../variant/compressed.js';
import { CUSTOM, MAKE, MultiplayerSpawner } from './multiplayer-spawner.js';
import { STATE } from './multiplayer-synchronizer.js';
import type { Node } from './node.js';
import { validName } from './node-names.js';
import type { NodePaths } from './node-paths.js';
import { type ReceivedSpawn, readDespawn, readSpawn } from './replication-packets.js';
import { setAll } from './state-arrivals.js';
import type { Arrived, Synchronized, TrackedNodes } from './tracked-nodes.js';
import { EXACT_NAME } from './tree.js';

/** A spawn that is being handled: synchronizers that enter the tree meanwhile take their numbers and states from it. */
interface Arrival {
  readonly source: number;
  readonly node: Node;
  readonly numbers: number[];
  readonly packet: Uint8Array;
  at: number;
}

export class Arrivals {
  readonly #host: NodeHost;
  readonly #paths: NodePaths;
  readonly #tracked: TrackedNodes;
  #arrival: Arrival | null = null;

  constructor(host: NodeHost, paths: NodePaths, tracked: TrackedNodes) {
    this.#host = host;
    this.#paths = paths;
    this.#tracked = tracked;
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

  #appear(source: number, spawn: ReceivedSpawn, packet: Uint8Array): string | null {
    const spawner = this.#paths.theirNode(source, spawn.spawner);
    if (!(spawner instanceof MultiplayerSpawner)) return `number ${spawn.spawner} is no MultiplayerSpawner here`;
    const problem = this.#problemOf(source, spawn, spawner);
    if (problem !== null) return problem;
    const argument = spawn.scene === CUSTOM ? this.#argumentOf(spawn, packet) : { value: null, at: spawn.at };
    if (typeof argument === 'string') return argument;
    const made = spawner[MAKE](spawn.scene, argument.value);
    if (typeof made === 'string') return `${spawner.get_path()} can't make it: ${made}`;
    const { node, parent } = made;
    if (parent.has_node(spawn.name)) return `there is a "${spawn.name}" below ${parent.get_path()} already`;
    node[EXACT_NAME](spawn.name);
    const peer = this.#tracked.peer(source);
    const arrived = { peer, id: spawn.node, node, spawner };
    peer.nodes.set(spawn.node, arrived);
    this.#tracked.arrived.set(node, arrived);
    const outer = this.#arrival;
    this.#arrival = { source, node, numbers: [...spawn.synchronizers], packet, at: argument.at };
    try {
      parent.add_child(node);
    } finally {
      this.#arrival = outer;
    }
    spawner.emit_signal('spawned', node);
    return null;
  }

  #problemOf(source: number, spawn: ReceivedSpawn, spawner: MultiplayerSpawner): string | null {
    const authority = spawner.get_multiplayer_authority();
    if (source !== authority) return `the authority of ${spawner.get_path()} is ${authority}`;
    const { nodes } = this.#tracked.peer(source);
    if (nodes.has(spawn.node)) return `its number ${spawn.node} is in use`;
    if (nodes.size >= this.#host.maxCachedPaths) return `it has ${nodes.size} nodes here already (max_cached_paths)`;
    if (spawn.name !== validName(spawn.name)) return `"${spawn.name}" is no name of a node`;
    return null;
  }

  /** The argument of a custom spawn, with the place where the states begin; or what is wrong with it. */
  #argumentOf({ at }: ReceivedSpawn, packet: Uint8Array): { value: unknown; at: number } | string {
    const start = at + 4;
    if (start > packet.length) return 'its argument is cut short';
    const end = start + new DataView(packet.buffer, packet.byteOffset).getUint32(at, true);
    if (end > packet.length) return 'its argument is cut short';
    const options = { allowObjects: this.#host.allowsObjects };
    const { error, value, reason } = decodeVariant(4, packet.subarray(start, end), options);
    return error === OK ? { value, at: end } : `its argument does not decode: ${reason}`;
  }

  /** A synchronizer has entered the tree: the spawn that brings it has its number and its states. */
  accompany(one: Synchronized): void {
    const arrival = this.#arrival;
    if (arrival === null || one.root !== arrival.node) return;
    if (one.synchronizer.get_multiplayer_authority() !== arrival.source) return;
    const number = arrival.numbers.shift();
    const peer = this.#tracked.peers.get(arrival.source);
    if (number === undefined || peer === undefined) return;
    peer.synchronizers.set(number, one);
    one.from = { peer, number };
    const problem = this.#setStates(one, arrival);
    if (problem === null) return;
    const path = one.synchronizer.get_path();
    this.#host.mention(arrival.source, `a spawn of peer ${arrival.source} has wrong states for ${path}: ${problem}`);
    arrival.numbers.length = 0;
  }

  #setStates(one: Synchronized, arrival: Arrival): string | null {
    const options = { allowObjects: this.#host.allowsObjects };
    const properties = one.synchronizer[STATE].properties()?.spawn ?? [];
    const values: unknown[] = [];
    for (const { path } of properties) {
      const { error, value, size, reason } = readCompressed(arrival.packet, arrival.at, options);
      if (error !== OK) return `"${path}" does not decode: ${reason}`;
      arrival.at += size;
      values.push(value);
    }
    return setAll(properties, values);
  }

  /** Handles a despawn of `source`. */
  receiveDespawn(source: number, packet: Uint8Array): void {
    const id = readDespawn(packet);
    const found = id === null ? undefined : this.#tracked.peer(source).nodes.get(id);
    if (id === null) this.#host.isBad(source, `a despawn of peer ${source} is malformed`);
    else if (found === undefined) this.#host.mention(source, `peer ${source} despawns what it has not spawned: ${id}`);
    else if (found.spawner.get_multiplayer_authority() !== source) {
      this.#host.mention(source, `peer ${source} is not the authority of ${found.spawner.get_path()} any more`);
    } else this.#disappear(found);
  }

  /** Out of the tree at once, freed at the end of the frame, as in the engine. */
  #disappear({ node, spawner }: Arrived): void {
    this.remove(node);
    node.get_parent()?.remove_child(node);
    node.queue_free();
    spawner.emit_signal('despawned', node);
  }

  /** `node` leaves the tree: its number stands for nothing any more. */
  remove(node: Node): void {
    const arrived = this.#tracked.arrived.get(node);
    if (arrived === undefined) return;
    this.#tracked.arrived.delete(node);
    arrived.peer.nodes.delete(arrived.id);
  }

  /** `peer` has gone: what it has spawned here disappears. */
  forgetPeer(id: number): void {
    const peer = this.#tracked.peers.get(id);
    if (peer === undefined) return;
    this.#tracked.peers.delete(id);
    for (const { node } of [...peer.nodes.values()]) {
      this.#tracked.arrived.delete(node);
      node.queue_free();
    }
  }
}

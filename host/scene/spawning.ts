// Spawning: nodes of this side appear and disappear at the peers that may see them.
import { printError } from '../binding/error-handler.js';
import { OK } from '../binding/errors.js';
import { textOfThrown } from '../binding/thrown.js';
import { MultiplayerPeer } from '../godot4/multiplayer/multiplayer-peer.js';
import type { NodeHost } from '../godot4/multiplayer/node-side.js';
import { ByteWriter } from '../variant/byte-writer.js';
import { encodeVariant } from '../variant/codec.js';
import { writeCompressed } from '../variant/compressed.js';
import type { Audience } from './audience.js';
import { CUSTOM, type MultiplayerSpawner, SPAWNED } from './multiplayer-spawner.js';
import { STATE } from './multiplayer-synchronizer.js';
import type { Node } from './node.js';
import type { NodePaths } from './node-paths.js';
import { beginSpawn, writeDespawn } from './replication-packets.js';
import type { PeerNodes, SpawnedNode, Synchronized, TrackedNodes } from './tracked-nodes.js';

export class Spawning {
  readonly #host: NodeHost;
  readonly #paths: NodePaths;
  readonly #tracked: TrackedNodes;
  readonly #audience: Audience;

  constructor(host: NodeHost, paths: NodePaths, tracked: TrackedNodes, audience: Audience) {
    this.#host = host;
    this.#paths = paths;
    this.#tracked = tracked;
    this.#audience = audience;
  }

  /** `node` of ours is ready: it appears at all peers that may see it. */
  add(node: Node, spawner: MultiplayerSpawner): void {
    const how = spawner[SPAWNED](node);
    if (how === undefined || this.#tracked.spawned.has(node) || this.#tracked.arrived.has(node)) return;
    const argument = how.scene === CUSTOM ? this.#argument(how.argument, spawner) : null;
    if (how.scene === CUSTOM && argument === null) return;
    const spawned = { node, spawner, scene: how.scene, argument, id: 0 };
    this.#tracked.spawned.set(node, spawned);
    this.show(spawned, 0);
  }

  /** The argument of `spawn` in bytes; null, with a message, when it can't be sent. */
  #argument(argument: unknown, spawner: MultiplayerSpawner): Uint8Array | null {
    let trouble: string;
    try {
      const { error, bytes, reason } = encodeVariant(4, argument, { fullObjects: this.#host.allowsObjects });
      if (error === OK) return bytes;
      trouble = reason;
    } catch (error) {
      trouble = textOfThrown(error, 'message');
    }
    printError(`spawn: the argument can't be sent: ${trouble}`, spawner);
    return null;
  }

  /** `node` of ours leaves the tree: it disappears at all peers. */
  remove(node: Node): void {
    const spawned = this.#tracked.spawned.get(node);
    if (spawned === undefined) return;
    this.#tracked.spawned.delete(node);
    const targets: number[] = [];
    for (const peer of this.#tracked.peers.values()) if (peer.spawned.delete(spawned)) targets.push(peer.id);
    if (targets.length > 0) this.#send(targets, despawnOf(spawned));
  }

  /** Shows a node to `peer`, to all for 0, or hides it, as its synchronizers say: one that shows it is enough. */
  show(spawned: SpawnedNode, peer: number): void {
    if (!this.#audience.isOurs(spawned.spawner)) return;
    const own = this.#tracked.of(spawned.node).filter(({ synchronizer }) => this.#audience.isOurs(synchronizer));
    let packet: Uint8Array | null = null;
    for (const id of this.#audience.targets(peer)) {
      const at = this.#tracked.peer(id);
      const isVisible = own.length === 0 || own.some((one) => at.visible.has(one));
      if (isVisible === at.spawned.has(spawned)) continue;
      if (isVisible) {
        packet ??= this.#spawn(spawned, own);
        if (packet === null) return;
        this.#appear(spawned, own, packet, at);
      } else {
        at.spawned.delete(spawned);
        for (const one of own) this.#audience.lose(one, at);
        this.#send([id], despawnOf(spawned));
      }
    }
  }

  #appear(spawned: SpawnedNode, own: readonly Synchronized[], packet: Uint8Array, peer: PeerNodes): void {
    peer.spawned.set(spawned, own);
    for (const one of own) this.#audience.lose(one, peer);
    this.#paths.introduce(spawned.spawner, [peer.id]);
    this.#send([peer.id], packet);
  }

  /** The packet that makes a node appear; null, with a message, when a property can't be sent. */
  #spawn(spawned: SpawnedNode, own: readonly Synchronized[]): Uint8Array | null {
    const { node, spawner, scene, argument } = spawned;
    if (spawned.id === 0) spawned.id = this.#tracked.nextId();
    for (const one of own) if (one.id === 0) one.id = this.#tracked.nextId();
    // A writer of its own: the getter of a property may spawn something else.
    const writer = new ByteWriter();
    const numbers = { scene, spawner: this.#paths.numbered(spawner).id, node: spawned.id };
    beginSpawn(writer, { ...numbers, synchronizers: own.map(({ id }) => id), name: node.name });
    if (argument !== null) {
      writer.u32(argument.length);
      writer.raw(argument);
    }
    for (const { synchronizer } of own) {
      for (const property of synchronizer[STATE].properties()?.spawn ?? []) {
        let trouble: string | null;
        try {
          trouble = writeCompressed(writer, property.get(), this.#host.allowsObjects);
        } catch (error) {
          trouble = textOfThrown(error, 'message');
        }
        if (trouble === null) continue;
        printError(`"${node.name}" is not spawned: "${property.path}" can't be sent: ${trouble}`, synchronizer);
        return null;
      }
    }
    return writer.take();
  }

  #send(targets: readonly number[], packet: Uint8Array): void {
    const { peer } = this.#host.sender;
    peer?.set_transfer_mode(MultiplayerPeer.TRANSFER_MODE_RELIABLE);
    peer?.set_transfer_channel(0);
    this.#paths.sendToEach(targets, packet);
  }

  /** Everything that a newcomer may see appears there. */
  joined(peer: number): void {
    for (const spawned of this.#tracked.spawned.values()) this.show(spawned, peer);
  }
}

function despawnOf({ id }: SpawnedNode): Uint8Array {
  const writer = new ByteWriter();
  writeDespawn(writer, id);
  return writer.take();
}

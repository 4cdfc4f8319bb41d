// A stage for replication: a side with nodes as the engine's own, whose packets are compared with the engine's.
import type { OwnBytes } from '../../host/bytes.js';
import {
  MultiplayerSpawner,
  MultiplayerSynchronizer,
  Node,
  register_scene,
  SceneReplicationConfig,
} from '../../host/scene/index.js';
import { Vector2 } from '../../host/variant/index.js';
import { clock } from './game-clock.js';
import { fromHex } from './raw-peer-frames.js';
import { Side } from './scene-side.js';
import type { TransportEvent } from './scripted-transport.js';

/** A property with its mode: 0 never, 1 always, 2 on change. */
export type Replicated = readonly [path: string, mode: SceneReplicationConfig.ReplicationMode];

export function configOf(...properties: readonly Replicated[]): SceneReplicationConfig {
  const config = new SceneReplicationConfig();
  for (const [path, mode] of properties) {
    config.add_property(path);
    config.property_set_replication_mode(path, mode);
  }
  return config;
}

export function synchronizer(name: string, config: SceneReplicationConfig, root = '..'): MultiplayerSynchronizer {
  const one = new MultiplayerSynchronizer();
  one.name = name;
  one.root_path = root;
  one.replication_config = config;
  return one;
}

export class Thing extends Node {
  position = new Vector2(3, 4);
  hp = 100;
  label = 'x';
  once = 7;
  heat = 1;
}

/** A thing with a synchronizer that sends a property in each way. */
export class Unit extends Thing {
  readonly sync = synchronizer('Sync', configOf(['.:position', 1], ['.:hp', 2], ['.:once', 0], ['.:label', 2]));

  constructor() {
    super();
    this.add_child(this.sync);
  }
}

export const UNIT = 'res://unit.tscn';
register_scene(UNIT, () => new Unit());

/** A side that is polled every two milliseconds, with `World` and spawners for what is below it. */
export class Stage extends Side {
  readonly world: Node;

  constructor(id = 1) {
    super(id, '/root/S');
    const root = new Node();
    this.add('S', root);
    this.world = this.add('World', new Node(), root);
  }

  get root(): Node {
    return this.world.get_parent() as Node;
  }

  spawner(scenes: readonly string[] = [UNIT], name = 'Spawner'): MultiplayerSpawner {
    const spawner = new MultiplayerSpawner();
    spawner.spawn_path = '../World';
    for (const scene of scenes) spawner.add_spawnable_scene(scene);
    return this.add(name, spawner, this.root);
  }

  /** A peer joins or leaves, between two polls. */
  enter(...ids: readonly number[]): void {
    for (const id of ids) {
      this.transport.present.add(id);
      this.transport.emit_signal('peer_connected', id);
    }
  }

  exit(id: number): void {
    this.transport.emit_signal('peer_disconnected', id);
    this.transport.present.delete(id);
  }

  poll(times = 1): void {
    for (let i = 0; i < times; i += 1) {
      clock.advance(2);
      this.api.poll();
    }
  }

  /** Packets of `from` arrive, and are handled by one poll. */
  give(from: number, ...packets: readonly string[]): void {
    this.transport.coming.push(...this.packetsOf(from, ...packets));
    this.api.poll();
  }

  packetsOf(from: number, ...packets: readonly string[]): TransportEvent[] {
    return packets.map((hex) => {
      return { kind: 'packet', id: from, packet: fromHex(hex.replaceAll(' ', '')) as OwnBytes };
    });
  }

  /** `from` has confirmed the paths that this side has numbered so. */
  confirm(from: number, ...numbers: readonly number[]): void {
    for (const number of numbers) this.give(from, confirmation(number));
  }

  override sent(): string[] {
    return super.sent().map((packet) => packet.replace(NO_METHODS, '(no methods)'));
  }
}

/** MD5 of no names, in the packets that number a path. */
const NO_METHODS = Buffer.from('d41d8cd98f00b204e9800998ecf8427e').toString('hex');

export const confirmation = (number: number): string => `0201${word(number)}`;

/** "My number means this path." */
export const pathPacket = (number: number, path: string): string =>
  `01${NO_METHODS}00${word(number)}${Buffer.from(path).toString('hex')}00`;

export function word(number: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes.toString('hex');
}

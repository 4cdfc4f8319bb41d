// Entry point for nodes: calls of their methods at other peers, as Godot's @rpc, and replication. Exports only.
export {
  MultiplayerSpawner,
  type MultiplayerSpawnerSignals,
  type SpawnFunction,
} from './multiplayer-spawner.js';
export {
  MultiplayerSynchronizer,
  type MultiplayerSynchronizerSignals,
  type VisibilityFilter,
} from './multiplayer-synchronizer.js';
export { Node, type NodeSignals } from './node.js';
export type { RpcConfig } from './rpc-config.js';
export { SceneReplicationConfig } from './scene-replication-config.js';
export { SceneTree, type SceneTreeSignals } from './scene-tree.js';
export { instantiate_scene, register_scene } from './scenes.js';

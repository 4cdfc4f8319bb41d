// Entry point for Godot 3's nodes: calls of their methods at other peers, as Godot 3's `remote` and its kin. Exports only.
export { MultiplayerAPI } from './multiplayer-api.js';
export type { MultiplayerAPISignals } from './network-multiplayer.js';
export { Node, type NodeSignals } from './node.js';
export type { RpcDeclaration, RpcMode, RpcRule, RpcWord } from './rpc-modes.js';
export { SceneTree, type SceneTreeSignals } from './scene-tree.js';

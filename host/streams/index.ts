// The entry for WebSockets over streams, in every runtime: the whole protocol on the WebAssembly codec, and what it runs
// over. No statements.
export { type ErrorHandler, type ReportKind, set_error_handler } from '../binding/error-handler.js';
export * from '../binding/errors.js';
export { type Callable, GodotObject } from '../binding/object.js';
export { RefCounted } from '../binding/ref-counted.js';
export { MultiplayerAPI } from '../godot4/multiplayer-api.js';
export { MultiplayerPeer } from '../godot4/multiplayer-peer.js';
export { OfflineMultiplayerPeer } from '../godot4/offline-multiplayer-peer.js';
export { PacketPeer } from '../godot4/packet-peer.js';
export { PacketPeerStream } from '../godot4/packet-peer-stream.js';
export { SceneMultiplayer } from '../godot4/scene-multiplayer.js';
export { StreamPeer } from '../godot4/stream-peer.js';
export { StreamPeerBuffer } from '../godot4/stream-peer-buffer.js';
export { StreamPeerExtension } from '../godot4/stream-peer-extension.js';
export { WebSocketMultiplayerPeer } from '../godot4/web-socket-multiplayer-peer.js';
export { WebSocketPeer } from '../godot4/web-socket-peer.js';
export type { MessagePortLike } from '../transport/message-port.js';
export { MessagePortStream } from './message-port-stream.js';

// Exports of the entry for WebSockets over streams, in every runtime: the whole protocol on the WebAssembly codec.
export {
  type ErrorHandler,
  type Failure,
  type FailureStage,
  type ReportDetail,
  type ReportKind,
  set_error_handler,
} from '../binding/error-handler.js';
export * from '../binding/errors.js';
export { type Callable, GodotObject, type ObjectSignals } from '../binding/object.js';
export { is_instance_valid, RefCounted } from '../binding/ref-counted.js';
export { type Emitted, Signal, type SignalConnection } from '../binding/signal.js';
export { PacketPeer } from '../godot4/io/packet-peer.js';
export { PacketPeerStream } from '../godot4/io/packet-peer-stream.js';
export { StreamPeer } from '../godot4/io/stream-peer.js';
export { StreamPeerBuffer } from '../godot4/io/stream-peer-buffer.js';
export { StreamPeerExtension, type StreamPeerExtensionSignals } from '../godot4/io/stream-peer-extension.js';
export { MultiplayerAPI, type MultiplayerAPISignals } from '../godot4/multiplayer/multiplayer-api.js';
export { MultiplayerPeer, type MultiplayerPeerSignals } from '../godot4/multiplayer/multiplayer-peer.js';
export {
  MultiplayerPeerExtension,
  type MultiplayerPeerExtensionSignals,
} from '../godot4/multiplayer/multiplayer-peer-extension.js';
export { OfflineMultiplayerPeer } from '../godot4/multiplayer/offline-multiplayer-peer.js';
export { SceneMultiplayer, type SceneMultiplayerSignals } from '../godot4/multiplayer/scene-multiplayer.js';
export {
  WebSocketMultiplayerPeer,
  type WebSocketMultiplayerPeerSignals,
} from '../godot4/multiplayer/web-socket-multiplayer-peer.js';
export { set_compatibility_profile } from '../godot4/websocket/compatibility-profile.js';
export { WebSocketPeer, type WebSocketPeerSignals } from '../godot4/websocket/web-socket-peer.js';
export { WebSocketSettings } from '../godot4/websocket/web-socket-settings.js';
export type {
  HandshakeAcceptance,
  HandshakeHook,
  HandshakeRefusal,
  HandshakeRequest,
} from '../protocol/handshake-hook.js';
export type { ProxyHeader } from '../protocol/server-settings.js';
export type { CompatibilityProfile } from '../protocol/settings.js';
export type { MessagePortLike } from '../transport/message-port.js';
export { MessagePortStream } from './message-port-stream.js';

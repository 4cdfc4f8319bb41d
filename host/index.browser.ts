// Public names of the Godot 4 entry in pages and workers: those of index.ts, with the browser's WebSocket under them. No
// statements.
export type { MethodDictionary, PropertyDictionary } from './binding/descriptions.js';
export {
  type ErrorHandler,
  type Failure,
  type FailureStage,
  type ReportDetail,
  type ReportKind,
  set_error_handler,
} from './binding/error-handler.js';
export * from './binding/errors.js';
export { type Callable, GodotObject, type ObjectSignals } from './binding/object.js';
export { is_instance_valid, RefCounted } from './binding/ref-counted.js';
export { type Emitted, Signal, type SignalConnection } from './binding/signal.js';
export { ClassDB } from './godot4/class-db.js';
export { Crypto } from './godot4/crypto/crypto.js';
export { CryptoKey } from './godot4/crypto/crypto-key.js';
export { HashingContext, type HashType } from './godot4/crypto/hashing-context.js';
export { TLSOptions } from './godot4/crypto/tls-options.js';
export { X509Certificate } from './godot4/crypto/x509-certificate.js';
export { PacketPeer } from './godot4/io/packet-peer.js';
export { PacketPeerStream } from './godot4/io/packet-peer-stream.js';
export { Resource, type ResourceSignals } from './godot4/io/resource.js';
export { SocketServer } from './godot4/io/socket-server.js';
export { StreamPeer } from './godot4/io/stream-peer.js';
export { StreamPeerBuffer } from './godot4/io/stream-peer-buffer.js';
export { StreamPeerExtension, type StreamPeerExtensionSignals } from './godot4/io/stream-peer-extension.js';
export { StreamPeerSocket } from './godot4/io/stream-peer-socket.js';
export { StreamPeerTCP } from './godot4/io/stream-peer-tcp.js';
export { StreamPeerTLS, type StreamPeerTLSSignals } from './godot4/io/stream-peer-tls.js';
export { StreamPeerUDS } from './godot4/io/stream-peer-uds.js';
export { TCPServer } from './godot4/io/tcp-server.js';
export { UDSServer } from './godot4/io/uds-server.js';
export { MultiplayerAPI, type MultiplayerAPISignals } from './godot4/multiplayer/multiplayer-api.js';
export { MultiplayerPeer, type MultiplayerPeerSignals } from './godot4/multiplayer/multiplayer-peer.js';
export {
  MultiplayerPeerExtension,
  type MultiplayerPeerExtensionSignals,
} from './godot4/multiplayer/multiplayer-peer-extension.js';
export { OfflineMultiplayerPeer } from './godot4/multiplayer/offline-multiplayer-peer.js';
export { SceneMultiplayer, type SceneMultiplayerSignals } from './godot4/multiplayer/scene-multiplayer.js';
export {
  WebSocketMultiplayerPeer,
  type WebSocketMultiplayerPeerSignals,
} from './godot4/multiplayer/web-socket-multiplayer-peer.js';
export { set_compatibility_profile } from './godot4/websocket/compatibility-profile.js';
export { WebSocketPeer, type WebSocketPeerSignals } from './godot4/websocket/web-socket-peer.js';
export { WebSocketSettings } from './godot4/websocket/web-socket-settings.js';
export type { CompatibilityProfile } from './protocol/settings.js';

// Exports of the Godot 3 entry.
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
export { type Emitted, Signal, type SignalConnection } from '../binding/signal.js';
export { CryptoKey } from '../godot4/crypto/crypto-key.js';
export { X509Certificate } from '../godot4/crypto/x509-certificate.js';
export { Resource, type ResourceSignals } from '../godot4/io/resource.js';
export { WebSocketSettings } from '../godot4/websocket/web-socket-settings.js';
export { bytes2var, var2bytes } from '../variant/functions.js';
export { NetworkedMultiplayerPeer, type NetworkedMultiplayerPeerSignals } from './networked-multiplayer-peer.js';
export { PacketPeer } from './packet-peer.js';
export { Reference } from './reference.js';
export { WebSocketClient, type WebSocketClientSignals } from './web-socket-client.js';
export { WebSocketMultiplayerPeer, type WebSocketMultiplayerPeerSignals } from './web-socket-multiplayer-peer.js';
export { WebSocketPeer } from './web-socket-peer.js';
export { WebSocketServer, type WebSocketServerSignals } from './web-socket-server.js';

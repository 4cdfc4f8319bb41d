// Public names of the Godot 4 entry. No statements.
export { type ErrorHandler, type ReportKind, set_error_handler } from './binding/error-handler.js';
export * from './binding/errors.js';
export { type Callable, GodotObject, RefCounted } from './binding/ref-counted.js';
export { CryptoKey } from './godot4/crypto-key.js';
export { MultiplayerPeer } from './godot4/multiplayer-peer.js';
export { MultiplayerAPI } from './godot4/multiplayer-api.js';
export { PacketPeer } from './godot4/packet-peer.js';
export { SceneMultiplayer } from './godot4/scene-multiplayer.js';
export { SocketServer } from './godot4/socket-server.js';
export { StreamPeer } from './godot4/stream-peer.js';
export { StreamPeerSocket } from './godot4/stream-peer-socket.js';
export { StreamPeerTCP } from './godot4/stream-peer-tcp.js';
export { StreamPeerTLS } from './godot4/stream-peer-tls.js';
export { TCPServer } from './godot4/tcp-server.js';
export { TLSOptions } from './godot4/tls-options.js';
export { WebSocketMultiplayerPeer } from './godot4/web-socket-multiplayer-peer.js';
export { WebSocketPeer } from './godot4/web-socket-peer.js';
export { X509Certificate } from './godot4/x509-certificate.js';

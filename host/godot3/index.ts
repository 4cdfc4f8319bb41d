// Public names of the Godot 3 entry. No statements.
export { type ErrorHandler, type ReportKind, set_error_handler } from '../binding/error-handler.js';
export * from '../binding/errors.js';
export { type Callable, GodotObject } from '../binding/object.js';
export { CryptoKey } from '../godot4/crypto-key.js';
export { Resource } from '../godot4/resource.js';
export { X509Certificate } from '../godot4/x509-certificate.js';
export { bytes2var, var2bytes } from '../variant/functions.js';
export { NetworkedMultiplayerPeer } from './networked-multiplayer-peer.js';
export { PacketPeer } from './packet-peer.js';
export { Reference } from './reference.js';
export { WebSocketClient } from './web-socket-client.js';
export { WebSocketMultiplayerPeer } from './web-socket-multiplayer-peer.js';
export { WebSocketPeer } from './web-socket-peer.js';
export { WebSocketServer } from './web-socket-server.js';

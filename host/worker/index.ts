// The entry for connections that a worker holds while the page is hidden: the page's half and the worker's. No statements.
export {
  type ErrorHandler,
  type Failure,
  type FailureStage,
  type ReportDetail,
  type ReportKind,
  set_error_handler,
} from '../binding/error-handler.js';
export * from '../binding/errors.js';
export { set_compatibility_profile } from '../godot4/websocket/compatibility-profile.js';
export { WebSocketSettings } from '../godot4/websocket/web-socket-settings.js';
export type { CompatibilityProfile } from '../protocol/settings.js';
export { type HostOptions, hostPeers, type PacketContext } from './peer-host.js';
export type { WorkerLike } from './worker-line.js';
export { WorkerWebSocketPeer, type WorkerWebSocketPeerSignals } from './worker-web-socket-peer.js';

// Entry point for connections held by a worker, for the page's side and the worker's. Exports only.
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

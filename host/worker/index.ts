// The entry for connections that a worker holds while the page is hidden: the page's half and the worker's. No statements.
export { type ErrorHandler, type ReportKind, set_error_handler } from '../binding/error-handler.js';
export * from '../binding/errors.js';
export { type HostOptions, hostPeers, type PacketContext } from './peer-host.js';
export type { WorkerLike } from './worker-line.js';
export { WorkerWebSocketPeer } from './worker-web-socket-peer.js';

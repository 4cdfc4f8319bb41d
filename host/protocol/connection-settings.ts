// What a connection is given: the properties of its peer, and what all connections of a process share. Types only.
import type { Core } from '../codec/core.js';
import type { Platform } from '../transport/platform.js';
import type { TurnQueue } from './turn-queue.js';

/** Properties of the peer, read when they take effect. */
export interface ConnectionSettings {
  inboundBufferSize: number;
  outboundBufferSize: number;
  maxQueuedPackets: number;
  heartbeatMs: number;
  handshakeTimeoutMs: number;
  closeTimeoutMs: number;
  messageTimeoutMs: number;
  maxMessageFragments: number;
}

/** What connections share. */
export interface ConnectionContext {
  readonly core: Core;
  readonly platform: Platform;
  readonly turns: TurnQueue;
}

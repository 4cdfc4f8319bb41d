// Entry point for several processes and machines: rooms, gateways, and the brokers between them. Exports only.
export type {
  Answer,
  Broker,
  BrokerStatus,
  Directory,
  DirectoryEntry,
  MessageReceiver,
  Unsubscribe,
} from './broker.js';
export { ClusterBroker } from './cluster-broker.js';
export {
  ClusterMultiplayerPeer,
  type ClusterMultiplayerPeerSignals,
} from './cluster-multiplayer-peer.js';
export { MemoryBroker } from './memory-broker.js';
export { NatsBroker, type NatsBrokerOptions, type NatsBrokerSettings } from './nats-broker.js';
export type { NatsConnection, NatsMessage, NatsSubscription } from './nats-client.js';
export { RoomHost, type RoomHostSignals } from './room-host.js';
export { Topic } from './topic.js';
export { WebSocketGateway, type WebSocketGatewaySignals } from './web-socket-gateway.js';

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
export { MemoryBroker } from './memory-broker.js';
export { Topic } from './topic.js';

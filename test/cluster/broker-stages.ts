// The three kinds of brokers for one suite: each gives several members of one cluster.
import cluster from 'node:cluster';
import type { Broker } from '../../host/cluster/broker.js';
import { ClusterBroker } from '../../host/cluster/cluster-broker.js';
import { MemoryBroker } from '../../host/cluster/memory-broker.js';
import { NatsBroker } from '../../host/cluster/nats-broker.js';
import { commandPath } from '../helpers/commands.js';
import { NatsServer } from '../helpers/nats-server.js';
import { buildWorker, RemoteBroker } from '../helpers/remote-broker.js';

export interface Stage {
  /** Three members; where a broker is for one process alone, three times the same. */
  readonly brokers: readonly [Broker, Broker, Broker];
  /** A further member, which the test may close. */
  another(): Promise<Broker>;
  end(): Promise<void>;
}

export interface Kind {
  readonly name: string;
  /** What is missing on this machine; '' when nothing is. */
  readonly missing: string;
  /** Whether `another` is in a process or on a connection of its own. */
  readonly isShared: boolean;
  begin(): Promise<Stage>;
}

async function beginMemory(): Promise<Stage> {
  const broker = new MemoryBroker();
  return {
    brokers: [broker, broker, broker],
    another: async () => new MemoryBroker(),
    end: () => broker.close(),
  };
}

async function beginCluster(serialization: 'json' | 'advanced', isPrimaryFirst: boolean): Promise<Stage> {
  const program = await buildWorker();
  cluster.setupPrimary({ exec: program.path, execArgv: [], serialization });
  const primary = new ClusterBroker();
  const workers: RemoteBroker[] = [];
  const another = async (): Promise<RemoteBroker> => {
    const broker = await RemoteBroker.fork();
    workers.push(broker);
    return broker;
  };
  const [first, second] = [await another(), await another()];
  return {
    brokers: isPrimaryFirst ? [primary, first, second] : [first, second, primary],
    another,
    async end() {
      await Promise.all(workers.map((worker) => worker.kill()));
      await primary.close();
      program.remove();
    },
  };
}

async function beginNats(): Promise<Stage> {
  const server = await NatsServer.start();
  const opened: NatsBroker[] = [];
  const another = async (): Promise<NatsBroker> => {
    const broker = await NatsBroker.connect({ servers: server.servers, prefix: 'suite' });
    opened.push(broker);
    return broker;
  };
  // All at once: they must not fail each other when they make the bucket.
  const [first, second, third] = await Promise.all([another(), another(), another()]);
  return {
    brokers: [first, second, third],
    another,
    async end() {
      await Promise.all(opened.map((broker) => broker.close()));
      await server.remove();
    },
  };
}

export const KINDS: readonly Kind[] = [
  { name: 'MemoryBroker', missing: '', isShared: false, begin: beginMemory },
  {
    name: 'ClusterBroker over JSON, between workers',
    missing: '',
    isShared: true,
    begin: () => beginCluster('json', false),
  },
  {
    name: 'ClusterBroker over advanced serialization, from the primary process',
    missing: '',
    isShared: true,
    begin: () => beginCluster('advanced', true),
  },
  {
    name: 'NatsBroker',
    missing: commandPath('nats-server') === null ? 'nats-server: scripts/install-proxies.sh' : '',
    isShared: true,
    begin: beginNats,
  },
];

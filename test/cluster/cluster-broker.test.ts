// ClusterBroker with real workers: beginnings and ends of processes, and a program's own messages.
import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ClusterBroker } from '../../host/cluster/cluster-broker.js';
import { until } from '../helpers/game.js';
import { buildWorker, RemoteBroker } from '../helpers/remote-broker.js';
import { useReports } from '../helpers/reports.js';
import { bytes, collect, settled } from './broker-situations.js';

const reports = useReports();
const endings: (() => unknown)[] = [];
let program: Awaited<ReturnType<typeof buildWorker>>;

beforeAll(async () => {
  program = await buildWorker();
});
afterAll(() => program.remove());
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

function primary(): ClusterBroker {
  const broker = new ClusterBroker();
  endings.push(() => broker.close());
  return broker;
}

/** A worker whose broker is not connected yet. */
function fork(): RemoteBroker {
  const broker = new RemoteBroker(cluster.fork());
  endings.push(() => broker.kill());
  return broker;
}

const connected = (broker: RemoteBroker): Promise<void> =>
  until(() => broker.status === 'connected', 'the worker to be connected');

describe.each(['json', 'advanced'] as const)('ClusterBroker over %s', (serialization) => {
  beforeAll(() => cluster.setupPrimary({ exec: program.path, execArgv: [], serialization }));

  it('connects workers that were forked before the primary process had a broker, and keeps what they sent', async () => {
    const early = fork();
    const { got } = collect(early, 'wsp.early');
    early.publish('wsp.early', bytes(1));
    const request = early.request('wsp.primary', bytes(2), 30_000);
    const entry = early.directory.create('room.early', 'x');
    await until(() => early.hasBegun, 'the worker to begin');
    await sleep(50);
    expect(early.status).toBe('interrupted');
    const broker = new ClusterBroker();
    endings.push(() => broker.close());
    broker.subscribe('wsp.primary', (message, answer) => answer?.(message));
    const late = fork();
    await Promise.all([connected(early), connected(late)]);
    await until(() => got.length > 0, 'the message');
    expect([got, [...((await request) as Uint8Array)]]).toEqual([[[1]], [2]]);
    expect((await broker.directory.get('room.early'))?.revision).toBe(await entry);
    expect(await late.directory.create('room.early', 'y')).toBeNull();
  });

  it('forgets a worker that is killed at once: its subscriptions, and requests that it had to answer', async () => {
    const broker = primary();
    const [one, two] = [fork(), fork()];
    one.subscribe('wsp.slow', () => {});
    const { got } = collect(two, 'wsp.other');
    await Promise.all([connected(one), connected(two)]);
    await settled(one, two);
    const requests = [broker, two].map((from) => from.request('wsp.slow', bytes(), 60_000));
    await sleep(50);
    const begin = performance.now();
    await one.kill();
    expect(await Promise.all(requests)).toEqual(['nobody', 'nobody']);
    expect(performance.now() - begin).toBeLessThan(20_000);
    expect(await two.request('wsp.slow', bytes(), 60_000)).toBe('nobody');
    broker.publish('wsp.other', bytes(1));
    await until(() => got.length > 0, 'the others go on');
  });

  it('leaves entries of a killed worker until they end', async () => {
    const broker = primary();
    const worker = fork();
    await connected(worker);
    const revision = await worker.directory.create('room.left', 'x');
    await worker.kill();
    const entry = await broker.directory.get('room.left');
    if (entry !== null) expect(entry).toEqual({ value: 'x', revision });
    await expect.poll(() => broker.directory.get('room.left'), { timeout: 30_000 }).toBeNull();
  });

  it('closes the brokers of workers with the last one of the primary process', async () => {
    const [first, second] = [primary(), primary()];
    const worker = fork();
    await connected(worker);
    await first.close();
    await settled(worker);
    expect([first.status, second.status, worker.status]).toEqual(['closed', 'connected', 'connected']);
    await second.close();
    await until(() => worker.status === 'closed', 'the worker to notice');
    expect(await worker.request('wsp.any', bytes(), 1000)).toBe('silence');
    const next = primary();
    const another = fork();
    await connected(another);
    expect(await next.request('wsp.any', bytes(), 60_000)).toBe('nobody');
  });

  it('shows its messages to no listener of the program, in no process, and leaves the program’s own alone', async () => {
    const broker = primary();
    const worker = fork();
    const seen: unknown[] = [];
    const strange = (message: unknown): void => {
      if (!('is' in (message as object))) seen.push(message);
    };
    const inCluster = (_: unknown, message: unknown): void => strange(message);
    cluster.on('message', inCluster);
    endings.push(() => cluster.off('message', inCluster));
    worker.worker.on('message', strange);
    worker.worker.process.on('message', strange);
    await connected(worker);
    worker.subscribe('wsp.echo', (message, answer) => answer?.(message));
    await settled(worker);
    for (let at = 0; at < 20; at += 1) expect(await broker.request('wsp.echo', bytes(at), 30_000)).toEqual(bytes(at));
    expect([seen, await worker.strange()]).toEqual([[], 0]);
  });

  it('takes nothing of what was changed, once the last broker is closed', async () => {
    const worker = fork();
    const before = worker.worker.process.emit;
    const listeners = worker.worker.process.listenerCount('disconnect');
    const broker = new ClusterBroker();
    expect(worker.worker.process.emit).not.toBe(before);
    await broker.close();
    expect(worker.worker.process.emit).toBe(before);
    expect(worker.worker.process.listenerCount('disconnect')).toBe(listeners);
    expect(cluster.listenerCount('fork')).toBe(0);
  });

  it('bounds what waits for a worker that is stopped, and goes on with the others', async () => {
    const broker = primary();
    const [stopped, other] = [fork(), fork()];
    let waited = 0;
    stopped.subscribe('wsp.flood', () => {
      waited += 1;
    });
    let count = 0;
    other.subscribe('wsp.flood.end', () => {
      count += 1;
    });
    await Promise.all([connected(stopped), connected(other)]);
    await settled(stopped, other);
    stopped.worker.process.kill('SIGSTOP');
    const megabyte = new Uint8Array(1 << 20);
    const before = process.memoryUsage().rss;
    for (let at = 0; at < 300; at += 1) {
      broker.publish('wsp.flood', megabyte);
      if (at % 20 === 0) await sleep(1);
    }
    broker.publish('wsp.flood.end', bytes());
    await until(() => count > 0, 'the other worker');
    expect((process.memoryUsage().rss - before) / (1 << 20)).toBeLessThan(400);
    stopped.worker.process.kill('SIGCONT');
    await until(() => waited > 20, 'what has waited');
    await settled(stopped);
    expect(waited).toBeLessThan(80);
  });
});

describe('ClusterBroker', () => {
  it('is a broker of one process where there are no workers', async () => {
    const [a, b] = [primary(), primary()];
    const { got } = collect(a, 'wsp.alone');
    b.publish('wsp.alone', bytes(1));
    expect(got).toEqual([]);
    await until(() => got.length > 0, 'the message');
    expect(await b.directory.create('a', 'x')).toBe(await a.directory.get('a').then((entry) => entry?.revision));
  });

  it('says which message it does not send, and why', async () => {
    const broker = primary();
    broker.publish('wsp.*', bytes(1));
    broker.publish('wsp.large', new Uint8Array(broker.max_payload + 1));
    expect(reports.take()).toEqual([
      expect.stringContaining('"wsp.*" is no subject'),
      expect.stringContaining('1048577 bytes, and max_payload is 1048576'),
    ]);
  });
});

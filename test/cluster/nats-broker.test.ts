// NatsBroker with real servers: restarts, a server that stands still, three that form a cluster, and what it says when
// something is missing.
import { connect } from '@nats-io/transport-node';
import { afterEach, expect, it } from 'vitest';
import type { Broker } from '../../host/cluster/broker.js';
import { NatsBroker } from '../../host/cluster/nats-broker.js';
import { describeCommand } from '../helpers/commands.js';
import { until } from '../helpers/game.js';
import { NatsServer, type NatsServerSettings, startNatsCluster } from '../helpers/nats-server.js';
import { freePort } from '../helpers/ports.js';
import { useReports } from '../helpers/reports.js';
import { bytes, collect, settled } from './broker-situations.js';

const endings: (() => Promise<void>)[] = [];
const reports = useReports();

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function serve(settings: NatsServerSettings = {}): Promise<NatsServer> {
  const server = await NatsServer.start(settings);
  endings.push(() => server.remove());
  return server;
}

async function join(options: Parameters<typeof NatsBroker.connect>[0]): Promise<NatsBroker> {
  const broker = await NatsBroker.connect(options);
  endings.push(() => broker.close());
  return broker;
}

/** Statuses of a broker, from now on. */
function statusesOf(broker: Broker): string[] {
  const statuses: string[] = [];
  broker.watch_status((status) => statuses.push(status));
  return statuses;
}

/** Publishes until it arrives: what is sent before the other has subscribed again is lost. */
async function carries(from: Broker, to: Broker, subject: string): Promise<void> {
  const { got, end } = collect(to, subject);
  await until(() => {
    from.publish(subject, bytes(1));
    return got.length > 0;
  }, 'a message');
  end();
}

const textOf = (error: unknown): string => (error as Error).message;

describeCommand('NatsBroker', 'nats-server', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'is interrupted while its server, ended by %s, is away; then subscriptions and the directory live on',
    async (signal) => {
      const server = await serve();
      const [a, b] = [await join({ servers: server.servers }), await join({ servers: server.servers })];
      const statuses = [statusesOf(a), statusesOf(b)];
      const { got } = collect(a, 'wsp.before');
      const { directory } = b;
      let revision = Number(await directory.create('room.kept', 'x'));
      await settled(a);
      await server.end(signal);
      await until(() => a.status === 'interrupted' && b.status === 'interrupted', 'both to notice');
      b.publish('wsp.before', bytes(1));
      expect(await b.request('wsp.before', bytes(), 60_000)).toBe('silence');
      await expect(directory.get('room.kept')).rejects.toThrow('not connected');
      await server.begin();
      await until(() => a.status === 'connected' && b.status === 'connected', 'both to come back');
      expect(statuses).toEqual([
        ['interrupted', 'connected'],
        ['interrupted', 'connected'],
      ]);
      await until(() => {
        b.publish('wsp.before', bytes(2));
        return got.length > 0;
      }, 'a message to the old subscription');
      expect(got[0]).toEqual([2]);
      // On a busy machine the entry may have reached its end.
      const kept = await directory.get('room.kept');
      if (kept !== null) {
        expect(kept).toEqual({ value: 'x', revision });
        revision = Number(await directory.update('room.kept', 'y', revision));
        expect(await directory.get('room.kept')).toEqual({ value: 'y', revision });
      }
      expect(Number(await directory.create('room.more', 'z'))).toBeGreaterThan(revision);
    },
  );

  it('goes on in the directory after a server has lost it', async () => {
    const port = await freePort();
    const fixed = (): Promise<NatsServer> => serve({ port });
    const first = await fixed();
    const broker = await join({ servers: first.servers });
    const revision = Number(await broker.directory.create('room.a', 'x'));
    await first.remove();
    await fixed();
    await until(() => broker.status === 'connected', 'the other server');
    const { directory } = broker;
    await expect
      .poll(() => directory.update('room.a', 'y', revision + 5).catch(textOf), { timeout: 20_000 })
      .toBe(null);
    expect(await directory.create('room.a', 'z')).not.toBeNull();
  });

  it('is interrupted while its server stands still, before others could be taken for dead, and loses nothing', async () => {
    const server = await serve();
    const [a, b] = [await join({ servers: server.servers }), await join({ servers: server.servers })];
    const { got } = collect(a, 'wsp.still');
    await settled(a);
    const statuses = statusesOf(b);
    server.freeze();
    b.publish('wsp.still', bytes(1));
    await until(() => b.status === 'interrupted', 'it to notice');
    await expect(b.directory.get('a')).rejects.toThrow('not connected');
    server.thaw();
    await until(() => b.status === 'connected' && got.length > 0, 'it to go on');
    expect(statuses.slice(0, 2)).toEqual(['interrupted', 'connected']);
    expect(got).toEqual([[1]]);
  });

  it('leaves a server that stands still for another of the cluster', async () => {
    const servers = await startNatsCluster(3);
    for (const server of servers) endings.push(() => server.remove());
    const addresses = servers.map((server) => server.servers);
    const [first, second, third] = servers as [NatsServer, NatsServer, NatsServer];
    const a = await join({ servers: addresses, replicas: 3, noRandomize: true });
    const b = await join({ servers: [second.servers], replicas: 3, ignoreClusterUpdates: true });
    await carries(b, a, 'wsp.before');
    let revision = Number(await b.directory.create('room.a', 'x'));
    // Not the one that b talks to.
    first.freeze();
    await until(() => a.status === 'interrupted', 'a to notice');
    await until(() => a.status === 'connected', 'a to go elsewhere');
    await carries(b, a, 'wsp.after');
    await carries(a, b, 'wsp.back');
    // Two of three are enough: what is asked while they choose a leader is rejected, or finds nothing changed.
    await expect
      .poll(() => a.directory.create('room.elsewhere', 'z').catch(textOf), { timeout: 30_000 })
      .toEqual(expect.any(Number));
    await third.end('SIGTERM');
    first.thaw();
    await third.begin();
    await expect
      .poll(() => a.directory.create('room.again', 'z').catch(textOf), { timeout: 30_000 })
      .toEqual(expect.any(Number));
    revision = Number((await b.directory.get('room.again'))?.revision);
    expect(await b.directory.update('room.again', 'y', revision)).not.toBeNull();
  });

  it('keeps the directory on three servers, of which one is killed', async () => {
    const servers = await startNatsCluster(3);
    for (const server of servers) endings.push(() => server.remove());
    const addresses = servers.map((server) => server.servers);
    const brokers = await Promise.all(
      servers.map((_, at) =>
        join({ servers: [...addresses.slice(at), ...addresses.slice(0, at)], replicas: 3, noRandomize: true }),
      ),
    );
    const [a, b, c] = brokers as [NatsBroker, NatsBroker, NatsBroker];
    const { got } = collect(a, 'wsp.kept');
    await carries(b, a, 'wsp.kept');
    await servers[0]?.end('SIGKILL');
    await until(() => a.status === 'interrupted', 'a to notice');
    await until(() => a.status === 'connected', 'a to go elsewhere');
    const before = got.length;
    await until(() => {
      c.publish('wsp.kept', bytes(2));
      return got.length > before;
    }, 'a message to the old subscription');
    const claims = (): Promise<(number | string | null)[]> =>
      Promise.all(brokers.map((broker) => broker.directory.create('room.race', 'x').catch(textOf)));
    await expect
      .poll(async () => (await claims()).filter((claim) => claim === null).length, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(2);
    expect((await b.directory.get('room.race'))?.value).toBe('x');
  });

  it('bounds what waits for a server that stands still', async () => {
    const server = await serve();
    const broker = await join({ servers: server.servers });
    server.freeze();
    const before = process.memoryUsage().rss;
    for (let at = 0; at < 400; at += 1) broker.publish('wsp.flood', new Uint8Array(1 << 20));
    expect((process.memoryUsage().rss - before) / (1 << 20)).toBeLessThan(300);
    expect(reports.take()).toEqual([expect.stringContaining('does not take what waits for it')]);
    server.thaw();
    await until(() => broker.status === 'connected', 'the server');
    await expect.poll(() => broker.request('wsp.nobody', bytes(), 5000), { timeout: 30_000 }).toBe('nobody');
  });

  it('takes a connection of the user’s, and leaves it open', async () => {
    const server = await serve();
    const connection = await connect({ servers: server.servers });
    endings.push(() => connection.close());
    const broker = new NatsBroker(connection, { prefix: 'mine' });
    expect([broker.status, broker.max_payload, broker.directory.ttl_ms]).toEqual(['connected', 1 << 20, 4000]);
    expect(await broker.directory.create('room.a', 'x')).toEqual(expect.any(Number));
    const other = await join({ servers: server.servers, prefix: 'mine' });
    expect((await other.directory.get('room.a'))?.value).toBe('x');
    await carries(broker, other, 'wsp.own');
    await broker.close();
    expect([broker.status, connection.isClosed()]).toEqual(['closed', false]);
    const last = new NatsBroker(connection);
    const statuses = statusesOf(last);
    await connection.close();
    await until(() => last.status === 'closed', 'it to notice');
    expect(statuses).toEqual(['closed']);
    expect(new NatsBroker(connection).status).toBe('closed');
  });

  it('keeps games with other prefixes apart', async () => {
    const server = await serve();
    const brokers = await Promise.all(['one', 'two'].map((prefix) => join({ servers: server.servers, prefix })));
    const [one, two] = brokers as [NatsBroker, NatsBroker];
    const heard = collect(two, 'wsp.p.1');
    const own = collect(one, 'wsp.p.1');
    await settled(one, two);
    one.publish('wsp.p.1', bytes(1));
    await until(() => own.got.length > 0, 'the message');
    await settled(two);
    expect(heard.got).toEqual([]);
    expect([await one.directory.create('a', 'x'), await two.directory.create('a', 'x')]).not.toContain(null);
  });

  it('makes one bucket when many begin at once', async () => {
    const server = await serve();
    const brokers = await Promise.all(Array.from({ length: 8 }, () => join({ servers: server.servers })));
    const claims = await Promise.all(brokers.map(({ directory }) => directory.create('a', 'x')));
    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
  });
});

describeCommand('NatsBroker.connect', 'nats-server', () => {
  const AUTHORIZED = 'authorization { users = [ { user: u, password: "p:/@%" } ] }\n';
  const TOKEN = 'authorization { token: "s3:cret" }\n';
  const withStore = (more: string) => ({ config: (store: string) => `jetstream { store_dir: "${store}" }\n${more}` });

  it.each([
    [
      'a user in the address',
      AUTHORIZED,
      (at: string) => ({ servers: `nats://u:${encodeURIComponent('p:/@%')}@${at}` }),
    ],
    ['a user in the options', AUTHORIZED, (at: string) => ({ servers: [at], user: 'u', pass: 'p:/@%' })],
    ['a token in the address', TOKEN, (at: string) => ({ servers: `nats://${encodeURIComponent('s3:cret')}@${at}` })],
  ])('takes %s', async (_, config, options) => {
    const server = await serve(withStore(config));
    expect((await join(options(server.servers))).status).toBe('connected');
  });

  it('says what to put into nats.conf when JetStream is off', async () => {
    const server = await serve({ config: () => '' });
    await expect(NatsBroker.connect({ servers: server.servers })).rejects.toThrow(
      /JetStream is not switched on .* put "jetstream \{ store_dir: .* into nats\.conf/,
    );
  });

  it('says when there is a bucket whose entries live otherwise', async () => {
    const server = await serve();
    const { Kvm } = await import('@nats-io/kv');
    const connection = await connect({ servers: server.servers });
    endings.push(() => connection.close());
    await new Kvm(connection).create('wsp', { ttl: 60_000 });
    await expect(NatsBroker.connect({ servers: server.servers })).rejects.toThrow(
      /bucket "wsp" live 60000 ms, and have to live 4000 ms/,
    );
  });

  it('says when no server is there, and when the server refuses the user', async () => {
    await expect(NatsBroker.connect({ servers: `127.0.0.1:${await freePort()}` })).rejects.toThrow(/refused/i);
    const server = await serve(withStore(AUTHORIZED));
    await expect(NatsBroker.connect({ servers: server.servers })).rejects.toThrow(/authorization/i);
  });

  it('waits for the bucket when its user may not make it, and says so in the end', async () => {
    const rights =
      '{ publish: ["$JS.API.STREAM.INFO.KV_wsp", "$KV.wsp.>", "$JS.API.STREAM.MSG.GET.KV_wsp"], subscribe: "_INBOX.>" }';
    const users = `{ user: all, password: a }, { user: few, password: f, permissions: ${rights} }`;
    const server = await serve(withStore(`authorization { users = [ ${users} ] }\n`));
    const early = join({ servers: server.servers, user: 'few', pass: 'f' });
    await expect(Promise.race([early, new Promise((resolve) => setTimeout(resolve, 300, 'waits'))])).resolves.toBe(
      'waits',
    );
    const maker = await join({ servers: server.servers, user: 'all', pass: 'a' });
    const revision = await maker.directory.create('a', 'x');
    expect(await (await early).directory.get('a')).toEqual({ value: 'x', revision });
    const other = NatsBroker.connect({ servers: server.servers, user: 'few', pass: 'f', prefix: 'other' });
    await expect(other).rejects.toThrow(/the bucket "other" .* may not/);
  });

  it.each(['', 'a.b', '*', 'a b', 'ä'])('refuses the prefix "%s"', async (prefix) => {
    const server = await serve();
    await expect(NatsBroker.connect({ servers: server.servers, prefix })).rejects.toThrow(RangeError);
  });
});

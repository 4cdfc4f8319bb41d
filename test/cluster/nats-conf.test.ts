// examples/rooms/nats.conf in a real server: what each user needs it may, and nothing else.
import { readFileSync } from 'node:fs';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NatsBroker } from '../../host/cluster/nats-broker.js';
import { describeCommand } from '../helpers/commands.js';
import { until } from '../helpers/game.js';
import { NatsServer } from '../helpers/nats-server.js';
import { fromRoot } from '../helpers/programs.js';
import { replaced } from '../helpers/proxies.js';
import { useReports } from '../helpers/reports.js';
import { bytes, collect } from './broker-situations.js';

type User = 'room' | 'gateway';

const PASSWORDS: Readonly<Record<User, string>> = { room: 'r$ecret', gateway: 'g$ecret' };
const loginOf = (user: User): object => ({ user, pass: PASSWORDS[user], inboxPrefix: `_INBOX_${user}` });

/** What a user may not do; to publish where nobody listens would show nothing, so the server's word is asked for. */
const FORBIDDEN: readonly (readonly [user: User, does: 'publish' | 'subscribe', subject: string])[] = [
  ['gateway', 'subscribe', 'wsp.make.1'],
  ['gateway', 'subscribe', 'wsp.make.*'],
  ['gateway', 'subscribe', 'wsp.>'],
  ['gateway', 'subscribe', '>'],
  ['gateway', 'subscribe', '$SYS.>'],
  ['gateway', 'subscribe', '_INBOX.>'],
  ['gateway', 'subscribe', '_INBOX_room.>'],
  ['gateway', 'subscribe', '$KV.wsp.>'],
  ['gateway', 'subscribe', '$JS.API.>'],
  ['gateway', 'publish', '$SYS.REQ.SERVER.PING'],
  ['gateway', 'publish', 'other.p.1'],
  ['gateway', 'publish', 'wsp.other'],
  ['gateway', 'publish', '_INBOX_room.x'],
  ['gateway', 'publish', '$KV.wsp.other.x'],
  ['gateway', 'publish', '$KV.other.room.x'],
  ['gateway', 'publish', '$JS.API.STREAM.CREATE.KV_wsp'],
  ['gateway', 'publish', '$JS.API.STREAM.CREATE.KV_other'],
  ['gateway', 'publish', '$JS.API.STREAM.UPDATE.KV_wsp'],
  ['gateway', 'publish', '$JS.API.STREAM.DELETE.KV_wsp'],
  ['gateway', 'publish', '$JS.API.STREAM.PURGE.KV_wsp'],
  ['gateway', 'publish', '$JS.API.STREAM.MSG.DELETE.KV_wsp'],
  ['room', 'publish', 'wsp.make.1'],
  ['room', 'publish', '$SYS.REQ.SERVER.PING'],
  ['room', 'publish', 'other.p.1'],
  ['room', 'publish', '_INBOX_gateway.x'],
  ['room', 'publish', '$JS.API.STREAM.CREATE.KV_other'],
  ['room', 'publish', '$JS.API.STREAM.DELETE.KV_wsp'],
  ['room', 'publish', '$JS.API.STREAM.UPDATE.KV_wsp'],
  ['room', 'publish', '$JS.API.STREAM.PURGE.KV_wsp'],
  ['room', 'subscribe', '_INBOX_gateway.>'],
  ['room', 'subscribe', '$SYS.>'],
  ['room', 'subscribe', '>'],
];

/** What the server says to a user who does that; '' when it lets it pass. */
async function refusal(connection: NatsConnection, does: 'publish' | 'subscribe', subject: string): Promise<string> {
  let told = '';
  const listen = async (): Promise<void> => {
    for await (const status of connection.status()) if (status.type === 'error') told = status.error.message;
  };
  void listen();
  if (does === 'publish') connection.publish(subject);
  else connection.subscribe(subject, { callback: () => {} });
  await connection.flush();
  await new Promise((resolve) => setTimeout(resolve, 1)); // it is told in a turn of its own
  return told;
}

describeCommand('nats.conf', 'nats-server', () => {
  const reports = useReports();
  let server: NatsServer;
  let room: NatsBroker;
  let gateway: NatsBroker;
  const join = (user: User): Promise<NatsBroker> => NatsBroker.connect({ servers: server.servers, ...loginOf(user) });

  beforeAll(async () => {
    const text = readFileSync(fromRoot('examples/rooms/nats.conf'), 'utf8');
    server = await NatsServer.start({
      config: (store) =>
        replaced(text, [
          ['port: 4222\n', ''],
          ['/var/lib/nats', store],
        ]),
      env: { ROOM_PASSWORD: PASSWORDS.room, GATEWAY_PASSWORD: PASSWORDS.gateway },
    });
    // The gateway comes first, and waits for the room's process, which makes the bucket.
    const early = join('gateway');
    await new Promise((resolve) => setTimeout(resolve, 100));
    [gateway, room] = await Promise.all([early, join('room')]);
  });
  afterAll(async () => {
    await Promise.all([room.close(), gateway.close()]);
    await server.remove();
  });

  it('lets rooms and gateways talk, ask each other, and share topics', async () => {
    for (const [from, to, subject] of [
      [room, gateway, 'wsp.p.0000000a'],
      [gateway, room, 'wsp.p.0000000b'],
      [room, gateway, 'wsp.t.chat'],
      [gateway, room, 'wsp.t.news'],
    ] as const) {
      const { got } = collect(to, subject);
      await until(() => {
        from.publish(subject, bytes(1));
        return got.length > 0;
      }, subject);
    }
    const echo = (message: Uint8Array, answer: ((reply: Uint8Array) => void) | null): void => answer?.(message);
    gateway.subscribe('wsp.p.0000000c', echo);
    room.subscribe('wsp.p.0000000d', echo);
    room.subscribe('wsp.make.0000000d', echo);
    const asked = (from: NatsBroker, subject: string): Promise<unknown> =>
      expect.poll(() => from.request(subject, bytes(3), 5000), { timeout: 20_000 }).toEqual(bytes(3));
    await asked(room, 'wsp.p.0000000c');
    await asked(gateway, 'wsp.p.0000000d');
    await asked(gateway, 'wsp.make.0000000d');
    expect(await gateway.request('wsp.make.0000000e', bytes(), 5000)).toBe('nobody');
    expect(reports.take()).toEqual([]);
  });

  it('lets both read and list the directory, rooms claim, and gateways remove what is dead', async () => {
    const revision = Number(await room.directory.create('room.61', 'x'));
    const process = Number(await room.directory.create('proc.0000000a', '{}'));
    const changed = Number(await room.directory.update('room.61', 'y', revision));
    expect(await gateway.directory.get('room.61')).toEqual({ value: 'y', revision: changed });
    expect([...(await gateway.directory.list('proc.')).keys()]).toEqual(['proc.0000000a']);
    expect([...(await room.directory.list('room.')).keys()]).toEqual(['room.61']);
    expect(await gateway.directory.remove('room.61', changed)).toBe(true);
    expect(await gateway.directory.remove('proc.0000000a', process)).toBe(true);
    expect(await room.directory.get('room.61')).toBeNull();
    expect(reports.take()).toEqual([]);
  });

  it.each(FORBIDDEN)('does not let a %s %s %s', async (user, does, subject) => {
    const connection = await connect({ servers: server.servers, ...loginOf(user) });
    try {
      expect(await refusal(connection, does, subject)).toContain('Permissions Violation');
    } finally {
      await connection.close();
    }
  });

  it('tells the error handler what a broker was refused', async () => {
    gateway.subscribe('wsp.make.0000000f', () => {});
    await until(() => reports.errors.length > 0, 'the report');
    expect(reports.take().join('\n')).toMatch(/wsp\.make\.0000000f/);
    expect(gateway.status).toBe('connected');
  });

  it.each([
    ['without a password', {}],
    ['with a wrong password', { user: 'room', pass: 'x' }],
    ['with the other’s password', { user: 'room', pass: PASSWORDS.gateway }],
  ])('lets nobody in %s', async (_, login) => {
    await expect(NatsBroker.connect({ servers: server.servers, ...login })).rejects.toThrow(/authorization/i);
  });
});

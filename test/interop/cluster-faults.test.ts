// What becomes of clients when a process of a cluster is killed, frozen or drained, the broker's server is stopped, or a
// client stands still.
import { expect, it } from 'vitest';
import type { Guest } from '../helpers/cluster-game.js';
import { pause, until } from '../helpers/game.js';
import { useReports } from '../helpers/reports.js';
import { Guests, goesOn, Stream } from './lib/cluster-guests.js';
import { CLUSTER, type ClusterMachine, describeKinds, NATS, SHARED_KINDS } from './lib/cluster-stage.js';
import { count } from './lib/numbered.js';
import { useScope } from './lib/watch.js';

const GOING_AWAY = 1001;
const ROOM = 'echo-1';

/** The machine that has the room. */
async function holderOf(hosts: readonly ClusterMachine[]): Promise<[ClusterMachine, ClusterMachine]> {
  await until(() => hosts.some((host) => host.count(`${ROOM}: made`) > 0), 'the room');
  const holder = hosts.find((host) => host.count(`${ROOM}: made`) > 0) as ClusterMachine;
  return [holder, hosts.find((host) => host !== holder) as ClusterMachine];
}

const allInOrder = (streams: readonly Stream[]): void => {
  for (const { numbers, sent } of streams) expect(numbers).toEqual(count(sent));
};

async function ended(...guests: readonly Guest[]): Promise<void> {
  await until(() => guests.every(({ isOut }) => isOut), 'the end of the connections');
}

describeKinds('faults', SHARED_KINDS, (kind) => {
  const scope = useScope();
  const reports = useReports();
  const guests = new Guests(scope);
  const streamsOf = (all: readonly Guest[]): Stream[] => all.map((guest) => new Stream(guest, scope));

  it('a gateway is killed: its clients are out, the room hears it, and all others play on', async () => {
    const stage = await kind.begin(scope);
    const host = await stage.host();
    const gateways = [await stage.gateway(), await stage.gateway()] as const;
    const [a, b] = [await guests.party([gateways[0]], ROOM, 2), await guests.party([gateways[1]], ROOM, 2)];
    const streams = streamsOf(b);
    const ids = a.map(({ id }) => id);
    await goesOn(streams);
    await gateways[0].machine.kill();
    await ended(...a);
    for (const id of ids) await host.told(`${ROOM}: ${id} left`);
    await goesOn(streams);
    for (const stream of streams) await stream.end();
    allInOrder(streams);
    expect(await host.ask('peersOfRooms')).toBe(2);
  });

  it('a room host is killed: its clients get 1001 and a reason, and find the room on the other host', async () => {
    const stage = await kind.begin(scope);
    const hosts = [await stage.host(), await stage.host()];
    const gateway = await stage.gateway();
    const party = await guests.party([gateway], ROOM, 3);
    const [holder, other] = await holderOf(hosts);
    await holder.kill();
    await ended(...party);
    for (const { ending } of party) expect(ending).toEqual({ code: GOING_AWAY, reason: 'room lost: gone' });
    const again = await guests.inside(gateway, ROOM);
    expect(other.count(`${ROOM}: made`)).toBe(1);
    const [stream] = streamsOf([again]) as [Stream];
    await goesOn([stream]);
  });

  it('a client stands still: it gets no more, all others do, memory stays bounded, and it goes on', async () => {
    const stage = await kind.begin(scope);
    const host = await stage.host();
    const gateways = [await stage.gateway(), await stage.gateway()];
    const [slow, ...rest] = (await guests.party(gateways, 'flood-1', 2)) as [Guest, ...Guest[]];
    slow.isReading = false;
    slow.packets.length = 0;
    const flooded = async (some: readonly Guest[], packets: number): Promise<void> => {
      for (const one of some) one.packets.length = 0;
      await until(() => some.every((one) => one.packets.length >= packets), 'the flood');
    };
    await flooded(rest, 1500);
    const before = (await host.ask('rss')) as number;
    await flooded(rest, 3000);
    const grown = ((await host.ask('rss')) as number) - before;
    expect(grown).toBeLessThan(48 * 1024 * 1024);
    expect(slow.packets.length).toBe(0);
    slow.isReading = true;
    slow.poll();
    await flooded([slow], 1000);
    expect(host.notes.filter((note) => note.startsWith('report') && !note.includes('put_packet: no room'))).toEqual([]);
  });

  it('a gateway is frozen for a second: nothing is lost', async () => {
    const stage = await kind.begin(scope);
    await stage.host();
    const gateways = [await stage.gateway(), await stage.gateway()] as const;
    const streams = streamsOf(await guests.party(gateways, ROOM, 2));
    await goesOn(streams);
    gateways[0].machine.freeze();
    await pause(1000);
    gateways[0].machine.thaw();
    await goesOn(streams, 1000);
    for (const stream of streams) await stream.end();
    allInOrder(streams);
  });

  it('a room host is frozen for longer than its lease: the other host has the room, and never both', async () => {
    const stage = await kind.begin(scope);
    const hosts = [await stage.host(), await stage.host()];
    const gateways = [await stage.gateway(), await stage.gateway()] as const;
    const [guest] = (await guests.party([gateways[0]], ROOM)) as [Guest];
    const [holder, other] = await holderOf(hosts);
    holder.freeze();
    await ended(guest);
    const streams = streamsOf([await guests.inside(gateways[0], ROOM), await guests.inside(gateways[1], ROOM)]);
    expect(other.count(`${ROOM}: made`)).toBe(1);
    await goesOn(streams);
    holder.thaw();
    await holder.told(`${ROOM}: lost`);
    expect(holder.count(`report the room "${ROOM}" is lost: another process has it`)).toBe(1);
    expect(await holder.ask('status', ROOM)).toBe(0);
    expect(holder.count(`${ROOM}: made`)).toBe(1);
    await goesOn(streams);
    for (const stream of streams) await stream.end();
    allInOrder(streams);
    expect(await other.ask('peersOfRooms')).toBe(2);
    reports.take();
  });

  it('a room host is drained: new rooms are made elsewhere, the old one is played to its end, and then ends', async () => {
    const stage = await kind.begin(scope);
    const hosts = [await stage.host(), await stage.host()];
    const gateway = await stage.gateway();
    const [guest] = (await guests.party([gateway], ROOM)) as [Guest];
    const [holder, other] = await holderOf(hosts);
    const drained = holder.ask('drainHost', 60);
    await holder.told('on_drain');
    const late = await guests.inside(gateway, ROOM);
    for (const room of ['echo-2', 'echo-3', 'echo-4']) await guests.inside(gateway, room);
    expect(((await other.ask('rooms')) as string[]).sort()).toEqual(['echo-2', 'echo-3', 'echo-4']);
    expect(await holder.ask('isHostReady')).toBe(false);
    for (const { peer } of [guest, late]) peer.close();
    expect(await drained).toBe(0);
    await guests.inside(gateway, ROOM);
    expect(other.count(`${ROOM}: made`)).toBe(1);
  });

  it('a drain of a room host runs out: who is left gets 1001', async () => {
    const stage = await kind.begin(scope);
    const host = await stage.host();
    const party = await guests.party([await stage.gateway()], ROOM, 2);
    expect(await host.ask('drainHost', 0.1)).toBe(2);
    await ended(...party);
    for (const { ending } of party) expect(ending).toEqual({ code: GOING_AWAY, reason: 'the room host stops' });
  });

  it('a gateway is drained: its clients get 1001, and others are let in elsewhere', async () => {
    const stage = await kind.begin(scope);
    const host = await stage.host();
    const gateways = [await stage.gateway(), await stage.gateway()] as const;
    const party = await guests.party([gateways[0]], ROOM, 4);
    const streams = streamsOf(await guests.party([gateways[1]], ROOM));
    const { machine, port } = gateways[0];
    expect(await machine.ask('drainGateway', { port, timeout: 1 })).toBe(0);
    await ended(...party);
    for (const { ending } of party) expect(ending).toEqual({ code: GOING_AWAY, reason: 'the gateway stops' });
    await machine.told('stopped');
    await until(() => host.count('left') === 4, 'the room without them');
    const stranger = guests.guest(gateways[0], ROOM);
    await ended(stranger);
    await goesOn(streams);
    for (const stream of streams) await stream.end();
    allInOrder(streams);
    reports.take();
  });

  it('eight clients ask two gateways for a room that is not there: one is made', async () => {
    const stage = await kind.begin(scope);
    const hosts = await Promise.all([stage.host(), stage.host()]);
    const gateways = await Promise.all([stage.gateway(), stage.gateway()]);
    for (let round = 0; round < 4; round += 1) {
      const room = `echo-${round}`;
      const party = await guests.party(gateways, room, 4);
      expect(new Set(party.map(({ id }) => id)).size).toBe(8);
      const peers = await Promise.all(hosts.map((host) => host.ask('peersIn', room)));
      expect((peers as number[]).sort((a, b) => a - b)).toEqual([0, 8]);
    }
  });
});

describeKinds('long freezes', [NATS], (kind) => {
  const scope = useScope();
  const reports = useReports();
  const guests = new Guests(scope);
  const streamsOf = (all: readonly Guest[]): Stream[] => all.map((guest) => new Stream(guest, scope));

  it('a gateway is frozen for five seconds: the room is without its clients, who get 1001 when it wakes', async () => {
    const stage = await kind.begin(scope);
    const host = await stage.host();
    const gateways = [await stage.gateway(), await stage.gateway()] as const;
    const [frozen] = (await guests.party([gateways[0]], ROOM)) as [Guest];
    const streams = streamsOf(await guests.party([gateways[1]], ROOM));
    const { id } = frozen;
    gateways[0].machine.freeze();
    await host.told(`${ROOM}: ${id} left`);
    await pause(3000);
    gateways[0].machine.thaw();
    await ended(frozen);
    expect(frozen.ending?.code).toBe(GOING_AWAY);
    expect(frozen.ending?.reason).toMatch(/^room lost: /);
    await goesOn(streams);
    for (const stream of streams) await stream.end();
    allInOrder(streams);
    await guests.inside(gateways[0], ROOM);
  });

  it('a room host is frozen, and nobody takes its room: its clients get 1001, and may come back', async () => {
    const stage = await kind.begin(scope);
    const host = await stage.host();
    const gateway = await stage.gateway();
    const [guest] = (await guests.party([gateway], ROOM)) as [Guest];
    const { id } = guest;
    host.freeze();
    await ended(guest);
    expect(guest.ending).toEqual({ code: GOING_AWAY, reason: 'room lost: silent' });
    const early = guests.guest(gateway, ROOM);
    await ended(early);
    expect(early.peer.get_failure()).toMatchObject({ code: 'HTTP_STATUS', http_status: 503 });
    host.thaw();
    await host.told(`${ROOM}: ${id} left`);
    const streams = streamsOf([await guests.inside(gateway, ROOM)]);
    await goesOn(streams);
    await streams[0]?.end();
    allInOrder(streams);
    reports.take();
  });
});

describeKinds('the broker’s server', [NATS], (kind) => {
  const scope = useScope();
  const guests = new Guests(scope);
  useReports();

  it('is stopped and killed and started again: all packets are back, in order and once', async () => {
    const stage = await kind.begin(scope);
    const host = await stage.host();
    const gateways = [await stage.gateway(), await stage.gateway()];
    const streams = (await guests.party(gateways, ROOM, 3)).map((guest) => new Stream(guest, scope));
    await goesOn(streams);
    for (const [signal, ms] of [
      ['SIGTERM', 300],
      ['SIGKILL', 1000],
    ] as const) {
      await stage.server.end(signal);
      await pause(ms);
      await stage.server.begin();
      await goesOn(streams, Stream.AHEAD * 2);
    }
    for (const stream of streams) await stream.end();
    allInOrder(streams);
    expect(host.count('left')).toBe(0);
    expect(await host.ask('rooms')).toEqual([ROOM]);
  });
});

describeKinds('the primary process', [CLUSTER], (kind) => {
  const scope = useScope();
  const guests = new Guests(scope);
  useReports();

  it('closes its broker: gateways stop, and rooms are lost', async () => {
    const stage = await kind.begin(scope);
    const host = await stage.host();
    const gateway = await stage.gateway();
    const party = await guests.party([gateway], ROOM, 2);
    await stage.closeBroker();
    await gateway.machine.told('stopped');
    await ended(...party);
    await host.told(`${ROOM}: lost`);
  });
});

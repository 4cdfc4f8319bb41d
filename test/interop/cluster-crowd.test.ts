// A thousand clients in rooms over three processes: all come in, each hears each broadcast once, and all leave.
import { expect, it } from 'vitest';
import type { Guest } from '../helpers/cluster-game.js';
import { until } from '../helpers/game.js';
import { useReports } from '../helpers/reports.js';
import { Guests } from './lib/cluster-guests.js';
import { CLUSTER, describeKinds } from './lib/cluster-stage.js';
import { count, numberOf } from './lib/numbered.js';
import { useScope } from './lib/watch.js';

const CLIENTS = 1000;
const ROOMS = 5;
const BROADCASTS = 20;
/** How many knock at once. */
const AT_ONCE = 100;

describeKinds('a thousand clients', [CLUSTER], (kind) => {
  const scope = useScope();
  const guests = new Guests(scope);
  useReports();

  it('come in, hear each broadcast once, and leave', async () => {
    const stage = await kind.begin(scope);
    const host = await stage.host();
    const gateways = await Promise.all([stage.gateway(), stage.gateway()]);
    const all: Guest[] = [];
    const roomOf = (place: number): string => `echo-${place % ROOMS}`;
    while (all.length < CLIENTS) {
      for (let i = 0; i < AT_ONCE; i += 1) {
        const gateway = gateways[all.length % 2] as (typeof gateways)[number];
        all.push(guests.guest(gateway, roomOf(all.length >> 1)));
      }
      await until(() => all.every(({ isIn }) => isIn), `${all.length} clients`);
    }
    expect(await host.ask('peersOfRooms')).toBe(CLIENTS);
    expect(await Promise.all(gateways.map(({ machine, port }) => machine.ask('peersOfGateway', port)))).toEqual([
      CLIENTS / 2,
      CLIENTS / 2,
    ]);
    for (let number = 0; number < BROADCASTS; number += 1) {
      for (let room = 0; room < ROOMS; room += 1) {
        await host.ask('cast', { room: `echo-${room}`, from: number, count: 1, length: 100 });
      }
    }
    await until(() => all.every(({ packets }) => packets.length >= BROADCASTS), 'all broadcasts');
    const heard = new Set(all.map(({ packets }) => packets.map(numberOf).join()));
    expect([...heard]).toEqual([count(BROADCASTS).join()]);
    for (const { peer } of all) peer.close();
    await until(() => host.count(' left') === CLIENTS, 'the empty rooms');
    expect(await host.ask('peersOfRooms')).toBe(0);
  });
});

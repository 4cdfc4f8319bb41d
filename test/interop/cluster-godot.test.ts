// Unmodified Godot 4 clients in rooms behind two gateways: ids, peers, remote calls that the room relays, leaving, and the
// ends that they are told.
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { useReports } from '../helpers/reports.js';
import {
  CLUSTER,
  type ClusterMachine,
  type ClusterStage,
  describeKinds,
  NATS,
  type StageGateway,
} from './lib/cluster-stage.js';
import { Engine } from './lib/engine.js';
import { GODOT4 } from './lib/engine-process.js';
import { describeEngine } from './lib/engine-sides.js';
import { type EngineMember, MembersEngine } from './lib/members.js';
import { urlOf } from './lib/numbered.js';
import { Scope, useScope } from './lib/watch.js';

describeEngine('Godot 4 in rooms', GODOT4, () => {
  const life = new Scope();
  let engine: MembersEngine;
  let sockets: Engine;
  beforeAll(async () => {
    engine = await MembersEngine.start(life);
    sockets = await Engine.start(life, GODOT4);
  });
  afterEach(() => {
    engine.clear();
    sockets.clear();
  });
  afterAll(() => life.end());

  describeKinds('played', [CLUSTER, NATS], (kind) => {
    const scope = useScope();
    useReports();

    async function stage(): Promise<[ClusterStage, ClusterMachine, readonly [StageGateway, StageGateway]]> {
      const made = await kind.begin(scope);
      const host = await made.host();
      return [made, host, [await made.gateway(), await made.gateway()]];
    }

    /** Four members of a room, two at each gateway, who know each other. */
    async function party(gateways: readonly StageGateway[], room: string): Promise<EngineMember[]> {
      const members = [...gateways, ...gateways].map((gateway) => engine.client(urlOf(gateway, room), { scene: true }));
      for (const member of members) await member.joined();
      for (const member of members) {
        await member.saw('connected 1');
        for (const other of members) if (other !== member) await member.saw(`connected ${other.id}`);
      }
      return members;
    }

    it('play with each other over two gateways, and see each other leave', async () => {
      const [, host, gateways] = await stage();
      const members = await party(gateways, 'scene-1');
      expect(new Set(members.map(({ id }) => id)).size).toBe(4);
      for (const { id } of members) await host.told(`scene-1: ${id} came`);
      for (const from of members) {
        for (const to of members) if (to !== from) from.tell('call', { target: to.id, text: `for ${to.id}` });
        from.sendBytes(1, 'to the room');
        from.sendBytes(0, 'to all');
      }
      for (const to of members) {
        for (const from of members) {
          if (to === from) continue;
          await to.saw(`called ${from.id} for ${to.id}`);
          await to.saw(`packet ${from.id} to all`);
        }
      }
      for (const { id } of members) await host.told(`scene-1: ${id} sent to the room`);
      const [first, ...rest] = members as [EngineMember, ...EngineMember[]];
      const { id } = first;
      first.tell('close');
      for (const other of rest) await other.saw(`disconnected ${id}`);
      await host.told(`scene-1: ${id} left`);
      for (const one of rest) expect(one.notes.filter((note) => note.startsWith('failed'))).toEqual([]);
    });

    it('see those leave whose gateway is killed, and that the server is gone when the room host is', async () => {
      const [, host, gateways] = await stage();
      const members = await party(gateways, 'scene-2');
      const ids = members.map(({ id }) => id);
      const [a, b, c, d] = members as [EngineMember, EngineMember, EngineMember, EngineMember];
      await gateways[0].machine.kill();
      for (const one of [a, c]) await one.saw('server_disconnected 0');
      for (const one of [b, d]) {
        await one.saw(`disconnected ${ids[0]}`);
        await one.saw(`disconnected ${ids[2]}`);
      }
      await host.kill();
      for (const one of [b, d]) await one.saw('server_disconnected 0');
    });

    it('show the codes and reasons of the ends', async () => {
      const [, host, gateways] = await stage();
      const dial = (room: string, headers: string[] = []) => sockets.dial(urlOf(gateways[0], room), { headers });
      const asPage = ['Origin: https://game.example'];
      const inside = dial('echo-1');
      await inside.opened();
      const missing = dial('nothing', asPage);
      expect(await missing.closed()).toMatchObject({ code: 4404, reason: 'there is no such room' });
      await host.ask('limit', { room: 'echo-1', peers: 1 });
      const late = dial('echo-1', asPage);
      expect(await late.closed()).toMatchObject({ code: 4013, reason: 'the room is full' });
      const refused = dial('echo-1'); // no page: it has the status instead
      expect(await refused.closed()).toMatchObject({ code: -1 });
      await host.kill();
      expect(await inside.closed()).toMatchObject({ code: 1001, reason: 'room lost: gone' });
    });
  });
});

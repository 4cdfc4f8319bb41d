// Remote calls between Godot and this package: a client of each on a server of each, who call each other.
import { expect, it } from 'vitest';
import { describeScenes, type Side } from './lib/scene-sides.js';

/** Notes of calls, as they came. */
const calls = ({ notes }: Side): string[] =>
  notes.filter((note) => /^(said|shouted|announced|pinged|never)/.test(note));

describeScenes('remote calls with Godot 4', (stage) => {
  it('reach one peer, all, and all but one, with their values', async () => {
    const { server, ours, theirs, all } = await stage.party();
    const values = [null, true, -5, 70_000, 2 ** 40, 'Grüße', ['a', [1, false]]];
    for (const from of all) {
      for (const to of all) {
        if (from === to) continue;
        for (const value of values) from.rpc(to.id, 'say', value);
        const expected = values.map((value) => `said ${from.id} ${JSON.stringify([value])}`);
        await to.saw(expected.at(-1) as string);
        expect(calls(to).filter((note) => note.startsWith(`said ${from.id} `))).toEqual(expected);
      }
    }
    for (const from of all) {
      from.rpc(0, 'shout', 'to all', 2);
      for (const to of all) await to.saw(`shouted ${from.id} ["to all",2]`);
      if (from === ours) continue; // one is no peer of one's own, not even of those who are left out
      from.rpc(-ours.id, 'shout', 'not to ours');
      for (const to of all) if (to !== ours) await to.saw(`shouted ${from.id} ["not to ours",1]`);
    }
    server.rpc(0, 'announce', 'over');
    for (const to of [ours, theirs]) await to.saw('announced 1 ["over"]');
    expect(calls(ours).join()).not.toContain('not to ours');
    expect(calls(server)).not.toContain('announced 1 ["over"]'); // without call_local
    expect(stage.reports.take()).toEqual([]);
  });

  it('are answered by calls, to and fro', async () => {
    const { server, ours, theirs } = await stage.party();
    for (const [a, b] of [
      [ours, theirs],
      [server, ours],
      [theirs, server],
    ] as const) {
      a.rpc(b.id, 'ping', 9);
      await a.saw(`pinged ${b.id} [0]`);
      const counts = (of: Side, from: Side): string[] =>
        calls(of).filter((note) => note.startsWith(`pinged ${from.id} `));
      expect(counts(b, a)).toEqual([9, 7, 5, 3, 1].map((count) => `pinged ${a.id} [${count}]`));
      expect(counts(a, b)).toEqual([8, 6, 4, 2, 0].map((count) => `pinged ${b.id} [${count}]`));
    }
  });

  it('are for those who are let in: nobody calls before, nor is called', async () => {
    const server = await stage.server('sesame');
    const inside = await stage.client('JavaScript', 'sesame');
    const other = await stage.client('Godot', 'sesame');
    await inside.saw(`connected ${other.id}`);
    const strangers = (['JavaScript', 'Godot'] as const).map((kind) => stage.knock(kind, 'open').side);
    for (const stranger of strangers) stranger.rpc(1, 'say', 'let me in');
    for (const from of [server, inside, other]) {
      from.rpc(0, 'shout', 'hello');
      for (const to of [server, inside, other]) await to.saw(`shouted ${from.id} ["hello",1]`);
    }
    for (const stranger of strangers) expect(stranger.notes).toEqual([]);
    expect(calls(server).join()).not.toContain('let me in');
  });

  it('reach a client that has come back, under its new id', async () => {
    const { server, clients, all } = await stage.party();
    for (const client of clients) {
      const former = client.id;
      client.rpc(1, 'say', 'before');
      await server.saw(`said ${former} ["before"]`);
      await client.close();
      await server.saw(`disconnected ${former}`);
      await client.join(stage.url);
      await server.saw(`connected ${client.id}`);
      expect(client.id).not.toBe(former);
      for (const other of all) {
        if (other === client) continue;
        await other.saw(`connected ${client.id}`);
        await client.saw(`connected ${other.id}`);
        other.rpc(client.id, 'say', 'welcome back');
        await client.saw(`said ${other.id} ["welcome back"]`);
        client.rpc(other.id, 'say', 'thanks');
        await other.saw(`said ${client.id} ["thanks"]`);
      }
    }
  });
});

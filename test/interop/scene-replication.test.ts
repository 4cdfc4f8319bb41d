// Spawned and synchronized nodes between Godot and this package: a client of each on a server of each.
import { expect, it } from 'vitest';
import { Vector2 } from '../../host/variant/index.js';
import { describeScenes, type Side } from './lib/scene-sides.js';

const unit = ({ id }: Side): string => `World/${id}`;

describeScenes('replication with Godot 4', (stage) => {
  it('spawns units everywhere, with their states, and takes them away', async () => {
    const { server, clients, all } = await stage.party();
    for (const { id } of clients) server.spawn(String(id));
    for (const { id } of clients) {
      for (const client of clients) {
        await client.saw(`spawned ${id}`);
        await client.saw(`unit ${id} at 0,0 hp 100`);
      }
    }
    for (const player of clients) {
      server.set(unit(player), 'position', new Vector2(3, -4));
      for (const client of clients) await client.saw(`unit ${player.id} at 3,-4 hp 100`);
      server.set(unit(player), 'hp', 55);
      for (const client of clients) await client.saw(`unit ${player.id} at 3,-4 hp 55`);
    }
    for (const player of clients) {
      server.free(unit(player));
      for (const client of clients) await client.saw(`despawned ${player.id}`);
    }
    for (const { notes } of all) expect(new Set(notes).size).toBe(notes.length); // nothing twice
    expect(stage.reports.take()).toEqual([]);
  });

  it('hands the inputs of a client to all', async () => {
    const { server, clients, all } = await stage.party();
    for (const { id } of clients) server.spawn(String(id));
    for (const player of clients) {
      for (const client of clients) await client.saw(`spawned ${player.id}`);
      player.set(`${unit(player)}/Input`, 'direction', new Vector2(1, 0));
      for (const other of all) if (other !== player) await other.saw(`input ${player.id} 1,0`);
      player.set(`${unit(player)}/Input`, 'direction', new Vector2(0, -1));
      for (const other of all) if (other !== player) await other.saw(`input ${player.id} 0,-1`);
    }
    expect(stage.reports.take()).toEqual([]);
  });

  it('shows late joiners what is there, as it is, and in its order', async () => {
    const server = await stage.server();
    const first = await stage.client('Godot');
    const names = ['c', 'a', 'b'];
    for (const name of names) server.spawn(name);
    await first.saw('spawned b');
    server.set('World/a', 'position', new Vector2(7, 8));
    server.set('World/a', 'hp', 1);
    await first.saw('unit a at 7,8 hp 1');
    server.free('World/c');
    await first.saw('despawned c');
    for (const kind of ['JavaScript', 'Godot'] as const) {
      const late = await stage.client(kind);
      await late.saw('spawned b');
      const there = late.notes.filter((note) => /^(unit|spawned)/.test(note));
      expect(there).toEqual(['unit a at 7,8 hp 1', 'spawned a', 'unit b at 0,0 hp 100', 'spawned b']);
      server.set('World/b', 'position', new Vector2(1, 1));
      await late.saw('unit b at 1,1 hp 100');
      server.set('World/b', 'position', new Vector2(0, 0));
      await late.saw('unit b at 0,0 hp 100', 2);
    }
  });

  it('goes on for a client that has come back, and for those who stay', async () => {
    const { server, clients } = await stage.party();
    server.spawn('a');
    for (const client of clients) await client.saw('spawned a');
    for (const client of clients) {
      const [other] = clients.filter((one) => one !== client);
      const former = client.id;
      await client.close();
      await server.saw(`disconnected ${former}`);
      server.set('World/a', 'hp', former % 1000);
      await other.saw(`unit a at 0,0 hp ${former % 1000}`);
      const before = client.notes.length;
      await client.join(stage.url);
      await client.saw('spawned a', client.notes.slice(0, before).filter((note) => note === 'spawned a').length + 1);
      expect(client.notes.slice(before)).toContain(`unit a at 0,0 hp ${former % 1000}`);
      server.set('World/a', 'hp', 1000 + (client.id % 1000));
      for (const one of clients) await one.saw(`unit a at 0,0 hp ${1000 + (client.id % 1000)}`);
    }
  });

  it.each(['JavaScript', 'Godot'] as const)('takes spawns of a %s client that has the spawner', async (kind) => {
    const { clients, all } = await stage.party();
    const [from] = clients.filter((one) => one.kind === kind);
    const others = all.filter((one) => one !== from);
    for (const one of all) one.give('Spawner', from.id);
    for (const to of others) {
      to.rpc(from.id, 'say', 'ready');
      await from.saw(`said ${to.id} ["ready"]`);
    }
    from.spawn('theirs');
    for (const to of others) await to.saw('spawned theirs');
    from.free('World/theirs');
    for (const to of others) await to.saw('despawned theirs');
    from.spawn('late');
    const late = await stage.client('JavaScript');
    await from.saw(`connected ${late.id}`);
    from.rpc(late.id, 'say', 'hello');
    await late.saw(`said ${from.id} ["hello"]`);
    expect(late.notes).not.toContain('spawned late'); // it believes that the server has the spawner
    for (const to of others) await to.saw('spawned late');
  });
});

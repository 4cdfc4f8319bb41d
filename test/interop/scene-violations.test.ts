// What a peer may not do, between Godot and this package: it is dropped, reported where this package is the one that drops
// it, and nothing else happens.
import { expect, it } from 'vitest';
import { Vector2 } from '../../host/variant/index.js';
import { describeScenes, type Side } from './lib/scene-sides.js';

describeScenes('what a peer may not do, with Godot 4', (stage) => {
  let count = 0;

  /** What `others` note of what `from` does in `act`: each of them hears a last call after it. */
  async function notedOf(from: Side, others: readonly Side[], act: () => unknown): Promise<string[]> {
    const before = others.map(({ notes }) => notes.length);
    await act();
    count += 1;
    for (const to of others) {
      from.rpc(to.id, 'say', count);
      await to.saw(`said ${from.id} [${count}]`);
    }
    const isLast = (note: string): boolean => note === `said ${from.id} [${count}]`;
    return others.flatMap(({ notes }, i) => notes.slice(before[i]).filter((note) => !isLast(note)));
  }

  const othersThan = (from: Side, sides: readonly Side[]): Side[] => sides.filter((one) => one !== from);
  const areHere = (sides: readonly Side[]): Side[] => sides.filter(({ kind }) => kind === 'JavaScript');

  it('calls of what is the authority’s alone', async () => {
    const { clients, all } = await stage.party();
    for (const from of clients) {
      const others = othersThan(from, all);
      expect(await notedOf(from, others, () => from.rpc(0, 'announce', 'I am the server'))).toEqual([]);
      const reports = stage.reports.take().filter((text) => text.includes(`a call of peer ${from.id}`));
      expect(reports).toHaveLength(areHere(others).length);
      for (const report of reports) expect(report).toContain('announce has the mode "authority"');
    }
  });

  it('calls with other arguments than the method has', async () => {
    const { clients, all } = await stage.party();
    for (const from of clients) {
      const others = othersThan(from, all);
      const act = (): void => {
        for (const to of others) {
          from.rpc(to.id, 'say');
          from.rpc(to.id, 'say', 1, 2, 3);
        }
      };
      expect(await notedOf(from, others, act)).toEqual([]);
      const reports = stage.reports.take().filter((text) => text.includes(`a call of peer ${from.id}`));
      expect(reports).toHaveLength(areHere(others).length); // one line for both
      for (const report of reports) expect(report).toContain('say takes 1 arguments, got 0');
    }
  });

  it.each(['JavaScript', 'Godot'] as const)('states of what is another’s, from %s', async (kind) => {
    const { server, clients, all } = await stage.party();
    server.spawn('a');
    for (const client of clients) await client.saw('spawned a');
    const [from] = clients.filter((one) => one.kind === kind);
    const others = othersThan(from, all);
    const act = async (): Promise<void> => {
      from.give('World/a/Sync', from.id);
      from.set('World/a', 'position', new Vector2(9, 9));
      from.set('World/a', 'hp', 9999);
      if (areHere(others).length > 0) await stage.reported(`a state of peer ${from.id} is dropped: `);
    };
    expect((await notedOf(from, others, act)).join()).not.toMatch(/9,9|9999/);
    server.set('World/a', 'hp', 7);
    for (const to of othersThan(from, clients)) await to.saw('unit a at 0,0 hp 7');
  });

  it('spawns where the spawner is another’s', async () => {
    const { clients, all } = await stage.party();
    for (const from of clients) {
      const others = othersThan(from, all);
      from.give('Spawner', from.id);
      expect(await notedOf(from, others, () => from.spawn('mine'))).toEqual([]);
      const reports = stage.reports.take().filter((text) => text.includes(`a spawn of peer ${from.id}`));
      expect(reports).toHaveLength(areHere(others).length);
      expect(await notedOf(from, others, () => from.free('World/mine'))).toEqual([]);
      from.give('Spawner', 1);
    }
  });
});

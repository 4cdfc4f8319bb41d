// Situations in which the directories of all brokers must do the same.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Directory } from '../../host/cluster/broker.js';
import type { Situation } from './broker-situations.js';

const HOSTILE_KEYS = [
  '',
  '.',
  'a.',
  '.a',
  'a..b',
  '*',
  '>',
  'room.*',
  'room.>',
  'a b',
  'a/b',
  'a=b',
  'ä',
  '$JS.API',
  'a\n',
  'a'.repeat(300),
];
const ODD_KEYS = ['__proto__', 'constructor', 'toString', '-', '_', '0', 'A-_9.b.c', 'a'.repeat(256)];
const ODD_VALUES = ['', ' ', '"', '\\', '\u0000\r\n', 'Grüße 🎮', '{"a":[1]}', 'x'.repeat(65_536)];

const revisionsOf = (found: Awaited<ReturnType<Directory['list']>>): unknown[] =>
  [...found].map(([key, { value, revision }]) => [key, value, revision]).sort();

export const DIRECTORY: readonly Situation[] = [
  [
    'makes, reads, changes and removes entries at their revisions only, for all members',
    async ({ brokers: [{ directory: a }, { directory: b }] }, key) => {
      expect(await a.get(key)).toBeNull();
      const first = await a.create(key, 'one');
      expect(await b.get(key)).toEqual({ value: 'one', revision: first });
      expect(await b.create(key, 'two')).toBeNull();
      const second = await b.update(key, 'two', Number(first));
      expect(Number(second)).toBeGreaterThan(Number(first));
      expect(await a.get(key)).toEqual({ value: 'two', revision: second });
      expect(await a.update(key, 'three', Number(first))).toBeNull();
      expect(await a.remove(key, Number(first))).toBe(false);
      expect(await a.get(key)).toEqual({ value: 'two', revision: second });
      expect(await a.remove(key, Number(second))).toBe(true);
      expect(await b.get(key)).toBeNull();
      expect(await b.remove(key, Number(second))).toBe(false);
      expect(await b.update(key, 'four', Number(second))).toBeNull();
      const again = await b.create(key, 'five');
      expect(Number(again)).toBeGreaterThan(Number(second));
      expect(await a.get(key)).toEqual({ value: 'five', revision: again });
    },
  ],
  [
    'changes and removes nothing at a revision that can’t be',
    async ({ brokers: [{ directory }] }, key) => {
      const revision = await directory.create(key, 'one');
      for (const bad of [0, -1, 0.5, Number.MAX_SAFE_INTEGER]) {
        expect([await directory.update(key, 'two', bad), await directory.remove(key, bad)]).toEqual([null, false]);
        expect([await directory.update(`${key}.x`, 'two', bad), await directory.remove(`${key}.x`, bad)]).toEqual([
          null,
          false,
        ]);
      }
      expect(await directory.get(key)).toEqual({ value: 'one', revision });
    },
  ],
  [
    'lists what begins with a text, without what was removed',
    async ({ brokers: [{ directory: a }, { directory: b }] }, key) => {
      const names = ['a.1', 'a.2', 'ab.1', 'a.gone'];
      const revisions = new Map<string, number | null>();
      for (const name of names) revisions.set(name, await a.create(`${key}.${name}`, name));
      revisions.set('a.2', await b.update(`${key}.a.2`, 'changed', Number(revisions.get('a.2'))));
      await b.remove(`${key}.a.gone`, Number(revisions.get('a.gone')));
      const row = (name: string, value = name): unknown => [`${key}.${name}`, value, revisions.get(name)];
      expect(revisionsOf(await b.list(`${key}.a.`))).toEqual([row('a.1'), row('a.2', 'changed')]);
      expect(revisionsOf(await b.list(`${key}.a`))).toEqual([row('a.1'), row('a.2', 'changed'), row('ab.1')]);
      expect(revisionsOf(await b.list(`${key}.none`))).toEqual([]);
      const all = await a.list('');
      expect(all.get(`${key}.ab.1`)?.value).toBe('ab.1');
    },
  ],
  [
    'gives one of 1,000 claims at once the name',
    async ({ brokers }, key) => {
      const claims = Array.from({ length: 1000 }, (_, at) => {
        const { directory } = brokers[at % 3] ?? brokers[0];
        return directory.create(key, String(at));
      });
      const won = (await Promise.all(claims))
        .map((revision, at) => ({ revision, at }))
        .filter(({ revision }) => revision !== null);
      expect(won).toHaveLength(1);
      expect(await brokers[0].directory.get(key)).toEqual({ value: String(won[0]?.at), revision: won[0]?.revision });
    },
  ],
  [
    'lets one of 100 changes of the same revision through',
    async ({ brokers }, key) => {
      const revision = Number(await brokers[0].directory.create(key, 'begin'));
      const changes = Array.from({ length: 100 }, (_, at) => {
        const { directory } = brokers[at % 3] ?? brokers[0];
        return at % 2 === 0 ? directory.update(key, String(at), revision) : directory.remove(key, revision);
      });
      const results = await Promise.all(changes);
      expect(results.filter((result) => result !== null && result !== false)).toHaveLength(1);
    },
  ],
  [
    'refuses hostile keys, naming them, and takes odd ones',
    async ({ brokers: [{ directory }] }, key) => {
      for (const bad of HOSTILE_KEYS) {
        const refused = { name: 'RangeError', message: expect.stringContaining(JSON.stringify(bad.slice(0, 256))) };
        await expect(directory.create(bad, 'x')).rejects.toMatchObject(refused);
        await expect(directory.get(bad)).rejects.toMatchObject(refused);
        await expect(directory.update(bad, 'x', 1)).rejects.toMatchObject(refused);
        await expect(directory.remove(bad, 1)).rejects.toMatchObject(refused);
      }
      for (const bad of ['*', '>', 'a b', 'a/'])
        await expect(directory.list(bad)).rejects.toMatchObject({ name: 'RangeError' });
      for (const odd of ODD_KEYS) expect([odd, await directory.get(odd)]).toEqual([odd, null]);
      const made = await Promise.all(ODD_KEYS.map((odd) => directory.create(odd, key)));
      expect(made).not.toContain(null);
      const removed = await Promise.all(ODD_KEYS.map((odd, at) => directory.remove(odd, Number(made[at]))));
      expect(removed).not.toContain(false);
    },
  ],
  [
    'keeps any text',
    async ({ brokers: [{ directory: a }, { directory: b }] }, key) => {
      for (const [at, value] of ODD_VALUES.entries()) {
        const revision = await a.create(`${key}.${at}`, value);
        expect(await b.get(`${key}.${at}`)).toEqual({ value, revision });
      }
      const listed = await b.list(`${key}.`);
      expect(ODD_VALUES.map((_, at) => listed.get(`${key}.${at}`)?.value)).toEqual(ODD_VALUES);
    },
  ],
  [
    'lets an entry live for the time to live after its last change, and no longer',
    async ({ brokers: [{ directory: a }, { directory: b }] }, key) => {
      const begin = performance.now();
      const first = Number(await a.create(key, 'one'));
      await a.create(`${key}.left`, 'alone');
      await sleep(a.ttl_ms / 2);
      const changed = performance.now();
      const second = await a.update(key, 'two', first);
      // A busy machine may be so late that it is gone, which is right, too.
      if (second === null) expect(performance.now() - begin).toBeGreaterThan(a.ttl_ms);
      else {
        await sleep(begin + a.ttl_ms * 1.25 - performance.now());
        const isThere = (await b.get(key)) !== null;
        if (!isThere) expect(performance.now() - changed).toBeGreaterThan(a.ttl_ms);
        expect(await b.get(`${key}.left`)).toBeNull();
        expect((await b.list(`${key}.`)).size).toBe(0);
      }
      for (;;) {
        const asked = performance.now();
        if ((await b.get(key)) === null) break;
        expect(asked - changed).toBeLessThan(a.ttl_ms + 2000); // a server looks now and then
        await sleep(50);
      }
      expect(performance.now() - changed).toBeGreaterThan(a.ttl_ms - 50);
      expect(await a.update(key, 'three', Number(second))).toBeNull();
      expect(await b.create(key, 'anew')).not.toBeNull();
    },
  ],
];

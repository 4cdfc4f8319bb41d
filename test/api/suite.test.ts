// The API suite in Node: every call of a WebSocketPeer in every situation, compared with Godot's answers, for each kind
// of connection. Its tests for pages are in ../page and ../browser.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testColumn } from './column-tests.js';
import { ADDITIONS, DIFFERENCES } from './differences.js';
import { applies, godotAnswer, SITUATION_NAMES } from './expected.js';
import { overStream, overTcp, overTls, overWorker } from './node-columns.js';
import { CALLS, METHODS, PROPERTIES, titleOf } from './rows.js';

testColumn('TCP', overTcp);
testColumn('TLS', overTls);
testColumn('stream', overStream);
testColumn('worker', overWorker);

interface ClassRecord {
  readonly methods: readonly { readonly name: string }[];
  readonly properties: readonly { readonly name: string }[];
}

describe('the rows', () => {
  const titles = CALLS.map(titleOf);

  it('have each its own title', () => {
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('call every method of the class and of PacketPeer', () => {
    const called = new Set(CALLS.map(({ method }) => method));
    const setters = PROPERTIES.map((name) => `set_${name}`); // called by `set`
    expect(METHODS.filter((name) => !called.has(name) && !setters.includes(name as never))).toEqual([]);
  });

  it('name every method and property that Godot has', () => {
    const api = JSON.parse(readFileSync(new URL('../golden/api4.json', import.meta.url), 'utf8'));
    const classes: ClassRecord[] = [api.classes.WebSocketPeer, api.classes.PacketPeer];
    expect([...METHODS].sort()).toEqual(classes.flatMap(({ methods }) => methods.map(({ name }) => name)).sort());
    expect([...PROPERTIES].sort()).toEqual(
      classes.flatMap(({ properties }) => properties.map(({ name }) => name)).sort(),
    );
  });

  it('that are no call of Godot have answers of their own', () => {
    expect(Object.keys(ADDITIONS)).toEqual(CALLS.filter(({ isAddition }) => isAddition).map(titleOf));
  });
});

describe('a difference', () => {
  it.each(DIFFERENCES.map((difference) => [difference.calls[0], difference.why, difference] as const))(
    'of %s is one, because %s',
    (_call, why, difference) => {
      expect(why.length).toBeGreaterThan(20);
      for (const situation of difference.situations) {
        for (const title of difference.calls) {
          const answer = godotAnswer(situation, title);
          expect(applies(difference, situation, title)).toBe(true);
          expect({ ...answer, ...difference.answer }, `${title}, ${situation}`).not.toEqual(answer);
        }
      }
      expect(SITUATION_NAMES).toEqual(expect.arrayContaining([...difference.situations]));
    },
  );
});

// Tests of one column of the API suite: one for each situation, and those of the listed members.
import { beforeAll, describe, expect, it } from 'vitest';
import type { ColumnName } from './differences.js';
import { expectedIn, judged, SITUATION_NAMES } from './expected.js';
import { complaintsAbout } from './listed.js';
import { type Column, type Outcomes, play } from './play.js';

export interface Played {
  readonly column: Column;
  close(): void;
}

/** Defines the tests of a column; its calls are made once for all situations. */
export function testColumn(name: ColumnName, open: () => Promise<Played> | Played): void {
  testOutcomes(name, async () => {
    const { column, close } = await open();
    try {
      return await play(column);
    } finally {
      column.set_error_handler(undefined);
      close();
    }
  });
  testListed(name, open);
}

/** Defines the test that every method and property listed by a peer can be used. */
function testListed(name: ColumnName, open: () => Promise<Played> | Played): void {
  it(`${name}: nothing that is listed throws`, async () => {
    const { column, close } = await open();
    try {
      expect(await complaintsAbout(column)).toEqual([]);
    } finally {
      column.set_error_handler(undefined);
      close();
    }
  });
}

export function testOutcomes(name: ColumnName, played: () => Promise<Outcomes>): void {
  describe(name, () => {
    let outcomes: Outcomes;
    beforeAll(async () => {
      outcomes = await played();
    });

    it.each(SITUATION_NAMES)('%s: each call answers as in Godot, or as a difference says', (situation) => {
      const expected = expectedIn(situation, name);
      expect(judged(outcomes[situation], expected)).toEqual(expected);
    });
  });
}

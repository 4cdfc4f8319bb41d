// Recorded behaviour of the engine's WebSocketPeer, over real sockets: each record is a test.
import { describe, expect, test } from 'vitest';
import { goldenRecord, goldenRecords, runScenario, type Scenario } from '../../helpers/game-records.js';
import { MemoryLoop } from '../../helpers/memory-stream-loop.js';
import { CLOSING_SCENARIOS } from './records/closing.js';
import { CONNECTING_SCENARIOS } from './records/connecting.js';
import { DIFFERENCES } from './records/differences.js';
import { FRESH_SCENARIOS } from './records/fresh.js';
import { INJECT_SCENARIOS } from './records/inject.js';
import { MISC_SCENARIOS } from './records/misc.js';
import { OPEN_SCENARIOS } from './records/open.js';
import { PAIR_SCENARIOS } from './records/pair.js';
import { RECEIVE_SCENARIOS } from './records/receive.js';
import { timeScenarios } from './records/time.js';
import { VARIABLE_SCENARIOS } from './records/variables.js';
import { WSS_SCENARIOS } from './records/wss.js';

const SCENARIOS: readonly Scenario[] = [
  ...FRESH_SCENARIOS,
  ...CONNECTING_SCENARIOS,
  ...OPEN_SCENARIOS,
  ...RECEIVE_SCENARIOS,
  ...INJECT_SCENARIOS,
  ...CLOSING_SCENARIOS,
  ...PAIR_SCENARIOS,
  ...MISC_SCENARIOS,
  ...VARIABLE_SCENARIOS,
  ...WSS_SCENARIOS,
];

for (const scenario of SCENARIOS) runScenario(scenario, DIFFERENCES);

const PREFIXES = new Set(
  'fresh prop url connect accept connecting inject open send recv blocked closecall closing closed abnormal pair frag'
    .concat(' heartbeat misc wss crash put_var')
    .split(' '),
);

/** The part of an id before the first '.' or ':'. */
function prefixOf(id: string): string {
  const end = Math.min(...[id.indexOf('.'), id.indexOf(':')].filter((at) => at >= 0));
  return id.slice(0, end);
}

describe('the records', () => {
  const played = [...SCENARIOS, ...timeScenarios(new MemoryLoop())].flatMap(({ records }) => records);

  test('each one of this class is played once', () => {
    const wanted = goldenRecords()
      .map(({ id }) => id)
      .filter((id) => PREFIXES.has(prefixOf(id)));
    expect(played.sort()).toEqual(wanted.sort());
  });

  test('every difference is one: it is played, it has a reason, and it says something else than the record', () => {
    for (const [id, { because, ...instead }] of Object.entries(DIFFERENCES)) {
      expect(played, id).toContain(id);
      expect(because.length, id).toBeGreaterThan(20);
      const record = goldenRecord(id);
      expect({ ...record, ...instead }, id).not.toEqual(record);
    }
  });
});

// Tests from recorded behaviour of the engine: scenarios note results under a record's id, and each record becomes a
// test that compares the two.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WebSocketPeer } from '../../host/godot4/websocket/web-socket-peer.js';
import { Game } from './game.js';

export interface GoldenRecord {
  readonly id: string;
  readonly setup: string;
  readonly call: string;
  readonly returned: unknown;
  readonly state_after: string | null;
  readonly close_code: number | null;
  readonly close_reason: string | null;
  readonly packets_after?: number;
  readonly errors_printed: number | null;
  readonly notes?: string;
}

/** Intended difference of this package: its result, and the rule for it. */
export interface Difference extends Partial<Omit<GoldenRecord, 'id' | 'setup' | 'call'>> {
  readonly because: string;
}

const STATES = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'];

export function goldenRecords(): GoldenRecord[] {
  const file = new URL('../golden/behaviour.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as GoldenRecord[];
}

const RECORDS = new Map(goldenRecords().map((record) => [record.id, record]));

export function goldenRecord(id: string): GoldenRecord {
  const record = RECORDS.get(id);
  if (record === undefined) throw new Error(`there is no record ${id}`);
  return record;
}

/** Ids that begin with `prefix`. */
export function recordIds(prefix: string): string[] {
  return [...RECORDS.keys()].filter((id) => id.startsWith(prefix));
}

/** What a call returned is not compared, for the reason given. */
export class Unjudged {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

interface Outcome {
  readonly returned: unknown;
  readonly state: string;
  readonly code: number;
  readonly reason: string;
  readonly packets: number;
  readonly errors: readonly string[];
}

/** A game in which a scenario runs, with its notes. */
export class Stage extends Game {
  readonly outcomes = new Map<string, Outcome>();

  /** Notes the current state under `id`, with the errors since the last note or `quiet`. */
  note(id: string, peer: WebSocketPeer, returned: unknown): void {
    this.outcomes.set(id, {
      returned,
      state: STATES[peer.get_ready_state()],
      code: peer.get_close_code(),
      reason: peer.get_close_reason(),
      packets: peer.get_available_packet_count(),
      errors: this.reports.errors,
    });
    this.reports.clear();
  }

  /** Notes one call and nothing else. */
  call(id: string, peer: WebSocketPeer, call: () => unknown): void {
    this.reports.clear();
    this.note(id, peer, shown(call()));
  }

  /** Forgets reports of preparations. */
  quiet(): void {
    this.reports.clear();
  }
}

/** A result in the form of the records. */
export function shown(result: unknown): unknown {
  if (result === undefined) return null;
  if (result instanceof Uint8Array) return { bytes: result.length, hex: Buffer.from(result).toString('hex') };
  return result;
}

export interface Scenario {
  /** Ids that `play` notes, each once. */
  readonly records: readonly string[];
  readonly play: (stage: Stage) => Promise<void> | void;
  /** Compares what calls returned, when these are not simply equal. */
  readonly compare?: (actual: unknown, expected: unknown) => void;
}

function judge(outcome: Outcome, expected: GoldenRecord, compare: Scenario['compare']): void {
  if (!(outcome.returned instanceof Unjudged)) {
    if (compare === undefined) expect(outcome.returned, 'returned').toEqual(expected.returned);
    else compare(outcome.returned, expected.returned);
  }
  if (expected.state_after !== null) {
    expect([outcome.state, outcome.code, outcome.reason]).toEqual([
      expected.state_after,
      expected.close_code,
      expected.close_reason,
    ]);
  }
  if (expected.packets_after !== undefined) expect(outcome.packets, 'packets').toBe(expected.packets_after);
  if (expected.errors_printed === null) return;
  // One failure is one message here; the engine often prints two.
  expect(outcome.errors.length > 0, `reports: ${outcome.errors.join('; ')}`).toBe(expected.errors_printed > 0);
}

/** Makes a test of each record of `scenario`. */
export function runScenario(scenario: Scenario, differences: Readonly<Record<string, Difference>>): void {
  describe.sequential(scenario.records[0], () => {
    const stage = new Stage();
    stage.reports.stop();
    beforeAll(async () => {
      stage.reports.listen();
      await scenario.play(stage);
    });
    afterAll(() => stage.end());

    for (const record of scenario.records.map(goldenRecord)) {
      test(`${record.id}: ${record.call}`, () => {
        const outcome = stage.outcomes.get(record.id);
        if (outcome === undefined) throw new Error('the scenario did not come to this record');
        judge(outcome, { ...record, ...differences[record.id] }, scenario.compare);
      });
    }
  });
}

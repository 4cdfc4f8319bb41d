// What each message between two processes means in each state of their pair, as one table. The diagram in docs/ is
// generated from it; no other file decides on it.
//
// Each side gives a session a number of its own, higher than all before, and no number is ever used again. A side binds
// its number to the first one that it hears from the other. So what follows holds without any further word:
// - a number that is lower than a known one has ended;
// - who names an ended number is behind, and is told so: once, by RESET, which is never answered;
// - the batches of a number are taken within one session only, or not at all.

/** NONE: no pair; FRESH: this side has begun; LIVE: both numbers are known; DEAD: ended, its number with it. */
export type PairState = 'NONE' | 'FRESH' | 'LIVE' | 'DEAD';

/** What a message, or what happens here, means to the pair. */
export type PairEvent =
  | 'used'
  | 'opening'
  | 'known'
  | 'behind'
  | 'crossed'
  | 'reset'
  | 'old reset'
  | 'impossible'
  | 'gone'
  | 'silent'
  | 'out of touch'
  | 'abandoned'
  | 'broken'
  | 'rested';

/** What is done, besides the change of the state. */
export type PairAct = 'open' | 'bind' | 'take' | 'end' | 'end and open' | 'end and refuse' | 'refuse' | 'drop';

export interface PairRow {
  readonly from: PairState;
  readonly on: PairEvent;
  readonly to: PairState;
  readonly act: PairAct;
  readonly note: string;
}

export const PAIR_TABLE: readonly PairRow[] = [
  { from: 'NONE', on: 'used', to: 'FRESH', act: 'open', note: 'a record or a link is there for the other' },
  { from: 'NONE', on: 'opening', to: 'LIVE', act: 'open', note: 'the other has begun; its number is bound' },
  { from: 'NONE', on: 'behind', to: 'NONE', act: 'refuse', note: 'the other is told once that its session has ended' },
  { from: 'NONE', on: 'old reset', to: 'NONE', act: 'drop', note: 'nothing is left to end' },
  { from: 'NONE', on: 'impossible', to: 'NONE', act: 'drop', note: 'reported' },

  { from: 'FRESH', on: 'opening', to: 'LIVE', act: 'bind', note: 'an answer, or both have begun at once' },
  { from: 'FRESH', on: 'behind', to: 'FRESH', act: 'refuse', note: 'an earlier session of the other' },
  { from: 'FRESH', on: 'reset', to: 'DEAD', act: 'end', note: 'refused' },
  { from: 'FRESH', on: 'old reset', to: 'FRESH', act: 'drop', note: 'about an earlier session' },
  { from: 'FRESH', on: 'impossible', to: 'FRESH', act: 'drop', note: 'reported' },
  { from: 'FRESH', on: 'gone', to: 'DEAD', act: 'end', note: 'nobody subscribes to its subject' },
  { from: 'FRESH', on: 'silent', to: 'DEAD', act: 'end', note: 'no answer for 1.6 s' },
  { from: 'FRESH', on: 'out of touch', to: 'DEAD', act: 'end', note: 'the broker is away for too long' },
  { from: 'FRESH', on: 'abandoned', to: 'DEAD', act: 'end', note: 'this process ends its links; the other is told' },
  { from: 'FRESH', on: 'rested', to: 'DEAD', act: 'end', note: 'another one needs its place' },
  { from: 'FRESH', on: 'broken', to: 'DEAD', act: 'end', note: 'too much waits; the other is told' },

  { from: 'LIVE', on: 'known', to: 'LIVE', act: 'take', note: 'the usual message' },
  { from: 'LIVE', on: 'opening', to: 'LIVE', act: 'end and open', note: 'the other has begun anew' },
  { from: 'LIVE', on: 'behind', to: 'LIVE', act: 'refuse', note: 'an earlier session of the other' },
  { from: 'LIVE', on: 'crossed', to: 'DEAD', act: 'end and refuse', note: 'each side has bound another number' },
  { from: 'LIVE', on: 'reset', to: 'DEAD', act: 'end', note: 'the other has ended it, for a cause' },
  { from: 'LIVE', on: 'old reset', to: 'LIVE', act: 'drop', note: 'about an earlier session' },
  { from: 'LIVE', on: 'impossible', to: 'LIVE', act: 'drop', note: 'reported' },
  { from: 'LIVE', on: 'gone', to: 'DEAD', act: 'end', note: 'nobody subscribes to its subject' },
  { from: 'LIVE', on: 'silent', to: 'DEAD', act: 'end', note: 'nothing heard for 1.6 s; the other is told' },
  { from: 'LIVE', on: 'out of touch', to: 'DEAD', act: 'end', note: 'the broker is away for too long' },
  { from: 'LIVE', on: 'abandoned', to: 'DEAD', act: 'end', note: 'this process ends its links; the other is told' },
  { from: 'LIVE', on: 'broken', to: 'DEAD', act: 'end', note: 'a message can’t be read; the other is told' },
  { from: 'LIVE', on: 'rested', to: 'DEAD', act: 'end', note: 'without links and traffic for minutes; forgotten' },
];

const ROWS: ReadonlyMap<string, PairRow> = new Map(PAIR_TABLE.map((row) => [`${row.from} ${row.on}`, row]));

/** The row for `event`. An event that the table does not list for `state` is a bug of this package. */
export function pairRow(state: PairState, event: PairEvent): PairRow {
  const row = ROWS.get(`${state} ${event}`);
  if (row === undefined) throw new Error(`pair: "${event}" cannot happen in state ${state}`);
  return row;
}

/** Session numbers as one side knows them; 0: unknown, or none. */
export interface Numbers {
  /** Of this side, of the living session; 0 without one. */
  readonly own: number;
  /** Of the other, that `own` is bound to. */
  readonly theirs: number;
  /** The highest one of the other that has ended. */
  readonly ended: number;
  /** The highest one that this side has ever used. */
  readonly last: number;
}

/** What a BATCH or a STATE means, by the numbers of its sender's session and of the one that it is for. */
export function meaningOf(session: number, other: number, { own, theirs, ended, last }: Numbers): PairEvent {
  if (other > last) return 'impossible';
  if (session <= ended) return 'behind';
  const isForOwn = other === 0 || other === own;
  if (own === 0) return isForOwn ? 'opening' : 'behind';
  if (theirs === 0) return isForOwn ? 'opening' : 'behind';
  if (session < theirs) return 'behind';
  if (session === theirs) return isForOwn ? 'known' : 'crossed';
  return other === 0 ? 'opening' : 'crossed';
}

/** What a RESET means: `session` of its sender has ended, or is no longer in touch with `other`. */
export function meaningOfReset(session: number, other: number, { own, theirs }: Numbers): PairEvent {
  const endsOwn = own !== 0 && other === own;
  const endsTheirs = theirs !== 0 && session >= theirs;
  return endsOwn || endsTheirs ? 'reset' : 'old reset';
}

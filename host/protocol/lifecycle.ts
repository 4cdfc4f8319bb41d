// State machine of a connection as one table of transitions. The diagram in docs/ is generated from it; no other file
// defines a transition.

/** Values of Godot's WebSocketPeer.State. */
export const CONNECTING = 0 as const;
export const OPEN = 1 as const;
export const CLOSING = 2 as const;
export const CLOSED = 3 as const;

/** The same values as one object. */
export const State = { CONNECTING, OPEN, CLOSING, CLOSED } as const;
/** The same values by Godot's names. */
export const STATES = /* @__PURE__ */ Object.freeze({
  STATE_CONNECTING: CONNECTING,
  STATE_OPEN: OPEN,
  STATE_CLOSING: CLOSING,
  STATE_CLOSED: CLOSED,
});
export type State = (typeof State)[keyof typeof State];
export type StateName = keyof typeof State;

/** Events that change a connection's state. */
export type LifecycleEvent =
  | 'handshake done'
  | 'handshake failed'
  | 'close called'
  | 'dropped'
  | 'close received'
  | 'reply waits'
  | 'reply sent'
  | 'violation'
  | 'stream ended'
  | 'timeout';

export interface Transition {
  readonly from: StateName;
  readonly on: LifecycleEvent;
  readonly to: StateName;
  readonly note: string;
}

export const LIFECYCLE: readonly Transition[] = [
  { from: 'CONNECTING', on: 'handshake done', to: 'OPEN', note: 'inside poll()' },
  { from: 'CONNECTING', on: 'handshake failed', to: 'CLOSED', note: 'refused, unreachable, bad answer; code -1' },
  { from: 'CONNECTING', on: 'timeout', to: 'CLOSED', note: 'handshake_timeout; code -1' },
  { from: 'CONNECTING', on: 'dropped', to: 'CLOSED', note: 'close(), whatever its code; code -1' },
  {
    from: 'OPEN',
    on: 'close called',
    to: 'CLOSING',
    note: 'at once; the close frame leaves behind what was sent before',
  },
  {
    from: 'OPEN',
    on: 'close received',
    to: 'CLOSED',
    note: 'answered in the same poll(); the code is the other side’s',
  },
  { from: 'OPEN', on: 'reply waits', to: 'CLOSING', note: 'a close was received, its answer waits for the network' },
  { from: 'OPEN', on: 'violation', to: 'CLOSED', note: '1002, 1007, 1008, 1009; -1 for a malformed frame' },
  { from: 'OPEN', on: 'stream ended', to: 'CLOSED', note: 'without a close frame; code -1' },
  { from: 'OPEN', on: 'timeout', to: 'CLOSED', note: 'a pong is missing; code -1' },
  { from: 'OPEN', on: 'dropped', to: 'CLOSED', note: 'close(-1): no close frame; code -1' },
  { from: 'CLOSING', on: 'close received', to: 'CLOSED', note: 'the code is the other side’s' },
  { from: 'CLOSING', on: 'reply sent', to: 'CLOSED', note: 'the answer that waited has left' },
  { from: 'CLOSING', on: 'violation', to: 'CLOSED', note: 'as in OPEN' },
  { from: 'CLOSING', on: 'stream ended', to: 'CLOSED', note: 'without an answer; code -1' },
  { from: 'CLOSING', on: 'timeout', to: 'CLOSED', note: 'close_timeout; code -1' },
  { from: 'CLOSING', on: 'dropped', to: 'CLOSED', note: 'close(-1); code -1' },
];

const NEXT: ReadonlyMap<string, State> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ LIFECYCLE.map(({ from, on, to }) => [`${State[from]} ${on}`, State[to]]),
);

/** The state after `event`. An event that the table does not list for `state` is a bug of this package. */
export function nextState(state: State, event: LifecycleEvent): State {
  const next = NEXT.get(`${state} ${event}`);
  if (next === undefined) throw new Error(`lifecycle: "${event}" cannot happen in state ${state}`);
  return next;
}

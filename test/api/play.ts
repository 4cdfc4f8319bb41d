// Runner of one column of the API suite: makes each call in each situation and returns the outcomes in the form of the
// recorded ones. Independent of test runner and runtime.
import {
  type Argument,
  CALLS,
  type Call,
  SITUATIONS,
  type Situation,
  type SituationName,
  type Step,
  titleOf,
} from './rows.js';

/** The members of a WebSocketPeer that are used by name. */
export interface Peer {
  poll(): void;
  get_ready_state(): number;
  get_available_packet_count(): number;
  get_packet(): Uint8Array;
  was_string_packet(): boolean;
  close(code?: number, reason?: string): void;
  get_close_code(): number;
  get_close_reason(): string;
  get_property_list(): readonly { readonly name: string }[];
  free(): void;
}

/** A column: its class of peers, and how they connect. */
export interface Column {
  /** What `ORIGIN` stands for: scheme, host and port. */
  readonly origin: string;
  /** The class, with its static methods. */
  readonly peers: object;
  peer(): Peer;
  /** Begins a connection whose other side behaves as named by `path`; returns the result of the call. */
  connect(peer: Peer, path: string): number;
  /** Creates an object that is used as an argument. */
  make(what: 'server options' | 'unconnected stream'): unknown;
  /** Whether the peer has got as far as it can in CONNECTING. */
  readonly isUnderway?: (peer: Peer) => boolean;
  set_error_handler(handler: ((message: string, kind: string) => void) | undefined): unknown;
}

export interface Outcome {
  readonly returned: unknown;
  readonly state: string;
  /** Whether at least one error was reported. */
  readonly says: boolean;
  /** The server's echo: whether it was text, and the bytes. */
  readonly echo?: readonly [isText: boolean, hex: string];
  /** Close code and reason once CLOSED; null when it does not come to that. */
  readonly end?: readonly [code: number, reason: string] | null;
  /** Value of the property after the call. */
  readonly value?: unknown;
}

/** Outcomes by situation and call. */
export type Outcomes = Record<string, Record<string, Outcome>>;

const STATES = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'];
const PATIENCE_MS = 60_000;

const pause = (): Promise<void> => new Promise((go) => setTimeout(go, 2));

async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await pause();
  }
}

export async function play(column: Column): Promise<Outcomes> {
  const outcomes: Outcomes = {};
  for (const name of Object.keys(SITUATIONS) as SituationName[]) {
    outcomes[name] = await playSituation(column, SITUATIONS[name]);
  }
  return outcomes;
}

async function playSituation(column: Column, situation: Situation): Promise<Record<string, Outcome>> {
  const alone = CALLS.filter(({ effect }) => situation.alone.includes(effect));
  const shared = await peerIn(column, situation);
  const own = new Map<Call, Peer>();
  await Promise.all(alone.map(async (call) => own.set(call, await peerIn(column, situation))));
  const outcomes: Record<string, Outcome> = {};
  for (const call of CALLS) {
    const peer = own.get(call) ?? shared;
    try {
      outcomes[titleOf(call)] = await outcomeOf(column, peer, call);
    } catch (error) {
      throw new Error(`${titleOf(call)}: ${(error as Error).message}`);
    }
  }
  for (const peer of [shared, ...own.values()]) peer.free();
  return outcomes;
}

/** A peer in `situation`. */
export async function peerIn(column: Column, { steps }: Situation): Promise<Peer> {
  const peer = column.peer();
  for (const step of steps) await take(column, peer, step);
  return peer;
}

async function take(column: Column, peer: Peer, { path, until: goal, end }: Step): Promise<void> {
  const error = column.connect(peer, path);
  if (error !== 0) throw new Error(`no connection to ${path}: ${error}`);
  await until(() => {
    peer.poll();
    return isReached(column, peer, goal);
  }, `${goal} at ${path}`);
  if (end === 'free') peer.free();
  else if (end !== null) peer.close(4000, 'mine');
  if (end === 'close and wait') await closed(peer);
}

function isReached({ isUnderway = () => true }: Column, peer: Peer, goal: Step['until']): boolean {
  if (goal === 'PACKETS') return peer.get_available_packet_count() === 2;
  return STATES[peer.get_ready_state()] === goal && (goal !== 'CONNECTING' || isUnderway(peer));
}

const closed = (peer: Peer): Promise<void> =>
  until(() => {
    peer.poll();
    return STATES[peer.get_ready_state()] === 'CLOSED';
  }, 'CLOSED');

async function outcomeOf(column: Column, peer: Peer, call: Call): Promise<Outcome> {
  let errors = 0;
  column.set_error_handler((_message, kind) => {
    if (kind === 'error') errors += 1;
  });
  const wasOpen = STATES[peer.get_ready_state()] === 'OPEN';
  const returned = shown(invoke(column, peer, call), column);
  const state = STATES[peer.get_ready_state()];
  const outcome = { returned, state, says: errors > 0 };
  column.set_error_handler(() => {});
  const { property, awaits } = call;
  if (property !== null) return { ...outcome, value: shown(methodOf(peer, 'get').call(peer, property), column) };
  if (!wasOpen || awaits === null) return outcome;
  if (awaits === 'echo') return { ...outcome, echo: await echoed(peer) };
  await closed(peer);
  return { ...outcome, end: [peer.get_close_code(), peer.get_close_reason()] };
}

/** The last packet; earlier ones may have been waiting. */
async function echoed(peer: Peer): Promise<[boolean, string]> {
  const waiting = peer.get_available_packet_count();
  await until(() => {
    peer.poll();
    return peer.get_available_packet_count() > waiting;
  }, 'the echo');
  for (let taken = 0; taken < waiting; taken += 1) peer.get_packet();
  const packet = peer.get_packet();
  return [peer.was_string_packet(), hexOf(packet)];
}

type Method = (...args: readonly unknown[]) => unknown;

function methodOf(object: object, name: string): Method {
  const method = (object as Record<string, unknown>)[name];
  if (typeof method !== 'function') throw new TypeError(`there is no ${name}`);
  return method as Method;
}

function invoke(column: Column, peer: Peer, { method, args }: Call): unknown {
  const [first] = args;
  if (method === 'listed') return peer.get_property_list().some(({ name }) => name === first);
  const values = args.map((argument) => argumentValue(argument, column));
  const [name, holder] = method.split('.').reverse();
  if (holder === undefined) return methodOf(peer, name).apply(peer, values);
  return methodOf(column.peers, name).call(column.peers, [peer], ...values);
}

function argumentValue(argument: Argument, column: Column): unknown {
  if (typeof argument === 'string') return argument.replace('ORIGIN', column.origin);
  if (typeof argument !== 'object' || argument === null || Array.isArray(argument)) return argument;
  if ('zeros' in argument) return new Uint8Array(argument.zeros);
  if ('hex' in argument) return Uint8Array.from(argument.hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  return column.make((argument as Extract<Argument, { made: unknown }>).made);
}

function hexOf(bytes: Uint8Array): string {
  if (bytes.length > 100 && bytes.every((byte) => byte === 0)) return `${bytes.length} zeros`;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A result as JSON, without the server's port. */
export function shown(result: unknown, { origin }: Pick<Column, 'origin'>): unknown {
  if (result === undefined) return null;
  if (result instanceof Uint8Array) return { hex: hexOf(result) };
  if (typeof result === 'string') return result.replace(origin, 'ORIGIN');
  if (typeof result === 'number' && result === Number(origin.split(':')[2])) return 'PORT';
  return result;
}

// Table of the rows of the API suite that this package answers differently from the engine, with columns and reasons;
// and the answers to calls that the engine does not have. Plain data.
import type { Outcome } from './play.js';
import { SITUATIONS, type SituationName } from './rows.js';

/** What carries a connection. */
export type ColumnName = 'TCP' | 'TLS' | 'stream' | 'page' | 'worker' | 'worker of a page';

export const COLUMNS: readonly ColumnName[] = ['TCP', 'TLS', 'stream', 'page', 'worker', 'worker of a page'];

/** `says` is null for a message that is reported once per process only. */
export type Answer = Omit<Outcome, 'says'> & { readonly says: boolean | null };

export interface Difference {
  /** Titles of rows. */
  readonly calls: readonly string[];
  readonly situations: readonly SituationName[];
  readonly columns: readonly ColumnName[];
  readonly answer: Partial<Answer>;
  readonly why: string;
}

const ALL = Object.keys(SITUATIONS) as SituationName[];
const OPEN: readonly SituationName[] = ['OPEN', 'OPEN, two packets wait', 'OPEN for the second time'];
const LIVE: readonly SituationName[] = ['CONNECTING', 'CLOSING', ...OPEN];
/** Situations in which a connection can begin. */
const IDLE = ALL.filter((name) => name !== 'CONNECTING' && !OPEN.includes(name));
const IN_PAGE: readonly ColumnName[] = ['page', 'worker of a page'];
const BY_EVENTS: readonly ColumnName[] = ['worker', ...IN_PAGE];
const IN_WORKER: readonly ColumnName[] = ['worker', 'worker of a page'];

const stateIn = (situation: SituationName): string =>
  LIVE.includes(situation) ? situation.split(/[ ,]/)[0] : 'CLOSED';

const GODOT_WEB = "as in Godot's web export";

const CODES = {
  columns: COLUMNS,
  situations: OPEN,
  why: 'a code that must not be on the wire is not sent: 1000 is, and it is reported',
};
const closing = (codes: string, end: readonly [number, string]): Difference => ({
  ...CODES,
  calls: [`close(${codes})`],
  answer: { says: true, end },
});

const SIZES = {
  columns: COLUMNS,
  situations: ALL,
  why: 'a size with which nothing could be sent or received is refused, and the former one stays',
};
const size = (name: string, given: number, value: number): Difference => ({
  ...SIZES,
  calls: [`set("${name}", ${given})`],
  answer: { says: true, value },
});

const END_IN_PAGE = {
  columns: IN_PAGE,
  situations: OPEN,
  why: 'a page can send 1000 and 3000 to 4999: for another code it sends 3000 more, with a warning',
};

export const DIFFERENCES: readonly Difference[] = [
  {
    calls: ['send(bytes 61ff, 0)'],
    situations: OPEN,
    columns: COLUMNS,
    answer: { returned: 30, says: true },
    why: 'text is checked before it is sent: the other side would end the connection',
  },
  closing('999, "x"', [1000, 'x']),
  closing('1005', [1000, '']),
  closing('5000', [1000, '']),
  closing('70000', [1000, '']),
  {
    calls: ['close(1000, 124 letters)'],
    situations: OPEN,
    columns: COLUMNS,
    answer: { says: true, end: [1000, 'r'.repeat(123)] },
    why: 'a reason above 123 bytes is cut; the engine sends nothing and stays in CLOSING',
  },
  size('inbound_buffer_size', -1, 65535),
  size('outbound_buffer_size', -1, 65535),
  size('max_queued_packets', 0, 4096),
  {
    calls: ['get_connected_host()'],
    situations: LIVE,
    columns: ['stream'],
    answer: { returned: '' },
    why: 'a stream of a program has no address',
  },
  {
    calls: ['get_connected_port()'],
    situations: LIVE,
    columns: ['stream'],
    answer: { returned: 0 },
    why: 'a stream of a program has no address',
  },
  {
    calls: ['get_connected_host()'],
    situations: LIVE,
    columns: BY_EVENTS,
    answer: { returned: '', says: null },
    why: `a page does not learn who is on the other side: ${GODOT_WEB}`,
  },
  {
    calls: ['get_connected_port()'],
    situations: LIVE,
    columns: BY_EVENTS,
    answer: { returned: 0, says: null },
    why: `a page does not learn who is on the other side: ${GODOT_WEB}`,
  },
  {
    calls: ['set_no_delay(true)', 'set_no_delay(false)'],
    situations: LIVE,
    columns: ['page'],
    answer: { says: null },
    why: `a page has no say in it: ${GODOT_WEB}`,
  },
  {
    calls: [
      'close()',
      'close(4000, "why")',
      'close(1000, "grüße")',
      'close(1001, "away")',
      'close(1011, "fault")',
      'close(0, "x")',
      'close(999, "x")',
      'close(1005)',
      'close(5000)',
      'close(70000)',
      'close(1000, 123 letters)',
      'close(1000, 124 letters)',
    ],
    situations: ['CONNECTING'],
    columns: BY_EVENTS,
    answer: { state: 'CLOSING' },
    why: `it is over when the browser, or the worker, says so: ${GODOT_WEB}`,
  },
  { ...END_IN_PAGE, calls: ['close(1001, "away")'], answer: { end: [4001, 'away'] } },
  { ...END_IN_PAGE, calls: ['close(1011, "fault")'], answer: { end: [4011, 'fault'] } },
  {
    calls: ['close(0, "x")'],
    situations: OPEN,
    columns: IN_PAGE,
    answer: { end: [1005, ''] },
    why: `a browser says 1005 of a close frame without a code: ${GODOT_WEB}`,
  },
  {
    calls: ['get_close_code()'],
    situations: ['CLOSED by the other side, no code'],
    columns: IN_PAGE,
    answer: { returned: 1005 },
    why: `a browser says 1005 of a close frame without a code: ${GODOT_WEB}`,
  },
  {
    calls: ['get_close_code()'],
    situations: ['CLOSED, connection lost', 'CLOSED, handshake refused'],
    columns: IN_PAGE,
    answer: { returned: 1006 },
    why: `a browser says 1006 of an end without a close frame: ${GODOT_WEB}`,
  },
  ...IDLE.map((situation) => ({
    calls: ['accept_stream(unconnected stream)'],
    situations: [situation],
    columns: BY_EVENTS,
    answer: { returned: 2, state: stateIn(situation) },
    why: `a page has no sockets, and no stream goes to a worker: ${GODOT_WEB}`,
  })),
  {
    calls: ['get_class()'],
    situations: ALL,
    columns: IN_WORKER,
    answer: { returned: 'WorkerWebSocketPeer' },
    why: 'the class of peers whose connections a worker holds has a name of its own',
  },
];

/** Answers to calls that the engine does not have. */
export const ADDITIONS: Readonly<Record<string, (situation: SituationName, column: ColumnName) => Answer>> = {
  'get_packet_into(16 bytes)': (situation) => into(situation),
  'get_packet_into(1 bytes)': (situation) => into(situation),
  'WebSocketPeer.broadcast(bytes 00ff)': (situation) => ({
    returned: OPEN.includes(situation) ? 1 : 0,
    state: stateIn(situation),
    says: false,
  }),
  'WebSocketPeer.broadcast(bytes 61ff, 0)': (situation) => ({ returned: -1, state: stateIn(situation), says: true }),
  'connect_to_stream(unconnected stream)': (situation, column) => {
    if (!IDLE.includes(situation)) return { returned: 22, state: stateIn(situation), says: true };
    if (BY_EVENTS.includes(column)) return { returned: 2, state: 'CLOSED', says: true };
    return { returned: 0, state: 'CONNECTING', says: false };
  },
  'is_compression_active()': (situation) => read(situation, false),
  'has_method("get_compression_mode")': (situation) => read(situation, true),
  'get("compression_mode")': (situation) => read(situation, 0),
  'has_method("get_compression_threshold")': (situation) => read(situation, true),
  'get("compression_threshold")': (situation) => read(situation, 256),
  'set("compression_mode", 7)': (situation) => written(situation, 0, true),
  'set("compression_mode", 1)': (situation) => written(situation, 1),
  'set("compression_threshold", -1)': (situation) => written(situation, 256, true),
  'set("compression_threshold", 0)': (situation) => written(situation, 0),
};

function read(situation: SituationName, returned: unknown): Answer {
  return { returned, state: stateIn(situation), says: false };
}

/** `value` is what the property is afterwards. */
function written(situation: SituationName, value: number, says = false): Answer {
  return { returned: null, state: stateIn(situation), says, value };
}

function into(situation: SituationName): Answer {
  const returned = situation === 'OPEN, two packets wait' ? 8 : -1;
  return { returned, state: stateIn(situation), says: !OPEN.includes(situation) };
}

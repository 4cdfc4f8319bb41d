// Rows of the API suite: situations of a WebSocketPeer, and calls that are made in each of them. Plain data, used with
// the engine, too; its answers are in ../golden/api-suite.json.

/** An argument as data: bytes in hex or as a count of zeros, objects by kind. `ORIGIN` in a string is the server's. */
export type Argument =
  | string
  | number
  | boolean
  | null
  | readonly string[]
  | { readonly hex: string }
  | { readonly zeros: number }
  | { readonly made: 'server options' | 'unconnected stream' };

/** Effect of a call on its peer that would change the answers of other rows. Calls that set a property come last. */
export type Effect = 'none' | 'packets' | 'end' | 'begin' | 'forget';

export interface Call {
  /** Name of the method; of a static one with the class and a dot before it. */
  readonly method: string;
  readonly args: readonly Argument[];
  readonly effect: Effect;
  /** What to wait for after a call while OPEN: an echo of the server, or CLOSED. */
  readonly awaits: 'echo' | 'end' | null;
  /** A property to read after the call. */
  readonly property: string | null;
  /** Whether the engine does not have the call. */
  readonly isAddition: boolean;
}

/** One step before the call: a connection to a path of the server, polled until a state or packets. */
export interface Step {
  readonly path: string;
  readonly until: 'CONNECTING' | 'OPEN' | 'CLOSED' | 'PACKETS';
  /** Then the peer closes, with the code 4000 and the reason `mine`, or is freed. */
  readonly end: 'close' | 'close and wait' | 'free' | null;
}

export interface Situation {
  readonly steps: readonly Step[];
  /** Calls with these effects have their own peer; the others share one, as browsers don't connect in parallel. */
  readonly alone: readonly Effect[];
}

const step = (path: string, until: Step['until'], end: Step['end'] = null): Step => ({ path, until, end });
const open = (...steps: readonly Step[]): Situation => ({ steps, alone: ['packets', 'end'] });
const over = (...steps: readonly Step[]): Situation => ({ steps, alone: ['begin'] });

/** Failing connections come last, since browsers delay the next attempt after a failure. */
export const SITUATIONS = {
  fresh: over(),
  OPEN: open(step('open', 'OPEN')),
  'OPEN, two packets wait': open(step('packets', 'PACKETS')),
  'OPEN for the second time': open(step('bye', 'CLOSED'), step('open', 'OPEN')),
  CLOSING: { steps: [step('deaf', 'OPEN', 'close')], alone: ['end', 'begin', 'forget'] },
  'CLOSED by itself': over(step('open', 'OPEN', 'close and wait')),
  'CLOSED by the other side': over(step('bye', 'CLOSED')),
  'CLOSED by the other side, no code': over(step('bare', 'CLOSED')),
  'CLOSED, connection lost': over(step('drop', 'CLOSED')),
  freed: over(step('open', 'OPEN', 'free')),
  'CLOSED, handshake refused': over(step('refuse', 'CLOSED')),
  CONNECTING: { steps: [step('mute', 'CONNECTING')], alone: ['end'] },
} as const satisfies Record<string, Situation>;

export type SituationName = keyof typeof SITUATIONS;

const PLAIN = { effect: 'none', awaits: null, property: null, isAddition: false } as const;

const reads = (method: string, ...args: readonly Argument[]): Call => ({ ...PLAIN, method, args });
const packets = (method: string, ...args: readonly Argument[]): Call => ({ ...PLAIN, method, args, effect: 'packets' });
const sends = (method: string, ...args: readonly Argument[]): Call => ({
  ...packets(method, ...args),
  awaits: 'echo',
});
const ends = (...args: readonly Argument[]): Call => ({
  ...PLAIN,
  method: 'close',
  args,
  effect: 'end',
  awaits: 'end',
});
const begins = (method: string, ...args: readonly Argument[]): Call => ({ ...PLAIN, method, args, effect: 'begin' });
const forgets = (url: string): Call => ({ ...PLAIN, method: 'connect_to_url', args: [url], effect: 'forget' });
const sets = (property: string, value: Argument): Call => ({
  ...PLAIN,
  method: 'set',
  args: [property, value],
  property,
});
const more = (call: Call): Call => ({ ...call, isAddition: true });

const hex = (digits: string): Argument => ({ hex: digits });
const zeros = (count: number): Argument => ({ zeros: count });
const BYTES = hex('00ff');
const TEXT = 0;
const BINARY = 1;

/** Godot's properties of WebSocketPeer and its base class. */
export const PROPERTIES = [
  'supported_protocols',
  'handshake_headers',
  'inbound_buffer_size',
  'outbound_buffer_size',
  'max_queued_packets',
  'heartbeat_interval',
  'encode_buffer_max_size',
] as const;

/** Godot's methods of both classes. */
export const METHODS = [
  'accept_stream',
  'close',
  'connect_to_url',
  'get_close_code',
  'get_close_reason',
  'get_connected_host',
  'get_connected_port',
  'get_current_outbound_buffered_amount',
  'get_ready_state',
  'get_requested_url',
  'get_selected_protocol',
  'poll',
  'send',
  'send_text',
  'set_no_delay',
  'was_string_packet',
  'get_available_packet_count',
  'get_packet',
  'get_packet_error',
  'get_var',
  'put_packet',
  'put_var',
  ...PROPERTIES.flatMap((name) => [`get_${name}`, `set_${name}`]),
] as const;

/** All calls, in the order in which those on a shared peer are made: no answer depends on a call before it. */
export const CALLS: readonly Call[] = [
  reads('get_ready_state'),
  reads('get_available_packet_count'),
  reads('get_packet_error'),
  reads('was_string_packet'),
  reads('get_current_outbound_buffered_amount'),
  reads('get_close_code'),
  reads('get_close_reason'),
  reads('get_connected_host'),
  reads('get_connected_port'),
  reads('get_selected_protocol'),
  reads('get_requested_url'),
  reads('get_class'),
  reads('is_class', 'PacketPeer'),
  ...METHODS.map((name) => reads('has_method', name)),
  ...PROPERTIES.flatMap((name) => [reads('get', name), reads(`get_${name}`), reads('listed', name)]),

  reads('set_no_delay', true),
  reads('set_no_delay', false),
  packets('poll'),
  packets('get_packet'),
  packets('get_var'),

  sends('send', BYTES),
  sends('send', hex('c3bc'), TEXT),
  sends('send', BYTES, BINARY),
  sends('send', hex('61'), 2),
  sends('send', hex('')),
  sends('send', hex(''), TEXT),
  packets('send', hex('61ff'), TEXT),
  sends('send', zeros(60000)),
  packets('send', zeros(65535)),
  packets('send', zeros(65536)),
  sends('send_text', 'grüße'),
  sends('send_text', ''),
  packets('send_text', 'x'.repeat(65536)),
  sends('put_packet', BYTES),
  packets('put_packet', hex('')),
  packets('put_packet', zeros(65536)),
  sends('put_var', 'hi'),
  sends('put_var', null),

  ends(),
  ends(4000, 'why'),
  ends(1000, 'grüße'),
  ends(1001, 'away'),
  ends(1011, 'fault'),
  ends(0, 'x'),
  ends(-1),
  ends(999, 'x'),
  ends(1005),
  ends(5000),
  ends(70000),
  ends(1000, 'r'.repeat(123)),
  ends(1000, 'r'.repeat(124)),

  begins('connect_to_url', 'ORIGIN/open'),
  forgets(''),
  forgets('http://127.0.0.1/'),
  forgets('ws://'),
  forgets('ws://127.0.0.1:0/'),
  forgets('ws://127.0.0.1:65536/'),
  forgets('ws://127.0.0.1:port/'),
  forgets('ws://[::1'),
  reads('connect_to_url', 'ORIGIN/open', { made: 'server options' }),
  reads('accept_stream', null),
  begins('accept_stream', { made: 'unconnected stream' }),

  more(packets('get_packet_into', zeros(16))),
  more(packets('get_packet_into', zeros(1))),
  more(packets('WebSocketPeer.broadcast', BYTES)),
  more(packets('WebSocketPeer.broadcast', hex('61ff'), TEXT)),
  more(begins('connect_to_stream', { made: 'unconnected stream' })),
  more(reads('is_compression_active')),
  ...['compression_mode', 'compression_threshold'].flatMap((name) => [
    more(reads('has_method', `get_${name}`)),
    more(reads('get', name)),
  ]),

  // Refused values first.
  sets('supported_protocols', [' a ', '']),
  sets('handshake_headers', [' X: 1 ']),
  sets('inbound_buffer_size', -1),
  sets('inbound_buffer_size', 1000),
  sets('outbound_buffer_size', -1),
  sets('outbound_buffer_size', 0),
  sets('max_queued_packets', 0),
  sets('max_queued_packets', 1),
  sets('heartbeat_interval', -1),
  sets('heartbeat_interval', 1.5),
  sets('encode_buffer_max_size', 1),
  sets('encode_buffer_max_size', 1025),
  more(sets('compression_mode', 7)),
  more(sets('compression_mode', 1)),
  more(sets('compression_threshold', -1)),
  more(sets('compression_threshold', 0)),
];

/** Title of a row. */
export function titleOf({ method, args }: Call): string {
  return `${method}(${args.map(shownArgument).join(', ')})`;
}

function shownArgument(argument: Argument): string {
  if (typeof argument === 'string' && argument.length > 40) return `${argument.length} letters`;
  if (typeof argument !== 'object' || argument === null || Array.isArray(argument)) return JSON.stringify(argument);
  if ('hex' in argument) return argument.hex === '' ? 'no bytes' : `bytes ${argument.hex}`;
  return 'zeros' in argument ? `${argument.zeros} bytes` : (argument as { made: string }).made;
}

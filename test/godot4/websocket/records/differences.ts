// Where this package differs from the recorded engine on purpose: what it does instead, and the rule behind it.
import type { Difference } from '../../../helpers/game-records.js';

type Table = Record<string, Difference>;

/** The same rule for several records that say different things. */
function because(rule: string, table: Record<string, Omit<Difference, 'because'>>): Table {
  return Object.fromEntries(Object.entries(table).map(([id, instead]) => [id, { because: rule, ...instead }]));
}

/** The same rule and the same outcome for several records. */
function all(rule: string, instead: Omit<Difference, 'because'>, ids: readonly string[]): Table {
  return Object.fromEntries(ids.map((id) => [id, { because: rule, ...instead }]));
}

const SIZES = 'zero or negative buffer sizes are refused by the setter with a message, and the old value is kept';
const PACKETS_FIRST = 'packets that precede the end are handed over first, and stay readable until they are taken';
const CODES = 'a code that must not appear on the wire is reported, and 1000 is sent';
const REASON_CUT = 'a reason above 123 bytes is cut at a character boundary, with one message';
const REGISTERED = 'close codes 1012 to 1014 were registered since and are accepted';
const TOTAL = 'a fragmented message above inbound_buffer_size is refused with 1009 on its total';
const NOT_MIXED = 'the payload of a control frame never gets into a message';
const SAID_FIRST = 'a malformed frame has the same result here, but a 1002 close frame is sent first';
const ONE_BYTE = 'a close body of one byte is a protocol error (§5.5.1): answered with 1002, and the game sees -1';
const FROM_HEADER = 'a message that is too big is refused from its header, before a byte of it has come';
const FLOOD = 'CLOSING reads on and discards what nobody can take, so that the answer is found';
const QUEUED = 'close() sends what is queued first, then the close frame';
const LINGERS = 'the 1009 that the engine sends, too, is not lost to a TCP reset here';
const CHECKED = 'text that is not UTF-8 is refused with ERR_INVALID_DATA and not sent';
const ALIVE = 'a pong in the socket is seen before it is called missing, and any received frame is a sign of life';

const REPORTED = 'a failure to connect is reported in one line with URL, stage and cause';

function injected(hex: string, tcpOpen = false): unknown {
  const wire_reply = { bytes: hex.length / 2, hex };
  return { first_non_open_state: tcpOpen ? 'OPEN' : 'CLOSED', wire_reply, tcp_open_after: tcpOpen };
}

const whyEchoed = (code: number): string => `8805${code.toString(16).padStart(4, '0')}776879`;

function registered(id: string): Table {
  const code = Number(id.slice(-4));
  return { [id]: { because: REGISTERED, close_code: code, close_reason: 'why', returned: injected(whyEchoed(code)) } };
}

const normal = (reason = ''): unknown => ({
  state_immediately: 'CLOSING',
  wire_unmasked: `88${(2 + reason.length).toString(16).padStart(2, '0')}03e8${Buffer.from(reason).toString('hex')}`,
  tcp_open: true,
});

const cut = (character: string): Omit<Difference, 'because'> => ({
  errors_printed: 1,
  returned: {
    state_immediately: 'CLOSING',
    wire_unmasked: `887d03e8${Buffer.from(character).toString('hex').repeat(6).slice(0, 12)}...(131 bytes)`,
    tcp_open: true,
  },
});

/** Pings that are answered in time, watched for 700 ms. */
const EACH_INTERVAL = [0, 200, 400, 600].map((ms) => [ms, '8980', 6]);

const unsendable = ['999', '1005', '1015', '2999', '5000', '65535'];

export const DIFFERENCES: Readonly<Table> = {
  ...because(SIZES, {
    'prop.inbound=0': { returned: 65535, errors_printed: 1 },
    'prop.inbound=2147483648': { returned: 65535, errors_printed: 1 },
    'prop.outbound=-1': { returned: 65535, errors_printed: 1 },
    'prop.outbound=2147483648': { returned: 65535, errors_printed: 1 },
    'prop.maxq=-1': { returned: 4096, errors_printed: 1 },
    'prop.maxq=2147483648': { returned: 4096, errors_printed: 1 },
    'recv.cfg{"max_queued_packets":0}': { returned: 1, packets_after: 1 },
    'recv.cfg{"inbound_buffer_size":0}': { returned: 1, packets_after: 1 },
    'recv.cfg{"max_queued_packets":-1}.close': { state_after: 'CLOSED', close_code: 1000 },
  }),
  'url:ws://127.0.0.1:9?x=1': {
    because: 'a query without a path is accepted, the path is then /?x=1',
    returned: 0,
    state_after: 'CONNECTING',
    errors_printed: 0,
    notes: 'requested_url=ws://127.0.0.1:9?x=1',
  },
  'crash.request_line_two_words': {
    because: 'a request line of two words is refused with an answer',
    returned: 'HTTP/1.1 400 Bad Request',
  },

  ...all(PACKETS_FIRST, { returned: Array.from({ length: 10 }, (_, i) => String(i)) }, [
    'recv.count_limit.close_lost.client',
    'recv.count_limit.close_lost.server',
  ]),
  ...all(PACKETS_FIRST, { packets_after: 1 }, [
    'inject.client.data_then_close',
    'inject.server.data_then_close',
    'inject.server.data_then_proto_error',
    'closing.start',
    'abnormal.fin',
  ]),
  ...because(PACKETS_FIRST, {
    'abnormal.data_fin_one_poll': { state_after: 'OPEN', packets_after: 1 },
    'pair.client_closes.server': {
      returned: 2,
      state_after: 'OPEN',
      close_code: -1,
      close_reason: '',
      packets_after: 2,
    },
    'closing.get_packet': { returned: { bytes: 6, hex: '756e72656164' }, errors_printed: 0 },
    'closing.get_packet_error': { returned: 0 },
    'closing.data': { returned: 1, packets_after: 1 },
  }),

  ...because(TOTAL, {
    'recv.frag_over_ring.stuck': { state_after: 'CLOSED', close_code: 1009, close_reason: 'Message too big' },
    'recv.frag_over_ring.fin': { state_after: 'CLOSED', close_code: 1009, close_reason: 'Message too big' },
    'recv.frag_over_buf': {
      returned: 0,
      state_after: 'CLOSED',
      close_code: 1009,
      close_reason: 'Message too big',
      packets_after: 0,
    },
    'recv.frag_over_buf.get': {
      state_after: 'CLOSED',
      close_code: 1009,
      close_reason: 'Message too big',
      packets_after: 0,
    },
    'recv.frag_over_buf.err': {
      returned: 1,
      state_after: 'CLOSED',
      close_code: 1009,
      close_reason: 'Message too big',
      packets_after: 0,
    },
    'recv.frag_over_buf.get2': {
      returned: { bytes: 0, hex: '' },
      state_after: 'CLOSED',
      close_code: 1009,
      close_reason: 'Message too big',
      errors_printed: 1,
    },
  }),
  ...all(NOT_MIXED, { returned: 'abef' }, [
    'frag.control_inside.ping.client',
    'frag.control_inside.pong.client',
    'frag.control_inside.ping.server',
    'frag.control_inside.pong.server',
  ]),
  ...because(NOT_MIXED, { 'frag.binary_ping_inside_text.client': { returned: ['61626566', true] } }),

  ...all(SAID_FIRST, { returned: injected('880203ea') }, [
    'inject.client.ping126',
    'inject.client.ping_frag',
    'inject.client.close_frag',
    'inject.client.len16_small',
    'inject.client.len64_msb',
    'inject.server.ping126',
    'inject.server.close_frag',
    'inject.server.len16_small',
    'inject.server.len64_small',
    'inject.server.len64_msb',
  ]),
  ...all(ONE_BYTE, { returned: injected('880203ea'), close_code: -1 }, [
    'inject.client.close_1byte',
    'inject.server.close_1byte',
  ]),
  ...all(
    FROM_HEADER,
    {
      returned: injected('880203f1'),
      state_after: 'CLOSED',
      close_code: 1009,
      close_reason: 'Message too big',
    },
    ['inject.client.len64_huge_hdr', 'inject.server.len64_huge_hdr'],
  ),
  ...all(LINGERS, { returned: injected('880203f1') }, [
    'inject.client.toobig+1',
    'inject.server.toobig+1',
    'inject.server.inb10_11',
    'inject.server.inb10_close11',
  ]),
  ...registered('inject.client.close_1012'),
  ...registered('inject.client.close_1013'),
  ...registered('inject.client.close_1014'),
  ...registered('inject.server.close_1012'),
  ...registered('inject.server.close_1014'),
  ...because(REGISTERED, {
    'closecall.echo.close(1012,)': { close_reason: '' },
    'pair.invalid_code.client': { close_code: 1012 },
    'pair.invalid_code.server': { close_code: 1012, close_reason: '' },
  }),

  ...all(
    CODES,
    { errors_printed: 1, returned: normal() },
    unsendable.map((code) => `closecall.close(${code},)`),
  ),
  ...because(CODES, {
    'closecall.close(1006,x)': { errors_printed: 1, returned: normal('x') },
    'closecall.close(65536,z)': { errors_printed: 1, returned: normal('z') },
    'closecall.echo.close(65536,z)': { close_code: 1000, close_reason: 'z' },
  }),
  ...all(
    CODES,
    { close_code: 1000, close_reason: '' },
    ['1', '999', '1005', '1015', '5000', '65535', '70000'].map((code) => `closecall.echo.close(${code},)`),
  ),
  ...because(REASON_CUT, {
    'closecall.close(1000,124 bytes)': cut('r'),
    'closecall.echo.close(1000,124 bytes)': { returned: '', close_code: 1000, close_reason: 'r'.repeat(123) },
    'closecall.close(1000,126 bytes)': cut('€'),
    'closecall.echo.close(1000,126 bytes)': { returned: '', close_code: 1000, close_reason: '€'.repeat(41) },
  }),
  ...all(FLOOD, { state_after: 'CLOSED', close_code: 1000, packets_after: 1 }, ['closing.flood', 'closing.flood.fin']),
  ...all(
    QUEUED,
    {
      returned: [
        0,
        [
          [2, 5535],
          [2, 0],
          [8, 5],
        ],
      ],
    },
    ['blocked.close.wire.client', 'blocked.close.wire.server'],
  ),
  ...all(CHECKED, { state_after: 'OPEN', close_code: -1, close_reason: '' }, ['pair.bad_utf8.server']),
  ...all(CHECKED, { state_after: 'OPEN', close_code: -1, errors_printed: 1 }, ['pair.bad_utf8.client']),

  'misc.ipv6_pair': {
    because: 'the Host header has brackets around an IPv6 address',
    returned: ['0:0:0:0:0:0:0:1', '0:0:0:0:0:0:0:1', 'ws://[::1]:PORT/'],
  },
  'wss.trusted_name_override.close': {
    because: 'wss: the code is kept when the reply to a close and the end of stream come together',
    close_code: 1000,
    close_reason: 'b',
  },
  ...all(ALIVE, { state_after: 'OPEN', returned: EACH_INTERVAL, packets_after: 4 }, ['heartbeat.data_no_pong.client']),
  ...all(ALIVE, { state_after: 'OPEN', returned: EACH_INTERVAL, packets_after: 2 }, ['heartbeat.full_queue']),
  'heartbeat.maxq0': { because: SIZES, state_after: 'OPEN', returned: EACH_INTERVAL },
  ...all(REPORTED, { errors_printed: 1 }, [
    'url.polled:127.0.0.1:9',
    'url.polled:WS://127.0.0.1:9/x',
    'url.polled:ws://user:pw@127.0.0.1:9/p',
    'url.polled:ws://999.1.1.1:9/',
    'url.polled:ws://a..b:9/',
    'url.polled:ws://127.0.0.1:+9/',
    'url.polled:ws://0.0.0.0:9/',
    'url.polled:ws://127.0.0.1:1/',
    'url.polled:ws://127.0.0.1:9#frag',
    'url.polled:ws://no such host:9/',
    'url.polled:wss://127.0.0.1:9/',
    'url.polled:ws://*:9/',
    'connecting.server_fin',
  ]),
  // Depends on the hosts file.
  'misc.localhost_v6_only': { because: REPORTED, errors_printed: null },
  'misc.tcp_connect_timeout': {
    because: 'handshake_timeout covers the whole handshake with DNS, TCP and TLS, and is reported',
    errors_printed: 1,
  },
};

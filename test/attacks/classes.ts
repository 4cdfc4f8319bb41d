// Classes of attacks: where each was exploited, what bounds it here, what a user reads, and the kinds of servers and
// clients that it concerns. The tests are called after these entries, and the table in SECURITY.md is made from both.

export const SERVERS = [
  'TCPServer',
  'TCPServer with TLS',
  'UDSServer',
  'accept_upgrade',
  'WebSocketMultiplayerPeer',
  'WebSocketServer',
  'WebSocketGateway',
] as const;
export const CLIENTS = [
  'WebSocketPeer',
  'WebSocketPeer with TLS',
  'WebSocketMultiplayerPeer',
  'WebSocketClient',
] as const;

export type ServerKind = (typeof SERVERS)[number];
export type ClientKind = (typeof CLIENTS)[number];

/** The kinds of one role that an attack concerns, and why not the others. */
export interface Scope<Kind> {
  readonly kinds: readonly Kind[];
  /** '' where all are concerned. */
  readonly because: string;
}

export interface AttackClass {
  readonly exploitedIn: string;
  /** What bounds or prevents it. */
  readonly limit: string;
  /** Settings that set the bound. */
  readonly settings: readonly string[];
  /** Parts of what is reported, `…` standing for any text. Tests accept no report without one of them. */
  readonly errors: readonly string[];
  readonly servers: Scope<ServerKind>;
  readonly clients: Scope<ClientKind>;
  /** A test shows that the cost is linear in the input. */
  readonly grows?: true;
}

const ALL_SERVERS: Scope<ServerKind> = { kinds: SERVERS, because: '' };
const ALL_CLIENTS: Scope<ClientKind> = { kinds: CLIENTS, because: '' };
const ALL = { servers: ALL_SERVERS, clients: ALL_CLIENTS };
const none = (because: string): Scope<never> => ({ kinds: [], because });

const NOBODY_CALLS = none('nobody connects to a client');
const MULTIPLAYER_SERVERS: Scope<ServerKind> = {
  kinds: ['WebSocketMultiplayerPeer', 'WebSocketServer'],
  because: 'only these have members; those of a gateway are in its rooms',
};

const TOO_BIG = 'a message larger than inbound_buffer_size (… bytes) was refused with 1009';
const TOO_MANY_FRAMES = 'a message of more than max_message_fragments (…) frames was refused with 1008';
/** A server's refusal of a request, and a client's of an answer. */
const REQUEST = 'request refused (…)';
const ANSWER = "the head of the server's answer is …";

export const ATTACKS = {
  'header flood': {
    exploitedIn: 'ws CVE-2024-37890, ws#1838',
    limit: '100 header lines; every one may be missing',
    settings: ['max_handshake_size'],
    errors: [REQUEST, ANSWER, "the server's … is …", 'the server answered …, not 101'],
    ...ALL,
  },
  'long head': {
    exploitedIn: 'tungstenite CVE-2023-43669',
    limit: 'bytes of a head; each byte is looked at once',
    settings: ['max_handshake_size'],
    errors: ['larger than … bytes (max_handshake_size)'],
    ...ALL,
    grows: true,
  },
  'regular expressions': {
    exploitedIn: 'ws CVE-2021-32640',
    limit: 'none is applied to what came; a tokenizer reads each byte once',
    settings: ['max_handshake_size'],
    errors: [],
    ...ALL,
    grows: true,
  },
  'prototype names': {
    exploitedIn: 'ws NSP-550',
    limit: 'headers and protocols are kept in Map and compared as strings',
    settings: [],
    errors: ['subprotocol'],
    ...ALL,
  },
  'slow handshake': {
    exploitedIn: 'hackney CVE-2026-47073',
    limit: 'seconds up to OPEN, however many bytes come meanwhile; the multiplayer peer drops in silence, as in Godot',
    settings: ['handshake_timeout'],
    errors: ['within handshake_timeout, … s'],
    servers: {
      kinds: SERVERS.filter((kind) => kind !== 'accept_upgrade'),
      because: "`accept_upgrade`: Node's HTTP server reads the request, within its `headersTimeout`",
    },
    clients: ALL_CLIENTS,
  },
  'huge length': {
    exploitedIn: 'gorilla CVE-2020-27813, undici CVE-2026-1528',
    limit: 'bytes of a message, judged by the header; 2^63 and more is malformed',
    settings: ['inbound_buffer_size'],
    errors: [TOO_BIG, 'a length beyond 63 bits was refused with 1002'],
    ...ALL,
  },
  'unbounded message': {
    exploitedIn: 'ws NSP-120, engine.io CVE-2020-36048',
    limit: 'bytes of a message, all fragments together',
    settings: ['inbound_buffer_size'],
    errors: [TOO_BIG],
    ...ALL,
  },
  'fragment flood': {
    exploitedIn: 'ws CVE-2026-48779',
    limit: 'frames of a message; no object per fragment',
    settings: ['max_message_fragments'],
    errors: [TOO_MANY_FRAMES],
    ...ALL,
    grows: true,
  },
  'empty continuations': {
    exploitedIn: 'ws#2329',
    limit: 'frames of a message, empty ones included',
    settings: ['max_message_fragments'],
    errors: [TOO_MANY_FRAMES],
    ...ALL,
  },
  'endless message': {
    exploitedIn: 'hackney 2026',
    limit: 'seconds from the first byte of a message to its last; off by default',
    settings: ['message_timeout'],
    errors: ['a message that was not complete within message_timeout (… s) was refused with 1008'],
    ...ALL,
  },
  'tiny chunks': {
    exploitedIn: 'ws CVE-2026-48779',
    limit: 'bytes are appended to one buffer; no list of chunks',
    settings: ['inbound_buffer_size'],
    errors: [],
    ...ALL,
    grows: true,
  },
  'decompression bomb': {
    exploitedIn: 'undici CVE-2026-1526, bandit CVE-2026-39804',
    limit:
      'compression is off at start: RSV1 ends with 1002; where it is on, a message waits compressed until poll() hands it over, and is decompressed up to the limit',
    settings: ['compression_mode', 'inbound_buffer_size'],
    errors: ['a frame with reserved bits was refused with 1002', TOO_BIG, 'can not be decompressed (RFC 7692)'],
    ...ALL,
  },
  'extension parameters': {
    exploitedIn: 'undici CVE-2026-2229',
    limit:
      'a server passes over what it does not know, and agrees to compression only where it is on; a client refuses any answer that it can not keep',
    settings: ['compression_mode'],
    errors: [
      'the server chose the extension …, none was asked for',
      'the server answered compression_mode 1 with …: … (COMPRESSION_MISMATCH)',
    ],
    ...ALL,
  },
  'ping flood': {
    exploitedIn: 'tyrus#954',
    limit: 'one waiting pong while the output is blocked, 64 pongs per poll',
    settings: ['max_packets_per_second'],
    errors: [],
    ...ALL,
  },
  'packet flood': {
    exploitedIn: 'any server without a rate',
    limit: 'frames and bytes a second, control frames included; off by default',
    settings: ['max_packets_per_second', 'max_bytes_per_second'],
    errors: ['max_packets_per_second', 'max_bytes_per_second'],
    ...ALL,
  },
  'slow reader': {
    exploitedIn: 'godot#50988, ws#1218',
    limit: 'bytes and packets that wait to be sent',
    settings: ['outbound_buffer_size', 'max_queued_packets'],
    errors: ['outbound_buffer_size …', 'max_queued_packets …'],
    ...ALL,
  },
  'uninitialised memory': {
    exploitedIn: 'ws CVE-2026-45736',
    limit: 'lengths in bytes, never in elements; nothing unwritten is sent',
    settings: [],
    errors: [],
    ...ALL,
  },
  'odd input': {
    exploitedIn: 'engine.io CVE-2023-31125, undici#5050',
    limit: 'nothing throws out of a socket callback; other connections go on',
    settings: [],
    errors: ['…'],
    ...ALL,
  },
  'cross-site hijacking': {
    exploitedIn: 'Vite CVE-2025-24010',
    limit: '403 for pages and names that are not listed; a server without a list says so once',
    settings: ['allowed_origins', 'allowed_hosts'],
    errors: [
      'request refused (403): this origin is not allowed (allowed_origins), got …',
      'request refused (403): this host is not allowed (allowed_hosts), got …',
    ],
    servers: ALL_SERVERS,
    clients: none('a browser, not this package, names the origin'),
  },
  smuggling: {
    exploitedIn: 'fake 101 through proxies, uWebSockets#1497',
    limit: 'GET and HTTP/1.1 only; no body, no folding, no bare LF; a refusal ends the connection',
    settings: [],
    errors: [
      REQUEST,
      ANSWER,
      "the server's … is …",
      'the server answered …, not 101',
      "the server's answer has a body: …",
    ],
    ...ALL,
  },
  'caller injection': {
    exploitedIn: 'undici CVE-2026-1527',
    limit: 'URL, header lines and protocols are checked before a byte is sent',
    settings: ['handshake_headers', 'supported_protocols'],
    errors: ['…'],
    ...ALL,
  },
  'predictable masks': {
    exploitedIn: 'Godot 3.2, curl CVE-2025-10148',
    limit: 'four fresh bytes of a cryptographic generator for each frame',
    settings: [],
    errors: [],
    servers: none('a server masks nothing'),
    clients: ALL_CLIENTS,
  },
  'unverified TLS': {
    exploitedIn: 'Faye client 2020',
    limit: 'chain and name are verified unless `TLSOptions.client_unsafe` says otherwise',
    settings: [],
    errors: ['certificate'],
    servers: none('a client verifies the server'),
    clients: {
      kinds: ['WebSocketPeer with TLS', 'WebSocketMultiplayerPeer', 'WebSocketClient'],
      because: '`WebSocketPeer` is tested over TLS only',
    },
  },
  'spoofed sender': {
    exploitedIn: 'godot#6741',
    limit: 'the server stamps the sender; a packet in another name is dropped',
    settings: [],
    errors: ['…'],
    servers: MULTIPLAYER_SERVERS,
    clients: none('to a client its server is the authority on senders'),
  },
  'Variant decoding': {
    exploitedIn: 'nested, oversized and object Variants',
    limit: 'depth as in the engine, sizes against the bytes that are there, objects refused unless allowed',
    settings: [],
    errors: ['get_var: …'],
    ...ALL,
    grows: true,
  },
  'calls from handlers': {
    exploitedIn: 'this package: the process died',
    limit: 'any call is legal in any handler',
    settings: [],
    errors: [TOO_BIG],
    ...ALL,
  },
  'kept descriptors': {
    exploitedIn: 'this package: 2 s per connection',
    limit: 'a socket is freed when both sides have closed',
    settings: ['close_timeout'],
    errors: [],
    ...ALL,
  },
  'one policy': {
    exploitedIn: 'this package: settings of one kind of server only',
    limit: 'one settings record for all kinds of servers',
    settings: [
      'allowed_hosts',
      'supported_protocols',
      'handshake_headers',
      'heartbeat_interval',
      'inbound_buffer_size',
    ],
    errors: [REQUEST, TOO_BIG],
    servers: ALL_SERVERS,
    clients: none('a client has the settings of its own object'),
  },
  'taken places': {
    exploitedIn: 'this package: one address filled all places on the way in',
    limit: 'handshakes under way, shared fairly among addresses (IPv6: /64 networks)',
    settings: ['max_pending_handshakes', 'max_pending_per_address', 'max_connections_per_address'],
    errors: ['max_pending', 'max_connections_per_address'],
    servers: {
      kinds: SERVERS.filter((kind) => kind !== 'UDSServer'),
      because: '`UDSServer`: a Unix domain socket has no addresses',
    },
    clients: NOBODY_CALLS,
  },
  'believed proxies': {
    exploitedIn: 'X-Forwarded-For from anybody',
    limit: 'only what a trusted proxy writes is believed',
    settings: ['trusted_proxies', 'proxy_header'],
    errors: [],
    servers: ALL_SERVERS,
    clients: NOBODY_CALLS,
  },
  'colliding keys': {
    exploitedIn: 'this package: a Variant dictionary of 762 KiB took 18 s',
    limit: 'dictionaries whose keys collide beyond chance are refused',
    settings: [],
    errors: ['…'],
    ...ALL,
    grows: true,
  },
  'announced bytes': {
    exploitedIn: 'this package: 63 KiB for 9 bytes',
    limit: 'memory follows the bytes that came',
    settings: ['inbound_buffer_size'],
    errors: [],
    ...ALL,
  },
  'bad packets': {
    exploitedIn: 'this package: 20,000 lines of the log for 140 KB',
    limit: 'one line a second for each peer; a number of bad packets',
    settings: ['max_bad_packets'],
    errors: ['…'],
    servers: MULTIPLAYER_SERVERS,
    clients: none('to a client its server is the authority on packets'),
  },
  'member floods': {
    exploitedIn: 'multiplayer protocols',
    limit: '`max_peers` members of a server, and members that a server may announce to a client',
    settings: [],
    errors: ['…'],
    servers: MULTIPLAYER_SERVERS,
    clients: { kinds: ['WebSocketMultiplayerPeer', 'WebSocketClient'], because: 'only these know members' },
  },
  'hostile port': {
    exploitedIn: 'workers and MessagePorts',
    limit: 'what comes over a port is checked like what comes over a network',
    settings: [],
    errors: ['…'],
    servers: none('no server listens on a port'),
    clients: { kinds: ['WebSocketPeer'], because: 'only `connect_to_stream` takes a port' },
  },
} as const satisfies Record<string, AttackClass>;

export type AttackId = keyof typeof ATTACKS;

// What a connection can be told, as properties: their types and what they do. Types only: ranges are in setting-table.ts.
import type { double, float, int, int32 } from '../../binding/types.js';
import type { HandshakeHook } from '../../protocol/handshake-hook.js';
import type { ProxyHeader } from '../../protocol/server-settings.js';

/**
 * Whether and how messages are compressed.
 *
 * @godotType enum::WebSocketPeer.CompressionMode
 */
export type CompressionMode = 0 | 1;

/** The properties that WebSocketPeer and WebSocketSettings have in common. */
export interface SettingProperties {
  /**
   * Largest message that is accepted, in bytes, and roughly the room for all packets that wait; 65535 unless set.
   *
   * Takes effect when the connection opens. A larger message closes the connection with 1009; when packets that the
   * game has not taken fill the room, reading stops and TCP pushes back on the sender.
   *
   * @takes buffer_size
   */
  inbound_buffer_size: int32;

  /**
   * Most payload bytes that may wait to be sent; 65535 unless set, 0 for no limit. Takes effect at once.
   *
   * @takes buffer_size
   */
  outbound_buffer_size: int32;

  /**
   * Most packets that may wait in either direction; 4096 unless set.
   *
   * For sending it takes effect at once, for receiving when the connection opens.
   *
   * @takes buffer_size
   */
  max_queued_packets: int32;

  /**
   * Seconds between pings; 0, as at start, for none.
   *
   * Kept in whole milliseconds. A connection on which nothing at all arrives from one ping to the next is dropped
   * with code -1.
   *
   * **Note:** as in Godot, the property calls itself an int, and takes parts of a second all the same. A page has no
   * pings of its own.
   *
   * @takes interval
   * @takesType double
   */
  heartbeat_interval: int;

  /**
   * Subprotocols: a client asks for them, a server picks the first that the client asks for and this list has.
   *
   * Both sides must want one or none must. White space around an entry is removed. A list that was read is a copy: change
   * it by assigning a new one.
   *
   * @takes protocols
   */
  supported_protocols: string[];

  /**
   * Further header lines (`Name: value`) of this side's half of the handshake; checked when it begins.
   *
   * A list that was read is a copy: change it by assigning a new one.
   *
   * **Note:** without effect in a page, whose browser writes the request; a warning says so.
   *
   * @takes protocols
   */
  handshake_headers: string[];

  /**
   * Most bytes of the other side's half of the handshake; 16384 unless set. Godot's own limit is 4096.
   *
   * A server refuses a longer request with 431; a client's attempt fails with a longer answer.
   *
   * **Note:** without effect in a page, where the browser reads the answer.
   *
   * @takes size
   * @addition
   */
  max_handshake_size: int32;

  /**
   * Seconds from the call until the connection must be OPEN; 30 unless set, 0 for no limit. Then the attempt has failed.
   *
   * @takes timeout
   * @addition
   */
  handshake_timeout: float;

  /**
   * Seconds that CLOSING lasts at the most; 10 unless set, 0 for no limit. Then the connection is dropped.
   *
   * @takes timeout
   * @addition
   */
  close_timeout: float;

  /**
   * Seconds from the first byte of a message to its last; 0, as at start, for no limit.
   *
   * A message that takes longer closes the connection with 1008.
   *
   * **Note:** without effect in a page, where the browser receives whole messages.
   *
   * @takes timeout
   * @addition
   */
  message_timeout: float;

  /**
   * Most frames of one message; 1048576 unless set, more close with 1008.
   *
   * **Note:** without effect in a page, where the browser receives whole messages.
   *
   * @takes fragments
   * @addition
   */
  max_message_fragments: int32;

  /**
   * Page: most bytes of packets that may wait, from their arrival until the game takes them; 16777216 unless set, or as
   * many as `inbound_buffer_size` says where that is more.
   *
   * A browser can't make the sender wait while a page is hidden or busy and does not poll. What comes beyond this closes
   * the connection with 1009, and a message tells. Takes effect at once.
   *
   * **Note:** without effect where sockets are: there reading stops, and TCP makes the sender wait.
   *
   * @takes bytes
   * @addition
   */
  max_unpolled_bytes: int32;

  /**
   * Page: most packets that may wait, from their arrival until the game takes them; 65536 unless set, or as many as
   * `max_queued_packets` says where that is more.
   *
   * As `max_unpolled_bytes`: what comes beyond this closes the connection with 1009. Takes effect at once.
   *
   * **Note:** without effect where sockets are: there reading stops, and TCP makes the sender wait.
   *
   * @takes packets
   * @addition
   */
  max_unpolled_packets: int32;

  /**
   * Compression of messages (permessage-deflate, RFC 7692): COMPRESSION_MODE_NONE, as at start, or
   * COMPRESSION_MODE_MESSAGE.
   *
   * A client offers it with its request, a server accepts such an offer; takes effect when the handshake begins.
   * `is_compression_active` tells whether the other side agreed: one that does not, as Godot's own classes, gets no
   * compressed message. Each message is compressed by itself, so a connection needs no memory for it, and a message for
   * many is compressed once. It pays for text from about 200 bytes on, and for snapshots that go to all; not for short
   * messages, nor for floats in binary.
   *
   * A client refuses an answer of the server that it can't keep. The length of a compressed message tells about its
   * content: do not put a secret and a text that a stranger has chosen into one message.
   *
   * **Note:** without effect in a page: the browser offers compression by itself, and compresses what it sends.
   *
   * @takes mode
   * @addition
   */
  compression_mode: CompressionMode;

  /**
   * Fewest bytes of a message that is compressed; 256 unless set, shorter ones go as they are.
   *
   * Takes effect at once: 0 compresses all messages, 2147483647 none, also around a single `send`. Messages of more than
   * 1 MiB are never compressed. What is received is not concerned.
   *
   * **Note:** without effect in a page, where the browser compresses.
   *
   * @takes bytes
   * @addition
   */
  compression_threshold: int32;

  /**
   * Server: pages that may connect, as origins (`https://game.example`); empty, as at start, for all.
   *
   * A browser names the page's origin, other clients name none and pass. Other pages are refused
   * with 403. A list that was read is a copy: change it by assigning a new one.
   *
   * **Note:** a page has no servers.
   *
   * @takes origins
   * @addition
   * @server
   */
  allowed_origins: string[];

  /**
   * Server: values of `Host` that are answered, against DNS rebinding; empty, as at start, for all.
   *
   * Others are refused with 403. A list that was read is a copy: change it by assigning a new one.
   *
   * **Note:** a page has no servers.
   *
   * @takes hosts
   * @addition
   * @server
   */
  allowed_hosts: string[];

  /**
   * Server: the game's word about each request; null, as at start, for none.
   *
   * A function that gets each request after the rules of the protocol, `allowed_hosts` and `allowed_origins` let it pass.
   * It calls `accept` or `refuse` at once or later; only `accept` lets the client in. What it throws, or its promise
   * rejects with, refuses with 500; without an answer, the end of `handshake_timeout` does with 503. It is called
   * within `poll`, and a late answer is announced by `activity` and takes effect in the next `poll`: docs/handshake-hook.md.
   *
   * **Note:** a page has no servers.
   *
   * @takes hook
   * @addition
   * @server
   */
  handshake_hook: HandshakeHook | null;

  /**
   * Server: proxies whose word about the visitor is believed; empty, as at start, for none.
   *
   * Addresses (`10.0.0.7`, `::1`), networks (`10.0.0.0/8`) and `unix` for all clients of a Unix domain socket. Behind
   * such a proxy the address of a connection is the visitor's: the last one in `proxy_header` that is no trusted proxy.
   * Anything else in the list is refused, by name, when a connection is accepted.
   *
   * **Note:** a page has no servers. The PROXY protocol is not supported.
   *
   * @takes proxies
   * @addition
   * @server
   */
  trusted_proxies: string[];

  /**
   * Server: header in which `trusted_proxies` name the visitor: `x-forwarded-for`, as at start, or `forwarded` (RFC 7239).
   *
   * **Note:** a page has no servers.
   *
   * @takes header
   * @addition
   * @server
   */
  proxy_header: ProxyHeader;

  /**
   * Server: most handshakes under way; 512 unless set.
   *
   * When that many are, a newcomer takes the place of the oldest one of the address that has most. Connections that
   * share the settings are counted together: so are all peers of the process that have neither `settings` of their own
   * nor a server's `peer_settings`, whatever ports they come from. Servers count for themselves.
   *
   * **Note:** a page has no servers.
   *
   * @takes handshakes
   * @addition
   * @server
   */
  max_pending_handshakes: int32;

  /**
   * Server: most handshakes under way from one address (IPv6: from one /64 network); 0, as at start, for no limit.
   *
   * Further ones are dropped. Without a limit one address can't keep others out either: see `max_pending_handshakes`.
   *
   * **Note:** a page has no servers.
   *
   * @takes pending
   * @addition
   * @server
   */
  max_pending_per_address: int32;

  /**
   * Server: most connections from one address (IPv6: from one /64 network); 0, as at start, for no limit.
   *
   * Further ones are refused with 429. Schools and mobile networks share one address among many visitors. Connections
   * that were accepted while there was no limit are not counted.
   *
   * **Note:** a page has no servers.
   *
   * @takes connections
   * @addition
   * @server
   */
  max_connections_per_address: int32;

  /**
   * Most frames a second from the other side, control frames and fragments included; 0, as at start, for no limit.
   *
   * More close the connection with 1008; what came before can still be read. A second's worth may come at once, and what
   * waited while this side did not read, its queue being full.
   *
   * **Note:** without effect in a page, where the browser receives.
   *
   * @takes packets
   * @addition
   * @server
   */
  max_packets_per_second: int32;

  /**
   * Most bytes a second from the other side, headers of frames included; 0, as at start, for no limit.
   *
   * More close the connection with 1008, as for `max_packets_per_second`. A second's worth may come at once: a limit below
   * the size of a message refuses the message.
   *
   * **Note:** without effect in a page, where the browser receives.
   *
   * @takes bytes
   * @addition
   * @server
   */
  max_bytes_per_second: int32;

  /**
   * Multiplayer: most bad packets of one peer, malformed or in another's name, before it is disconnected; 0, as at start,
   * for no limit.
   *
   * It is disconnected with 1008.
   *
   * **Note:** without effect in a page.
   *
   * @takes packets
   * @addition
   * @server
   */
  max_bad_packets: int32;
}

export type SettingName = keyof SettingProperties;

/** Types of what a setter takes, where it is not the property's own. */
interface SetterTypes {
  heartbeat_interval: double;
}

type Taken<Name extends SettingName> = Name extends keyof SetterTypes ? SetterTypes[Name] : SettingProperties[Name];

/** The properties with their `get_` and `set_` methods. */
export type SettingMembers = SettingProperties & {
  [Name in keyof SettingProperties as `get_${Name}`]: () => Taken<Name>;
} & {
  [Name in keyof SettingProperties as `set_${Name}`]: (value: Taken<Name>) => void;
};

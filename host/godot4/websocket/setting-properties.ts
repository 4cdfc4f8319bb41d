// What a connection can be told, as properties: their types and what they do. Types only: ranges are in setting-table.ts.
import type { double, float, int, int32 } from '../../binding/types.js';

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
   * Most bytes of the other side's half of the handshake; 16384 unless set. Godot's own limit is 4096.
   *
   * @takes size
   * @addition
   */
  max_handshake_size: int32;

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
   * Seconds from the call until the connection must be OPEN; 30 unless set, 0 for no limit.
   *
   * @takes timeout
   * @addition
   */
  handshake_timeout: float;

  /**
   * Seconds that CLOSING lasts at the most; 10 unless set, 0 for no limit.
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
   * @takes fragments
   * @addition
   */
  max_message_fragments: int32;

  /**
   * Subprotocols: a client asks for them, a server picks the first that the client asks for and this list has.
   *
   * Both sides must want one or none must. White space around an entry is removed.
   *
   * @takes protocols
   */
  supported_protocols: string[];

  /**
   * Further header lines (`Name: value`) of this side's half of the handshake; checked when it begins.
   *
   * @takes protocols
   */
  handshake_headers: string[];

  /**
   * Server: pages that may connect, as origins (`https://game.example`); empty, as at start, for all.
   *
   * A browser names the page's origin, other clients name none and pass.
   *
   * @takes origins
   * @addition
   */
  allowed_origins: string[];

  /**
   * Server: values of `Host` that are answered, against DNS rebinding; empty, as at start, for all.
   *
   * @takes hosts
   * @addition
   */
  allowed_hosts: string[];

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

// Godot 3's WebSocketPeer: methods, argument checks and messages. The connection is in peer-link.ts.

import { requireBool, requireInt, requireInt32, requireString } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import type { GodotError } from '../binding/errors.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { type ConstantsOf, defineConstants } from '../binding/signal.js';
import type { int, OwnBytes } from '../binding/types.js';
import { SESSION } from '../protocol/session.js';
import { WebSocketPeerInfo } from './class-infos.generated.js';
import { PacketPeer } from './packet-peer.js';
import { PeerLink } from './peer-link.js';

let make: (link: PeerLink) => WebSocketPeer;

/** A WebSocketPeer for a connection of a client or a server. */
export function peerOfLink(link: PeerLink): WebSocketPeer {
  return make(link);
}

export interface WebSocketPeer extends ConstantsOf<typeof WebSocketPeer> {}

export namespace WebSocketPeer {
  /** How packets are sent: one of the group WriteMode. */
  export type WriteMode = 0 | 1;
}

/**
 * One connection of a WebSocketClient or a WebSocketServer.
 *
 * It is returned by their `get_peer`, and updated when they are polled; one made by `new` is never connected.
 */
export class WebSocketPeer extends PacketPeer {
  /** Packets are text: UTF-8, which a web page gets as a string. */
  static readonly WRITE_MODE_TEXT = 0;
  /** Packets are bytes. */
  static readonly WRITE_MODE_BINARY = 1;
  static readonly WriteMode = Object.freeze({ WRITE_MODE_TEXT: 0, WRITE_MODE_BINARY: 1 });

  static {
    defineConstants(this);
  }

  #link = new PeerLink(null, 0);

  static {
    make = (link) => {
      const peer = new WebSocketPeer();
      peer.#link = link;
      return peer;
    };
  }

  override [CLASS_INFO](): ClassInfo {
    return WebSocketPeerInfo(WebSocketPeer);
  }

  /**
   * Closes the connection; `poll` of the client or the server reports when it is closed.
   *
   * A close frame with `code` and `reason` is sent, and messages that come after it are dropped. A connection that is
   * not open yet is dropped without a signal. Codes that must not appear on the wire are reported and 1000 is sent; 0
   * sends a close frame without a code. A reason above 123 bytes is cut at a character boundary.
   */
  close(code: int = 1000, reason = ''): void {
    this.#link.close(requireInt('code', code), requireString('reason', reason));
  }

  /**
   * Whether the connection is open, closing included.
   *
   * @const
   */
  is_connected_to_host(): boolean {
    return this.#link.isOpen;
  }

  /**
   * Address of the peer; '' with a message when there is no connection.
   *
   * @const
   */
  get_connected_host(): string {
    return this.#link.connectedSocket('get_connected_host')?.[SESSION]?.remote?.address ?? '';
  }

  /**
   * Port of the peer; 0 with a message when there is no connection.
   *
   * @const
   */
  get_connected_port(): int {
    return this.#link.connectedSocket('get_connected_port')?.[SESSION]?.remote?.port ?? 0;
  }

  /** Switches Nagle's algorithm off (`true`, as at start) or on. */
  set_no_delay(enabled: boolean): void {
    this.#link.setNoDelay(requireBool('enabled', enabled));
  }

  /**
   * Whether packets are sent as text or as bytes; WRITE_MODE_BINARY unless set.
   *
   * @const
   */
  get_write_mode(): WebSocketPeer.WriteMode {
    return this.#link.writeMode as WebSocketPeer.WriteMode;
  }

  /** Chooses how packets are sent: WRITE_MODE_TEXT, or bytes for every other number. */
  set_write_mode(mode: int): void {
    this.#link.writeMode = requireInt32('mode', mode);
  }

  /**
   * Whether the packet taken last came as text.
   *
   * @const
   */
  was_string_packet(): boolean {
    return this.#link.lastWasText;
  }

  /**
   * Payload bytes of the packets that are not completely sent; 0 without a connection.
   *
   * @const
   */
  get_current_outbound_buffered_amount(): int {
    return this.#link.outboundBytes;
  }

  override get_available_packet_count(): int {
    return this.#link.available;
  }

  /** Closes the connection with code 1000. */
  override free(): void {
    this.close();
    super.free();
  }

  protected override takePacket(): OwnBytes | GodotError {
    return this.#link.take();
  }

  protected override putPacket(bytes: Uint8Array): GodotError {
    return this.#link.put(bytes);
  }
}

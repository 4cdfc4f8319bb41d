// Godot's StreamPeerSocket: the part of StreamPeerTCP that all kinds of sockets share. Names only.

import type { ClassInfo } from '../binding/class-info.js';
import { StreamPeerSocketInfo } from '../binding/class-infos.generated.js';
import type { GodotError } from '../binding/errors.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { type ConstantsOf, defineConstants } from '../binding/signal.js';
import { StreamPeer } from './stream-peer.js';

const Status = Object.freeze({
  STATUS_NONE: 0,
  STATUS_CONNECTING: 1,
  STATUS_CONNECTED: 2,
  STATUS_ERROR: 3,
});

export interface StreamPeerSocket extends ConstantsOf<typeof StreamPeerSocket> {}

export namespace StreamPeerSocket {
  /** How far the connection is: one of the group Status. */
  export type Status = 0 | 1 | 2 | 3;
}

/**
 * A stream over a socket.
 *
 * Abstract: use StreamPeerTCP.
 */
export abstract class StreamPeerSocket extends StreamPeer {
  /** Not connected, or the other side has ended the connection properly. */
  static readonly STATUS_NONE = Status.STATUS_NONE;
  /** The attempt to connect is under way. */
  static readonly STATUS_CONNECTING = Status.STATUS_CONNECTING;
  /** Data can be sent and received. */
  static readonly STATUS_CONNECTED = Status.STATUS_CONNECTED;
  /** The connection failed or broke; `disconnect_from_host` makes the object usable again. */
  static readonly STATUS_ERROR = Status.STATUS_ERROR;
  static readonly Status = Status;

  static {
    defineConstants(this);
  }

  override [CLASS_INFO](): ClassInfo {
    return StreamPeerSocketInfo();
  }

  /** Moves the status on. Returns an error code when the connection turned out to have failed. */
  abstract poll(): GodotError;

  /**
   * The status, one of the `Status` group, as the last `poll`, read or `disconnect_from_host` left it.
   *
   * @const
   */
  abstract get_status(): StreamPeerSocket.Status;

  /** Ends the connection. What was sent before still goes out. */
  abstract disconnect_from_host(): void;
}

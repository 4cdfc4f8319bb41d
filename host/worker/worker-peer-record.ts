// What is known of a WorkerWebSocketPeer's connection, during it and after it: constants and facts. Nothing happens here.

import type { ClassInfo } from '../binding/class-info.js';
import { WebSocketPeerInfo } from '../binding/class-infos.generated.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { type ConstantsOf, defineConstants } from '../binding/signal.js';
import type { int, int32 } from '../binding/types.js';
import { NO_CODE } from '../protocol/close-codes.js';
import { State } from '../protocol/lifecycle.js';
import { HiddenPage } from './hidden-page.js';

export interface WorkerPeerRecord extends ConstantsOf<typeof WorkerPeerRecord> {}

/** @internal */
export abstract class WorkerPeerRecord extends HiddenPage {
  /** The connection is being made. */
  static readonly STATE_CONNECTING = State.CONNECTING;
  /** Packets can be sent and received. */
  static readonly STATE_OPEN = State.OPEN;
  /** `close` was called, the other side's answer is awaited. */
  static readonly STATE_CLOSING = State.CLOSING;
  /** No connection. */
  static readonly STATE_CLOSED = State.CLOSED;
  static readonly State = Object.freeze({
    STATE_CONNECTING: State.CONNECTING,
    STATE_OPEN: State.OPEN,
    STATE_CLOSING: State.CLOSING,
    STATE_CLOSED: State.CLOSED,
  });
  /** Packets are text. */
  static readonly WRITE_MODE_TEXT = 0;
  /** Packets are bytes. */
  static readonly WRITE_MODE_BINARY = 1;
  static readonly WriteMode = Object.freeze({ WRITE_MODE_TEXT: 0, WRITE_MODE_BINARY: 1 });

  static {
    defineConstants(this);
  }

  protected state: State = State.CLOSED;
  protected closeCode = NO_CODE;
  protected closeReason = '';
  protected selectedProtocol = '';
  protected requestedUrl = '';
  protected lastWasText = false;
  protected droppedPackets = 0;

  override [CLASS_INFO](): ClassInfo {
    return WebSocketPeerInfo();
  }

  /**
   * How far the connection is: one of STATE_CONNECTING, STATE_OPEN, STATE_CLOSING, STATE_CLOSED.
   *
   * @const
   */
  get_ready_state(): State {
    return this.state;
  }

  /**
   * Whether the packet taken last came as text.
   *
   * @const
   */
  was_string_packet(): boolean {
    return this.lastWasText;
  }

  /**
   * Number of packets that `hidden_policy` has dropped since `connect_to_url`.
   *
   * @const
   */
  get_dropped_packet_count(): int {
    return this.droppedPackets;
  }

  /**
   * Close code as the worker's WebSocketPeer has it; -1 before the end.
   *
   * @const
   */
  get_close_code(): int32 {
    return this.closeCode;
  }

  /**
   * Reason in the close frame received; '' without one, and before it.
   *
   * @const
   */
  get_close_reason(): string {
    return this.closeReason;
  }

  /**
   * Subprotocol that both sides agreed on, or ''.
   *
   * @const
   */
  get_selected_protocol(): string {
    return this.selectedProtocol;
  }

  /**
   * The URL as it was given.
   *
   * @const
   */
  get_requested_url(): string {
    return this.requestedUrl;
  }

  /** Nothing of an earlier connection counts any more. */
  protected forget(): void {
    this.closeCode = NO_CODE;
    this.closeReason = '';
    this.selectedProtocol = '';
    this.requestedUrl = '';
    this.droppedPackets = 0;
  }
}

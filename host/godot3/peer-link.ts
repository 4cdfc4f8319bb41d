// One connection in Godot 3's terms: the events of a poll, in Godot 3's order, over a WebSocketPeer of Godot 4. Client
// and server emit the signals.

import { type Failure, printError } from '../binding/error-handler.js';
import { ERR_UNAVAILABLE, FAILED, type GodotError } from '../binding/errors.js';
import type { OwnBytes } from '../bytes.js';
import { endAlone } from '../godot4/websocket/end-alone.js';
import { POLL_OPENING, WebSocketPeer as Socket } from '../godot4/websocket/web-socket-peer.js';
import { SESSION } from '../protocol/session.js';

const WRITE_MODE_TEXT = 0;
const WRITE_MODE_BINARY = 1;

/** Events of a poll. */
export interface LinkEvents {
  opened(link: PeerLink): void;
  /** The handshake has failed. */
  failed(link: PeerLink): void;
  /** One message more can be taken. */
  received(link: PeerLink): void;
  /** The peer has closed; `closed` follows. */
  closeRequested(link: PeerLink, code: number, reason: string): void;
  closed(link: PeerLink, wasClean: boolean): void;
  /** Whether another message may be announced now. */
  hasRoom(): boolean;
}

export class PeerLink {
  /** The peer's id; 1 on a client. */
  readonly id: number;
  /** WRITE_MODE_TEXT (0), or any other number for binary. */
  writeMode = WRITE_MODE_BINARY;
  readonly #socket: Socket | null;
  /** 'parting': the peer's close is being reported, and the game still sees a connection, as in the engine. */
  #phase: 'opening' | 'open' | 'parting' | 'ended';
  /** Number of announced messages that wait in the socket. */
  #announced = 0;
  /** This side has closed: later messages are dropped. */
  #isLeaving = false;
  #wasClean = false;

  /** `socket` is connecting; null for a peer that is never connected. */
  constructor(socket: Socket | null, id: number) {
    this.id = id;
    this.#socket = socket;
    this.#phase = socket === null ? 'ended' : 'opening';
  }

  get isOpening(): boolean {
    return this.#phase === 'opening';
  }

  /** Whether the connection is open, closing included. */
  get isOpen(): boolean {
    return this.#phase === 'open' || this.#phase === 'parting';
  }

  /** Whether the connection has ended with a close that the peer began. */
  get wasClean(): boolean {
    return this.#wasClean;
  }

  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  get url(): string {
    return this.#socket?.get_requested_url() ?? '';
  }

  get failure(): Failure | null {
    return this.#socket?.get_failure() ?? null;
  }

  get available(): number {
    return this.#announced;
  }

  get selectedProtocol(): string {
    return this.#socket?.get_selected_protocol() ?? '';
  }

  get handshakeData(): unknown {
    return this.#socket?.get_handshake_data() ?? null;
  }

  get lastWasText(): boolean {
    return this.#socket?.was_string_packet() ?? false;
  }

  get outboundBytes(): number {
    return this.isOpen ? (this.#socket as Socket).get_current_outbound_buffered_amount() : 0;
  }

  /** The socket, if `put` would send binary, for sending one frame to many; else null. */
  get binarySocket(): Socket | null {
    return this.#canSend && this.writeMode !== WRITE_MODE_TEXT ? this.#socket : null;
  }

  /** The socket while there is a connection; null with a message otherwise. */
  connectedSocket(method: string): Socket | null {
    if (this.isOpen) return this.#socket;
    printError(`${method}: the peer is not connected`);
    return null;
  }

  poll(events: LinkEvents): void {
    const socket = this.#socket;
    if (socket === null) return;
    if (this.#phase === 'opening') this.#pollOpening(socket, events);
    else if (this.#phase === 'open') this.#pollOpen(socket, events);
  }

  /** Takes the first announced message; an error code when there is none. */
  take(): OwnBytes | GodotError {
    if (this.#announced === 0) {
      if (this.isOpen) return ERR_UNAVAILABLE;
      printError('get_packet: the peer is not connected');
      return FAILED;
    }
    this.#announced -= 1;
    return (this.#socket as Socket).get_packet();
  }

  put(bytes: Uint8Array): GodotError {
    if (this.#canSend)
      return (this.#socket as Socket).send(
        bytes,
        this.writeMode === WRITE_MODE_TEXT ? WRITE_MODE_TEXT : WRITE_MODE_BINARY,
      );
    printError(`put_packet: the peer is ${this.isOpen ? 'closing' : 'not connected'}`);
    return FAILED;
  }

  setNoDelay(enabled: boolean): void {
    const socket = this.connectedSocket('set_no_delay');
    if (this.#phase === 'open') socket?.set_no_delay(enabled);
  }

  /** Sends a close frame; drops a connection that is not open yet. */
  close(code: number, reason: string): void {
    if (this.#phase === 'ended' || this.#isLeaving) return;
    if (this.#phase === 'opening') this.drop();
    else this.#socket?.close(code, reason);
    this.#isLeaving = true;
    this.#announced = 0;
  }

  /** Ends at once, without events. */
  drop(): void {
    this.#phase = 'ended';
    this.#socket?.close(-1);
  }

  /** Ends polling: a close handshake under way completes by itself. Disconnects `listener`. */
  abandon(listener: () => void): void {
    this.#phase = 'ended';
    if (this.#socket !== null) endAlone(this.#socket, listener);
  }

  get #canSend(): boolean {
    return this.#phase === 'open' && !this.#isLeaving;
  }

  /**
   * Polls the handshake only: messages that arrived with its end are left to the next poll, so that the game can answer
   * first.
   */
  #pollOpening(socket: Socket, events: LinkEvents): void {
    socket[POLL_OPENING](); // an error handler may have ended it when this returns
    if (!this.isOpening || socket.get_ready_state() === Socket.STATE_CONNECTING) return;
    this.#phase = socket[SESSION]?.wasOpen ? 'open' : 'ended';
    if (this.#phase === 'open') events.opened(this);
    else events.failed(this);
  }

  /** Polls until nothing is new: Godot 3 reports messages and the end in one poll, Godot 4 takes one for each. */
  #pollOpen(socket: Socket, events: LinkEvents): void {
    do {
      socket.poll();
      if (this.#phase !== 'open') return;
    } while (this.#announce(socket, events) && this.#phase === 'open'); // the game may have ended it
    const isDone = this.#isLeaving || this.#announced === socket.get_available_packet_count();
    if (this.#phase === 'open' && isDone && socket.get_ready_state() === Socket.STATE_CLOSED) this.#end(socket, events);
  }

  /** Announces new messages; returns whether there were any. */
  #announce(socket: Socket, events: LinkEvents): boolean {
    let hasAny = false;
    while (!this.#isLeaving && this.#announced < socket.get_available_packet_count() && events.hasRoom()) {
      hasAny = true;
      this.#announced += 1;
      events.received(this);
    }
    return hasAny;
  }

  #end(socket: Socket, events: LinkEvents): void {
    this.#wasClean = (socket[SESSION]?.isClosedByPeer ?? false) && !this.#isLeaving;
    if (this.#wasClean) {
      this.#phase = 'parting';
      events.closeRequested(this, socket.get_close_code(), cutAtNul(socket.get_close_reason()));
      if (!this.isOpen) return; // dropped by an event handler
    }
    this.#phase = 'ended';
    events.closed(this, this.#wasClean);
  }
}

/** Removes the NUL that Godot 3 sends after each reason. */
function cutAtNul(reason: string): string {
  const at = reason.indexOf('\0');
  return at < 0 ? reason : reason.slice(0, at);
}

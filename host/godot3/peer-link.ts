// One connection as Godot 3 sees it: what a poll brings, message by message and in Godot 3's order, over the WebSocketPeer
// of Godot 4, which does the rest. Who is told, and by which signals, is the client's and the server's business.

import { printError } from '../binding/error-handler.js';
import { ERR_UNAVAILABLE, FAILED, type GodotError } from '../binding/errors.js';
import type { OwnBytes } from '../bytes.js';
import { endAlone } from '../godot4/end-alone.js';
import { POLL_OPENING, SESSION, WebSocketPeer as Socket } from '../godot4/websocket/web-socket-peer.js';

const WRITE_MODE_TEXT = 0;
const WRITE_MODE_BINARY = 1;

/** What a poll brings. */
export interface LinkEvents {
  opened(link: PeerLink): void;
  /** The handshake did not succeed. */
  failed(link: PeerLink): void;
  /** One message more can be taken. */
  received(link: PeerLink): void;
  /** The other side has closed; `closed` follows. */
  closeRequested(link: PeerLink, code: number, reason: string): void;
  closed(link: PeerLink, wasClean: boolean): void;
  /** Whether another message may be handed over now. */
  hasRoom(): boolean;
}

export class PeerLink {
  /** The peer's id; 1 on a client. */
  readonly id: number;
  /** WRITE_MODE_TEXT is 0, and every other number means binary. */
  writeMode = WRITE_MODE_BINARY;
  readonly #socket: Socket | null;
  /** While parting, the other side's close is being told of: the game still sees a connection, as in the engine. */
  #phase: 'opening' | 'open' | 'parting' | 'ended';
  /** How many of the messages that wait in the socket the game was told of. */
  #announced = 0;
  /** This side has closed: messages that come after it are nobody's. */
  #isLeaving = false;
  #wasClean = false;

  /** `socket` has begun to connect; null for a peer that never will. */
  constructor(socket: Socket | null, id: number) {
    this.id = id;
    this.#socket = socket;
    this.#phase = socket === null ? 'ended' : 'opening';
  }

  get isOpening(): boolean {
    return this.#phase === 'opening';
  }

  /** The handshake is done and the end not reached, closing included. */
  get isOpen(): boolean {
    return this.#phase === 'open' || this.#phase === 'parting';
  }

  /** The other side has closed the connection, and began it. */
  get wasClean(): boolean {
    return this.#wasClean;
  }

  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  get available(): number {
    return this.#announced;
  }

  get selectedProtocol(): string {
    return this.#socket?.get_selected_protocol() ?? '';
  }

  get lastWasText(): boolean {
    return this.#socket?.was_string_packet() ?? false;
  }

  get outboundBytes(): number {
    return this.isOpen ? (this.#socket as Socket).get_current_outbound_buffered_amount() : 0;
  }

  /** For sending one frame to many: the socket that `put` would send to in binary, null when it would not. */
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

  /** Takes the first message that was announced; an error code when there is none. */
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

  /** Says goodbye; before the connection is open, just drops it. */
  close(code: number, reason: string): void {
    if (this.#phase === 'ended' || this.#isLeaving) return;
    if (this.#phase === 'opening') this.drop();
    else this.#socket?.close(code, reason);
    this.#isLeaving = true;
    this.#announced = 0;
  }

  /** Ends at once, and nobody is told. */
  drop(): void {
    this.#phase = 'ended';
    this.#socket?.close(-1);
  }

  /** Nobody polls it any more: a goodbye that is under way ends by itself. `listener` hears no more of it. */
  abandon(listener: () => void): void {
    this.#phase = 'ended';
    if (this.#socket !== null) endAlone(this.#socket, listener);
  }

  get #canSend(): boolean {
    return this.#phase === 'open' && !this.#isLeaving;
  }

  /** What came together with the handshake's end is for the next poll: who hears of it can still answer. */
  #pollOpening(socket: Socket, events: LinkEvents): void {
    socket[POLL_OPENING](); // an error handler may have ended it when this returns
    if (!this.isOpening || socket.get_ready_state() === Socket.STATE_CONNECTING) return;
    this.#phase = socket[SESSION]?.wasOpen ? 'open' : 'ended';
    if (this.#phase === 'open') events.opened(this);
    else events.failed(this);
  }

  /** Godot 3 hands over the messages and the end behind them in one poll; Godot 4's peer needs a poll for each. */
  #pollOpen(socket: Socket, events: LinkEvents): void {
    do {
      socket.poll();
      if (this.#phase !== 'open') return;
    } while (this.#announce(socket, events) && this.#phase === 'open'); // the game may have ended it
    const isDone = this.#isLeaving || this.#announced === socket.get_available_packet_count();
    if (this.#phase === 'open' && isDone && socket.get_ready_state() === Socket.STATE_CLOSED) this.#end(socket, events);
  }

  /** Whether there was anything to announce. */
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
      if (!this.isOpen) return; // forgotten by then
    }
    this.#phase = 'ended';
    events.closed(this, this.#wasClean);
  }
}

/** Godot 3 sends a NUL behind each reason. */
function cutAtNul(reason: string): string {
  const at = reason.indexOf('\0');
  return at < 0 ? reason : reason.slice(0, at);
}

// The time before a connection is open: bytes go to the handshake, and what comes behind it is kept for the frames.
import { printError, printWarning } from '../binding/error-handler.js';
import { type ByteStream, StreamPhase } from '../transport/byte-stream.js';
import type { ClientHandshake } from './handshake-client.js';
import type { ServerHandshake } from './handshake-server.js';
import type { Outbox } from './outbox.js';

/** Which side this is, and its half of the handshake. */
export type ConnectionRole =
  | { readonly side: 'client'; readonly handshake: ClientHandshake }
  | { readonly side: 'server'; readonly handshake: ServerHandshake };

export type OpeningOutcome = 'waiting' | 'accepted' | 'refused' | 'lost';

const NOTHING = new Uint8Array(0);

export class Opening {
  readonly #role: ConnectionRole;
  readonly #stream: ByteStream;
  readonly #outbox: Outbox;
  /** Bytes that came behind the handshake, before it took effect. */
  #early: Uint8Array = NOTHING;
  #requested = false;

  constructor(role: ConnectionRole, stream: ByteStream, outbox: Outbox) {
    this.#role = role;
    this.#stream = stream;
    this.#outbox = outbox;
  }

  receive(chunk: Uint8Array, length: number): void {
    const { handshake } = this.#role;
    const used = handshake.outcome === 'reading' ? handshake.push(chunk.subarray(0, length)) : 0;
    if (used === length) return;
    const early = new Uint8Array(this.#early.length + length - used);
    early.set(this.#early);
    early.set(chunk.subarray(used, length), this.#early.length);
    this.#early = early;
  }

  /** Sends this side's half when it is its turn, and tells where things stand. */
  poll(): OpeningOutcome {
    const stream = this.#stream;
    const role = this.#role;
    if (role.side === 'client' && !this.#requested && stream.phase === StreamPhase.OPEN) {
      this.#requested = true;
      this.#outbox.handshake(role.handshake.request);
      this.#outbox.flush();
    }
    const { outcome } = role.handshake;
    if (outcome !== 'reading') {
      if (role.side === 'server') {
        this.#outbox.handshake(role.handshake.response);
        if (outcome === 'refused') this.#outbox.flush();
      }
      if (outcome === 'refused') this.#report(role.handshake);
      return outcome;
    }
    if (stream.phase < StreamPhase.ENDED) return 'waiting';
    // The network's own failures (refused, unreachable, unknown host) are silent, as in the engine; TLS is not.
    if (stream.error !== null && !('syscall' in stream.error)) printError(`WebSocketPeer: ${stream.error.message}`);
    return 'lost';
  }

  takeEarly(): Uint8Array {
    const early = this.#early;
    this.#early = NOTHING;
    return early;
  }

  /** Subprotocols that do not match are nobody's fault: the engine says nothing, here it is a warning. */
  #report({ fault, isMismatch }: ClientHandshake | ServerHandshake): void {
    if (isMismatch) printWarning(`WebSocketPeer: ${fault}`);
    else printError(`WebSocketPeer: ${fault}`);
  }
}

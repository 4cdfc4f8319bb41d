// A transport of Godot 3's multiplayer without a network: recorded messages go in, messages that would be sent come out.
import { type GodotError, OK } from '../../../host/binding/errors.js';
import type { OwnBytes } from '../../../host/bytes.js';
import { payloadMessage, payloadOf, readHeader, readSystemId } from '../../../host/godot3/mp-packets.js';
import { NetworkedMultiplayerPeer } from '../../../host/godot3/networked-multiplayer-peer.js';

const TYPE_ADD = 1;
const TYPE_DELETE = 2;
const TYPE_ID = 3;

export const bytesOf = (hex: string): OwnBytes => Uint8Array.from(Buffer.from(hex, 'hex'));
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export class RecordedPeer extends NetworkedMultiplayerPeer {
  id: number;
  status: NetworkedMultiplayerPeer.ConnectionStatus = NetworkedMultiplayerPeer.CONNECTION_CONNECTED;
  /** What was sent, each with its header, and the target beside it. */
  sent: { target: number; hex: string }[] = [];
  #target = 0;
  #packets: { from: number; payload: OwnBytes }[] = [];

  constructor(id = 1) {
    super();
    this.id = id;
  }

  override get_connection_status(): NetworkedMultiplayerPeer.ConnectionStatus {
    return this.status;
  }
  override get_unique_id(): number {
    return this.id;
  }
  override set_target_peer(id: number): void {
    this.#target = id;
  }
  override get_packet_peer(): number {
    return this.#packets[0]?.from ?? 1;
  }
  override get_available_packet_count(): number {
    return this.#packets.length;
  }
  override poll(): void {}
  protected override takePacket(): OwnBytes {
    return this.#packets.shift()?.payload ?? new Uint8Array(0);
  }
  protected override putPacket(bytes: Uint8Array): GodotError {
    this.sent.push({ target: this.#target, hex: hexOf(payloadMessage(this.id, this.#target, bytes)) });
    return OK;
  }

  join(id: number): void {
    this.emit_signal('peer_connected', id);
    if (id === 1) this.emit_signal('connection_succeeded');
  }

  leave(id: number): void {
    this.emit_signal('peer_disconnected', id);
  }

  /** A packet of `from` is there. */
  receive(from: number, payload: OwnBytes): void {
    this.#packets.push({ from, payload });
  }

  /** A message of a recording is there. */
  hear(hex: string): void {
    const message = bytesOf(hex);
    const header = readHeader(message);
    const id = readSystemId(message) ?? 0;
    if (header?.type === TYPE_ID) this.id = id;
    else if (header?.type === TYPE_ADD) this.join(id);
    else if (header?.type === TYPE_DELETE) this.leave(id);
    else this.receive(header?.from ?? 0, payloadOf(message));
  }

  /** Takes what was sent, as the connection of the peer `id` would carry it. */
  sentTo(id: number): string[] {
    return this.sent
      .filter(({ target }) => target === id || target === 0 || (target < 0 && target !== -id))
      .map(({ hex }) => hex);
  }
}

// A MultiplayerPeer without a network: the test controls joining, packets and leaving, and sees sent packets.
import type { OwnBytes } from '../../host/bytes.js';
import { MultiplayerPeer, PARTING_LISTENERS } from '../../host/godot4/multiplayer/multiplayer-peer.js';

const NOTHING: OwnBytes = new Uint8Array(0);

export type TransportEvent =
  | { readonly kind: 'join' | 'leave'; readonly id: number }
  | { readonly kind: 'packet'; readonly id: number; readonly packet: OwnBytes };

/** A server; everything happens in `poll`, in the order of `coming`. */
export class ScriptedTransport extends MultiplayerPeer {
  coming: TransportEvent[] = [];
  /** Peers that are there, those among them included that were parted with since the last poll. */
  readonly present = new Set<number>();
  readonly sentTo: number[] = [];
  #leaving: number[] = [];
  #queue: { id: number; packet: OwnBytes }[] = [];
  #target = 0;
  #status: MultiplayerPeer.ConnectionStatus = MultiplayerPeer.CONNECTION_CONNECTED;

  override poll(): void {
    for (const id of this.#leaving.splice(0)) this.#leave(id);
    while (this.coming.length > 0) this.#happen(this.coming.shift() as TransportEvent);
  }

  /** Used again. */
  restart(): void {
    this.#status = MultiplayerPeer.CONNECTION_CONNECTED;
  }

  override close(): void {
    this.#status = MultiplayerPeer.CONNECTION_DISCONNECTED;
    this.present.clear();
    this.#queue = [];
    this.#leaving = [];
    for (const listener of this[PARTING_LISTENERS]) listener.ended();
  }

  override disconnect_peer(id: number, force = false): void {
    if (!this.present.has(id)) return;
    if (!force) {
      this.#leaving.push(id);
      return;
    }
    this.present.delete(id);
    for (const listener of this[PARTING_LISTENERS]) listener.parted(id);
  }

  override get_connection_status(): MultiplayerPeer.ConnectionStatus {
    return this.#status;
  }
  override get_unique_id(): number {
    return this.#status === 0 ? 0 : 1;
  }
  override is_server_relay_supported(): boolean {
    return true;
  }
  override set_target_peer(id: number): void {
    this.#target = id;
  }
  override get_available_packet_count(): number {
    return this.#queue.length;
  }
  override get_packet_peer(): number {
    return this.#queue[0]?.id ?? 0;
  }
  override get_packet_channel(): number {
    return 0;
  }
  override get_packet_mode(): MultiplayerPeer.TransferMode {
    return 2;
  }
  override get_packet(): OwnBytes {
    return this.takePacket();
  }
  override get_packet_error(): number {
    return 0;
  }
  protected override takePacket(): OwnBytes {
    return this.#queue.shift()?.packet ?? NOTHING;
  }
  protected override putPacket(): number {
    this.sentTo.push(this.#target);
    return 0;
  }

  #happen(event: TransportEvent): void {
    const { kind, id } = event;
    if (this.#status === 0) return;
    if (kind === 'join' && !this.present.has(id)) {
      this.present.add(id);
      this.emit_signal('peer_connected', id);
    } else if (kind === 'leave') this.#leave(id);
    else if (kind === 'packet' && this.present.has(id)) this.#queue.push({ id, packet: event.packet });
  }

  #leave(id: number): void {
    if (!this.present.has(id)) return;
    this.emit_signal('peer_disconnected', id);
    this.present.delete(id);
  }
}

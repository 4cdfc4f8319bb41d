// The packet half of WebSocketMultiplayerPeer: the queue of what has arrived, and where packets go. How peers come and
// go is told in web-socket-multiplayer-peer.ts.

import { platform } from '#platform';
import { requireInt32 } from '../binding/arguments.js';
import { refuse } from '../binding/error-handler.js';
import { ERR_UNAVAILABLE, ERR_UNCONFIGURED, type GodotError, OK } from '../binding/errors.js';
import type { int32 } from '../binding/types.js';
import { Bell } from '../transport/bell.js';
import { MultiplayerPeer, type TransferMode } from './multiplayer-peer.js';
import { SourcedPackets } from './sourced-packets.js';
import { WebSocketMultiplayerPeerSettings } from './web-socket-multiplayer-peer-settings.js';

const NO_PACKET = new Uint8Array(0);

/** @internal */
export abstract class WebSocketMultiplayerPeerPackets extends WebSocketMultiplayerPeerSettings {
  protected readonly packets = new SourcedPackets();
  /** For all connections together: however many have news in one turn, one poll looks at all of them. */
  protected readonly bell = new Bell(platform, () => this.emit_signal('activity'));
  /** At the last poll there was no room for more packets. */
  #isFull = false;
  #packetError: GodotError = OK;
  #target: int32 = MultiplayerPeer.TARGET_PEER_BROADCAST;

  /** A late listener has missed what was told before. */
  protected override connected(signal: string): void {
    if (signal !== 'activity' || this.get_connection_status() === MultiplayerPeer.CONNECTION_DISCONNECTED) return;
    this.bell.silence();
    this.bell.ring();
  }

  /** Sends to `target` what is not empty; there is a connection. */
  protected abstract sendTo(target: int32, bytes: Uint8Array): GodotError;

  override set_target_peer(id: int32): void {
    this.#target = requireInt32('id', id);
  }

  /** @const */
  override get_available_packet_count(): int32 {
    return this.packets.count;
  }

  /** @const */
  override get_packet_peer(): int32 {
    if (this.packets.count > 0) return this.packets.nextSource;
    return refuse(MultiplayerPeer.TARGET_PEER_SERVER, 'get_packet_peer: there is no packet', this);
  }

  /**
   * Always 0: a WebSocket has no channels.
   *
   * @const
   */
  override get_packet_channel(): int32 {
    return 0;
  }

  /**
   * Always TRANSFER_MODE_RELIABLE.
   *
   * @const
   */
  override get_packet_mode(): TransferMode {
    return MultiplayerPeer.TRANSFER_MODE_RELIABLE;
  }

  override get_packet(): Uint8Array {
    const packet = this.takePacket();
    this.#packetError = typeof packet === 'number' ? packet : OK;
    return typeof packet === 'number' ? NO_PACKET : packet;
  }

  /** @const */
  override get_packet_error(): GodotError {
    return this.#packetError;
  }

  protected override takePacket(): Uint8Array | GodotError {
    if (this.#isUnconnected) return refuse(ERR_UNCONFIGURED, 'get_packet: not connected', this);
    if (this.packets.count === 0) return refuse(ERR_UNAVAILABLE, 'get_packet: there is no packet', this);
    const packet = this.packets.take();
    if (this.#isFull && this.packets.count < this.get_max_queued_packets()) {
      this.#isFull = false;
      this.bell.ring();
    }
    return packet;
  }

  protected override putPacket(bytes: Uint8Array): GodotError {
    if (this.#isUnconnected) return refuse(ERR_UNCONFIGURED, 'put_packet: not connected', this);
    return this.sendTo(this.#target, bytes);
  }

  /**
   * Whether this poll may take packets from the connections: unless `max_queued_packets` wait already. What it takes
   * is limited by what the connections may hold themselves, so everybody has a turn in every poll.
   */
  protected makeRoom(): boolean {
    this.#isFull = this.packets.count >= this.get_max_queued_packets();
    return !this.#isFull;
  }

  /** Nothing of an earlier connection counts any more. */
  protected forgetPackets(): void {
    this.packets.clear();
    this.#packetError = OK;
    this.#isFull = false;
  }

  get #isUnconnected(): boolean {
    return this.get_connection_status() !== MultiplayerPeer.CONNECTION_CONNECTED;
  }
}

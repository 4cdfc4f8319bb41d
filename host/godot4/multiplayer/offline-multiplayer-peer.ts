// Godot's OfflineMultiplayerPeer: the transport of a single-player game.
import { requireBool, requireInt } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { OfflineMultiplayerPeerInfo } from '../../binding/class-infos.generated.js';
import { type GodotError, OK } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import type { int32, OwnBytes } from '../../binding/types.js';
import { MultiplayerPeer } from './multiplayer-peer.js';

export namespace OfflineMultiplayerPeer {
  export type ConnectionStatus = MultiplayerPeer.ConnectionStatus;
  export type TransferMode = MultiplayerPeer.TransferMode;
}

/**
 * A server without clients: what a SceneMultiplayer has until another `multiplayer_peer` is set.
 *
 * Always connected, with id 1, even after `close`. Sent packets are dropped, and none are ever received.
 */
export class OfflineMultiplayerPeer extends MultiplayerPeer {
  override [CLASS_INFO](): ClassInfo {
    return OfflineMultiplayerPeerInfo();
  }

  /** @const */
  override get_available_packet_count(): int32 {
    return 0;
  }

  override get_packet(): OwnBytes {
    return new Uint8Array(0);
  }

  /** @const */
  override get_packet_error(): GodotError {
    return OK;
  }

  override set_target_peer(id: int32): void {
    requireInt('id', id);
  }

  /**
   * Always 0.
   *
   * @const
   */
  override get_packet_peer(): int32 {
    return 0;
  }

  /** @const */
  override get_packet_channel(): int32 {
    return 0;
  }

  /** @const */
  override get_packet_mode(): MultiplayerPeer.TransferMode {
    return MultiplayerPeer.TRANSFER_MODE_RELIABLE;
  }

  override poll(): void {}

  override close(): void {}

  override disconnect_peer(peer: int32, force = false): void {
    requireInt('peer', peer);
    requireBool('force', force);
  }

  /** @const */
  override get_connection_status(): MultiplayerPeer.ConnectionStatus {
    return MultiplayerPeer.CONNECTION_CONNECTED;
  }

  /** @const */
  override get_unique_id(): int32 {
    return MultiplayerPeer.TARGET_PEER_SERVER;
  }

  protected override takePacket(): OwnBytes {
    return this.get_packet();
  }

  protected override putPacket(): GodotError {
    return OK;
  }
}

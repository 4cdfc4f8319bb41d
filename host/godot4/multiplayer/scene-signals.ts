// Signals of SceneMultiplayer.
import type { int } from '../../binding/types.js';
import type { MultiplayerAPISignals } from './multiplayer-api.js';

/** Signals of SceneMultiplayer. */
export interface SceneMultiplayerSignals extends MultiplayerAPISignals {
  /** With an `auth_callback`: `id` wants to join; call `send_auth` or `complete_auth`. */
  peer_authenticating: [id: int];
  /** The peer has left, was disconnected, or took longer than `auth_timeout`. */
  peer_authentication_failed: [id: int];
  /**
   * `poll` would find something new; emitted together with the peer's.
   *
   * @addition
   */
  activity: [];
  /** A peer has sent bytes by `send_bytes`. */
  peer_packet: [id: int, packet: Uint8Array];
  /**
   * A packet for nodes has arrived: a remote call, a path, spawning or syncing, in Godot's encoding.
   *
   * @addition
   */
  node_packet: [id: int, packet: Uint8Array];
}

// Godot 3's WebSocketMultiplayerPeer, base of WebSocketClient and WebSocketServer: limits of their connections, and the
// packets of the multiplayer mode.

import { clock } from '#platform';
import { countedAlone } from '#server-settings';
import { requireBool, requireInt, requireInt32 } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { printError, SPEAKER } from '../binding/error-handler.js';
import {
  ERR_INVALID_PARAMETER,
  ERR_UNAVAILABLE,
  ERR_UNCONFIGURED,
  FAILED,
  type GodotError,
  OK,
} from '../binding/errors.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { defineSignals, type SignalObjects } from '../binding/signal.js';
import type { int, OwnBytes } from '../binding/types.js';
import { BadPackets, TOO_MANY_CODE, TOO_MANY_REASON } from '../godot4/multiplayer/bad-packets.js';
import { SourcedPackets } from '../godot4/multiplayer/sourced-packets.js';
import { changeable } from '../godot4/websocket/setting-accessors.js';
import { WebSocketPeer as Socket } from '../godot4/websocket/web-socket-peer.js';
import { settingsOf, share, type WebSocketSettings } from '../godot4/websocket/web-socket-settings.js';
import { SETTINGS } from '../protocol/session.js';
import { copyOf, defaultValues, type SettingValues } from '../protocol/settings.js';
import { Bell } from '../transport/bell.js';
import { WebSocketMultiplayerPeerInfo } from './class-infos.generated.js';
import { NetworkedMultiplayerPeer, type NetworkedMultiplayerPeerSignals } from './networked-multiplayer-peer.js';
import type { PeerLink } from './peer-link.js';
import type { WebSocketPeer } from './web-socket-peer.js';

const KIB = 1024;
const LARGEST = 2 ** 30;

/** Defaults that differ from Godot 4's: buffers, and the size of a handshake. */
const OWN_DEFAULTS: Partial<SettingValues> = {
  inboundBufferSize: 65536,
  maxQueuedPackets: 1024,
  outboundBufferSize: 65535,
  maxHandshakeSize: 4096,
};

/** Signals of WebSocketMultiplayerPeer. */
export interface WebSocketMultiplayerPeerSignals extends NetworkedMultiplayerPeerSignals {
  /** A packet of `peer_source` has come. Multiplayer mode only. */
  peer_packet: [peer_source: int];
  /**
   * `poll` would find something new; emitted at most once between two polls.
   *
   * @addition
   */
  activity: [];
}

export interface WebSocketMultiplayerPeer extends SignalObjects<WebSocketMultiplayerPeerSignals> {}

export namespace WebSocketMultiplayerPeer {
  export type ConnectionStatus = NetworkedMultiplayerPeer.ConnectionStatus;
  export type TransferMode = NetworkedMultiplayerPeer.TransferMode;
}

/**
 * Base of WebSocketClient and WebSocketServer.
 *
 * In the plain mode packets go through the peers that `get_peer` gives out. In the multiplayer mode (`gd_mp_api`), they
 * go through this object, to the peers that `set_target_peer` selects.
 */
export abstract class WebSocketMultiplayerPeer extends NetworkedMultiplayerPeer {
  declare readonly signals: WebSocketMultiplayerPeerSignals;

  static {
    defineSignals(this.prototype, 'peer_packet', 'activity');
  }

  /** Whether the multiplayer mode was chosen. */
  protected isMultiplayer = false;
  protected targetPeer: number = NetworkedMultiplayerPeer.TARGET_PEER_BROADCAST;
  protected readonly wake = (): void => this.bell.ring();
  protected readonly bell = new Bell(clock, () => this.emit_signal('activity'));
  readonly #packets = new SourcedPackets();
  readonly #badPackets = new BadPackets();
  /** Limit of outgoing packets, which `set_buffers` has besides the limit in the settings. */
  #maxUnsentPackets = 1024;
  /** Settings of each connection that is made or accepted. */
  [SETTINGS]: Readonly<SettingValues> = copyOf(defaultValues(), {
    ...OWN_DEFAULTS,
    ...countedAlone(this),
  });

  override [CLASS_INFO](): ClassInfo {
    return WebSocketMultiplayerPeerInfo();
  }

  /**
   * The connection of the peer `peer_id`; null with a message when there is none.
   *
   * @const
   */
  abstract get_peer(peer_id: int): WebSocketPeer | null;

  /**
   * Settings that are copied to each connection when it is made or accepted.
   *
   * `set_buffers` sets the same values, except the limit of outgoing packets, which is separate. An assigned object
   * replaces all values, and can be shared with other clients and servers.
   *
   * @addition
   */
  get peer_settings(): WebSocketSettings {
    return settingsOf(this);
  }
  set peer_settings(settings: WebSocketSettings) {
    this.set_peer_settings(settings);
  }
  get_peer_settings(): WebSocketSettings {
    return settingsOf(this);
  }
  set_peer_settings(settings: WebSocketSettings): void {
    share(this, 'peer_settings', settings);
  }

  /**
   * Sets how much may wait in each connection: received and to be sent, in KiB and in packets.
   *
   * All four are rounded up to powers of two; 64, 1024, 64 and 1024 unless set. Returns FAILED while connected,
   * connecting or listening, ERR_INVALID_PARAMETER for a number below 1. What does not fit on its way in makes the
   * sender wait; `put_packet` returns ERR_OUT_OF_MEMORY for what does not fit on its way out.
   */
  set_buffers(
    input_buffer_size_kb: int,
    input_max_packets: int,
    output_buffer_size_kb: int,
    output_max_packets: int,
  ): GodotError {
    const wanted = { input_buffer_size_kb, input_max_packets, output_buffer_size_kb, output_max_packets };
    for (const [name, value] of Object.entries(wanted)) requireInt(name, value);
    if (this.isInUse) {
      printError("set_buffers: buffers can't change while connected, connecting or listening", this);
      return FAILED;
    }
    for (const [name, value] of Object.entries(wanted)) {
      if (value >= 1 && value <= LARGEST / KIB) continue;
      printError(`set_buffers: ${name} must be 1 to ${LARGEST / KIB}, got ${value}; nothing was changed`, this);
      return ERR_INVALID_PARAMETER;
    }
    const settings = changeable(this);
    settings.inboundBufferSize = powerOfTwo(input_buffer_size_kb) * KIB;
    settings.maxQueuedPackets = powerOfTwo(input_max_packets);
    settings.outboundBufferSize = powerOfTwo(output_buffer_size_kb) * KIB - 1; // never full, as in the engine
    const unsent = powerOfTwo(output_max_packets);
    this.#maxUnsentPackets = unsent === 1 ? Number.POSITIVE_INFINITY : unsent;
    return OK;
  }

  override set_target_peer(id: int): void {
    this.targetPeer = requireInt32('id', id);
  }

  override get_packet_peer(): int {
    if (this.isMultiplayer && this.#packets.count > 0) return this.#packets.nextSource;
    printError('get_packet_peer: there is no packet', this);
    return NetworkedMultiplayerPeer.TARGET_PEER_SERVER;
  }

  override get_available_packet_count(): int {
    return this.isMultiplayer ? this.#packets.count : 0;
  }

  /** Whether it is connected, connecting or listening. */
  protected abstract get isInUse(): boolean;

  /** Sends a packet in the multiplayer mode. */
  protected abstract sendToTarget(payload: Uint8Array): GodotError;

  protected override takePacket(): OwnBytes | GodotError {
    if (!this.isMultiplayer) return plainMode('get_packet');
    if (this.#packets.count === 0) return ERR_UNAVAILABLE;
    if (!this.hasRoomForPackets) this.wake(); // packets that wait in the connections can be taken now
    return this.#packets.take();
  }

  protected override putPacket(bytes: Uint8Array): GodotError {
    return this.isMultiplayer ? this.sendToTarget(bytes) : plainMode('put_packet');
  }

  /** Whether the limits, which are those of a connection, allow another packet in the multiplayer mode. */
  protected get hasRoomForPackets(): boolean {
    const { inboundBufferSize, maxQueuedPackets } = this[SETTINGS];
    return this.#packets.count < maxQueuedPackets && this.#packets.bytes < inboundBufferSize;
  }

  /**
   * Reports an invalid message of the peer `id`, at most once a second; closes `link` with 1008 when there are more than
   * `max_bad_packets` of them.
   */
  protected complain(id: number, what: string, link: PeerLink): void {
    const count = this.#badPackets.add(id, `gd_mp_api: peer ${id} has sent ${what}`, this);
    const most = this[SETTINGS].maxBadPackets ?? 0; // undefined in a page
    if (most === 0 || count !== most + 1) return;
    printError(`peer ${id} has sent more than ${most} bad packets (max_bad_packets); it is disconnected`, this);
    link.close(TOO_MANY_CODE, TOO_MANY_REASON);
  }

  /** The peer has left: a later one of this id is another one. */
  protected absolve(id: number): void {
    this.#badPackets.forget(id);
  }

  /** Queues a packet of `source` for the game, and emits `peer_packet`. */
  protected keepPacket(payload: OwnBytes, source: number): void {
    this.#packets.add(payload, source);
    this.emit_signal('peer_packet', source);
  }

  /** Drops the packets of an earlier game. */
  protected forgetPackets(): void {
    this.#packets.clear();
    this.#badPackets.clear();
  }

  protected switchMultiplayer(enabled: boolean): void {
    this.isMultiplayer = requireBool('gd_mp_api', enabled);
  }

  /** A connection with these settings; non-empty lists of a call replace those of the settings. */
  protected newSocket(protocols: readonly string[], headers: readonly string[] = []): Socket {
    const { supportedProtocols, handshakeHeaders } = this[SETTINGS];
    const socket = new Socket();
    socket[SETTINGS] = copyOf(this[SETTINGS], {
      [SPEAKER]: this,
      maxUnsentPackets: this.#maxUnsentPackets,
      supportedProtocols: protocols.length > 0 ? protocols : supportedProtocols,
      handshakeHeaders: headers.length > 0 ? headers : handshakeHeaders,
    });
    socket.connect('activity', this.wake);
    return socket;
  }
}

function plainMode(method: string): GodotError {
  printError(`${method}: only with gd_mp_api; without it use get_peer(id).${method}`);
  return ERR_UNCONFIGURED;
}

function powerOfTwo(value: number): number {
  return 2 ** Math.ceil(Math.log2(value));
}

// Godot 3's WebSocketMultiplayerPeer: what WebSocketClient and WebSocketServer have in common: the limits of their
// connections, and the packets of the multiplayer mode. No connection of its own.

import { platform } from '#platform';
import type { WebSocketPeer as Socket } from '#web-socket-peer';
import { requireBool, requireInt, requireInt32 } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { printError } from '../binding/error-handler.js';
import {
  ERR_INVALID_PARAMETER,
  ERR_UNAVAILABLE,
  ERR_UNCONFIGURED,
  FAILED,
  type GodotError,
  OK,
} from '../binding/errors.js';
import { CLASS_INFO } from '../binding/lineage.js';
import type { int } from '../binding/types.js';
import { SourcedPackets } from '../godot4/sourced-packets.js';
import { Bell } from '../transport/bell.js';
import { WebSocketMultiplayerPeerInfo } from './class-infos.generated.js';
import { NetworkedMultiplayerPeer } from './networked-multiplayer-peer.js';
import type { WebSocketPeer } from './web-socket-peer.js';

const KIB = 1024;
const LARGEST = 2 ** 30;
/** Godot 3's limit of a handshake's half, in bytes. */
const MAX_HANDSHAKE = 4096;

interface Buffers {
  readonly inputBytes: number;
  readonly inputPackets: number;
  readonly outputBytes: number;
  readonly outputPackets: number;
}

/**
 * Base of WebSocketClient and WebSocketServer.
 *
 * In the plain mode packets go through the peers that `get_peer` gives out. In the multiplayer mode (`gd_mp_api`) they go
 * through this object, to the peers that `set_target_peer` names.
 */
export abstract class WebSocketMultiplayerPeer extends NetworkedMultiplayerPeer {
  declare readonly signals: NetworkedMultiplayerPeer['signals'] & {
    /** A packet of `peer_source` has come. Multiplayer mode only. */
    peer_packet: [peer_source: int];
    /**
     * `poll` would find something new; raised once until the next `poll`.
     *
     * @addition
     */
    activity: [];
  };

  /** Packets go through this object. */
  protected isMultiplayer = false;
  protected targetPeer: number = NetworkedMultiplayerPeer.TARGET_PEER_BROADCAST;
  protected readonly wake = (): void => this.bell.ring();
  protected readonly bell = new Bell(platform, () => this.emit_signal('activity'));
  readonly #packets = new SourcedPackets();
  #buffers: Buffers = { inputBytes: 65536, inputPackets: 1024, outputBytes: 65536, outputPackets: 1024 };

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
   * Sets how much may wait in each connection: received and to be sent, in KiB and in packets.
   *
   * All four are rounded up to powers of two; 64, 1024, 64 and 1024 unless set. Returns FAILED while connected,
   * connecting or listening, ERR_INVALID_PARAMETER for a number below 1. What does not fit on its way in makes the sender
   * wait; `put_packet` returns ERR_OUT_OF_MEMORY for what does not fit on its way out.
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
      printError('set_buffers: not while connected, connecting or listening');
      return FAILED;
    }
    for (const [name, value] of Object.entries(wanted)) {
      if (value >= 1 && value <= LARGEST / KIB) continue;
      printError(`set_buffers: ${name} must be 1 to ${LARGEST / KIB}, got ${value}; nothing was changed`);
      return ERR_INVALID_PARAMETER;
    }
    this.#buffers = {
      inputBytes: powerOfTwo(input_buffer_size_kb) * KIB,
      inputPackets: powerOfTwo(input_max_packets),
      outputBytes: powerOfTwo(output_buffer_size_kb) * KIB,
      outputPackets: powerOfTwo(output_max_packets),
    };
    return OK;
  }

  override set_target_peer(id: int): void {
    this.targetPeer = requireInt32('id', id);
  }

  override get_packet_peer(): int {
    if (this.isMultiplayer && this.#packets.count > 0) return this.#packets.nextSource;
    printError('get_packet_peer: there is no packet');
    return NetworkedMultiplayerPeer.TARGET_PEER_SERVER;
  }

  override get_available_packet_count(): int {
    return this.isMultiplayer ? this.#packets.count : 0;
  }

  /** Connected, connecting or listening. */
  protected abstract get isInUse(): boolean;

  /** Sends a packet in the multiplayer mode. */
  protected abstract sendToTarget(payload: Uint8Array): GodotError;

  protected override takePacket(): Uint8Array | GodotError {
    if (!this.isMultiplayer) return plainMode('get_packet');
    if (this.#packets.count === 0) return ERR_UNAVAILABLE;
    if (!this.hasRoomForPackets) this.wake(); // what waits in the connections can come now
    return this.#packets.take();
  }

  protected override putPacket(bytes: Uint8Array): GodotError {
    return this.isMultiplayer ? this.sendToTarget(bytes) : plainMode('put_packet');
  }

  /** The multiplayer mode's packets obey the same limits as a connection's. */
  protected get hasRoomForPackets(): boolean {
    const { inputBytes, inputPackets } = this.#buffers;
    return this.#packets.count < inputPackets && this.#packets.bytes < inputBytes;
  }

  /** Keeps a packet of `source` for the game, and says so. */
  protected keepPacket(payload: Uint8Array, source: number): void {
    this.#packets.add(payload, source);
    this.emit_signal('peer_packet', source);
  }

  /** Nothing of an earlier game counts any more. */
  protected forgetPackets(): void {
    this.#packets.clear();
  }

  protected switchMultiplayer(enabled: boolean): void {
    this.isMultiplayer = requireBool('gd_mp_api', enabled);
  }

  /** Gives a new connection this object's limits. */
  protected configure(socket: Socket): void {
    const { inputBytes, inputPackets, outputBytes, outputPackets } = this.#buffers;
    socket.inbound_buffer_size = inputBytes;
    socket.max_queued_packets = inputPackets;
    socket.outbound_buffer_size = outputBytes - 1; // as in the engine, the buffer is never quite full
    socket.limitUnsentPackets(outputPackets === 1 ? Number.POSITIVE_INFINITY : outputPackets);
    socket.max_handshake_size = MAX_HANDSHAKE;
    socket.connect('activity', this.wake);
  }
}

function plainMode(method: string): GodotError {
  printError(`${method}: only with gd_mp_api; without it use get_peer(id).${method}`);
  return ERR_UNCONFIGURED;
}

function powerOfTwo(value: number): number {
  return 2 ** Math.ceil(Math.log2(value));
}

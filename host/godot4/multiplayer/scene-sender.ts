// Sending for a SceneMultiplayer: directly or through the server, and relaying on a server.
import { refuse } from '../../binding/error-handler.js';
import { ERR_BUG, ERR_UNCONFIGURED, type GodotError, OK } from '../../binding/errors.js';
import { MultiplayerPeer, PUT_TO_EACH } from './multiplayer-peer.js';
import { OfflineMultiplayerPeer } from './offline-multiplayer-peer.js';
import { SYSTEM_ADD_PEER, SYSTEM_DEL_PEER, SYSTEM_RELAY, systemPacket } from './scene-packets.js';

const { CONNECTION_CONNECTED, TARGET_PEER_SERVER, TRANSFER_MODE_RELIABLE } = MultiplayerPeer;

export class SceneSender {
  peer: MultiplayerPeer | null = new OfflineMultiplayerPeer();
  /** Whether clients know each other and reach each other through the server. */
  relays = true;
  /** Accepted peers. */
  readonly connected = new Set<number>();
  /** Peers that this side is disconnecting, until they have left: they neither get nor send packets. */
  readonly parted = new Set<number>();
  /** How the packet that is being handled has arrived, and is relayed. */
  #mode: MultiplayerPeer.TransferMode = TRANSFER_MODE_RELIABLE;
  #channel = 0;
  /** Clients were announced to each other, so leaving ones must be announced, too, whatever `relays` is by then. */
  #hasTold = false;

  arrivedBy(mode: MultiplayerPeer.TransferMode, channel: number): void {
    this.#mode = mode;
    this.#channel = channel;
  }

  get isConnected(): boolean {
    return this.peer?.get_connection_status() === CONNECTION_CONNECTED;
  }

  get isServer(): boolean {
    return this.peer?.get_unique_id() === TARGET_PEER_SERVER;
  }

  /**
   * Sends a packet to one peer, to all (0), or to all but one (negative). A client sends by relay even to peers it does
   * not know: the server may know them.
   */
  send(target: number, packet: Uint8Array): GodotError {
    const isByRelay = !this.isServer && target !== TARGET_PEER_SERVER && this.#canRelay;
    if (target > 0 && (isByRelay ? this.parted.has(target) : !this.connected.has(target))) {
      return refuse(ERR_BUG, `there is no peer ${target}`);
    }
    if (isByRelay) return this.sendTo(TARGET_PEER_SERVER, systemPacket(SYSTEM_RELAY, target, packet));
    if (target > 0 || !this.isServer) return this.sendTo(target, packet);
    return (this.peer as MultiplayerPeer)[PUT_TO_EACH](this.connected, -target, packet);
  }

  /** Sends a packet to each of `targets`, which are connected: a client one by one through the server. */
  sendToEach(targets: readonly number[], packet: Uint8Array): GodotError {
    if (this.isServer) return (this.peer as MultiplayerPeer)[PUT_TO_EACH](targets, 0, packet);
    let result: GodotError = OK;
    for (const target of targets) result = this.send(target, packet) || result;
    return result;
  }

  sendTo(target: number, packet: Uint8Array): GodotError {
    const { peer } = this;
    if (peer === null) return ERR_UNCONFIGURED; // removed by an error handler
    peer.set_target_peer(target);
    return peer.put_packet(packet);
  }

  /** Announces the newcomer `id` to everyone, and everyone to it (server). */
  tellOfNewcomer(id: number): void {
    if (!this.isServer || !this.#canRelay) return;
    for (const other of this.connected) {
      this.#hasTold = true;
      this.#sendSystem(other, systemPacket(SYSTEM_ADD_PEER, id));
      this.#sendSystem(id, systemPacket(SYSTEM_ADD_PEER, other));
    }
  }

  /** Announces that `id` has left (server). */
  tellOfLeaver(id: number): void {
    if (this.isServer && (this.#canRelay || this.#hasTold))
      this.#sendSystemToEach(0, systemPacket(SYSTEM_DEL_PEER, id));
  }

  forget(): void {
    this.connected.clear();
    this.parted.clear();
    this.#hasTold = false;
  }

  /**
   * Relays a packet of the client `from` to `target` (server), in the way in which it has arrived. Returns whether it is
   * for the server, too.
   */
  relay(from: number, target: number, inner: Uint8Array): boolean {
    if (target === TARGET_PEER_SERVER) return true;
    const packet = systemPacket(SYSTEM_RELAY, from, inner);
    this.#setWay(this.#mode, this.#channel);
    if (target > 0) {
      // Silent as in the engine: the target may have left just now.
      if (this.connected.has(target)) this.sendTo(target, packet);
      return false;
    }
    const isForAllClients = target === 0 || target === -TARGET_PEER_SERVER || target === -from;
    if (isForAllClients) this.peer?.[PUT_TO_EACH](this.connected, from, packet);
    else for (const id of this.connected) if (id !== from && id !== -target) this.sendTo(id, packet);
    return target !== -TARGET_PEER_SERVER;
  }

  get #canRelay(): boolean {
    return this.relays && (this.peer?.is_server_relay_supported() ?? false);
  }

  #sendSystem(target: number, packet: Uint8Array): void {
    this.#setWay(TRANSFER_MODE_RELIABLE, 0);
    this.sendTo(target, packet);
  }

  #sendSystemToEach(excluded: number, packet: Uint8Array): void {
    this.#setWay(TRANSFER_MODE_RELIABLE, 0);
    this.peer?.[PUT_TO_EACH](this.connected, excluded, packet);
  }

  #setWay(mode: MultiplayerPeer.TransferMode, channel: number): void {
    this.peer?.set_transfer_mode(mode);
    this.peer?.set_transfer_channel(channel);
  }
}

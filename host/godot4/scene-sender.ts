// What leaves on behalf of a SceneMultiplayer: to whom, directly or through the server, and what a server passes on.
import { printError, refuse } from '../binding/error-handler.js';
import { ERR_BUG, ERR_UNCONFIGURED, type GodotError, OK } from '../binding/errors.js';
import { MultiplayerPeer } from './multiplayer-peer.js';
import { SYSTEM_ADD_PEER, SYSTEM_DEL_PEER, SYSTEM_RELAY, systemPacket } from './scene-packets.js';

const { TARGET_PEER_SERVER, TRANSFER_MODE_RELIABLE } = MultiplayerPeer;

export class SceneSender {
  peer: MultiplayerPeer | null = null;
  /** Clients know of each other and reach each other through the server. */
  relays = true;
  /** Peers that were let in. */
  readonly connected = new Set<number>();
  /** Some peers of the transport are not let in: nothing may go to all of them at once. */
  readonly #hasOutsiders: () => boolean;

  constructor(hasOutsiders: () => boolean) {
    this.#hasOutsiders = hasOutsiders;
  }

  get isServer(): boolean {
    return this.peer?.get_unique_id() === TARGET_PEER_SERVER;
  }

  /** A packet of this side, to one, to all (0), or to all but one (negative). */
  send(target: number, packet: Uint8Array): GodotError {
    if (!this.isServer) {
      if (target === TARGET_PEER_SERVER || !this.#canRelay) return this.sendTo(target, packet);
      return this.sendTo(TARGET_PEER_SERVER, systemPacket(SYSTEM_RELAY, target, packet));
    }
    if (target > 0) {
      if (!this.connected.has(target)) return refuse(ERR_BUG, `there is no peer ${target}`);
      return this.sendTo(target, packet);
    }
    if (!this.#hasOutsiders()) return this.sendTo(target, packet);
    let result: GodotError = OK;
    for (const id of this.connected) if (id !== -target) result = this.sendTo(id, packet) || result;
    return result;
  }

  sendTo(target: number, packet: Uint8Array): GodotError {
    const { peer } = this;
    if (peer === null) return ERR_UNCONFIGURED; // an error handler has taken it away meanwhile
    peer.set_target_peer(target);
    return peer.put_packet(packet);
  }

  /** A server tells everyone of the newcomer `id`, and it of everyone. */
  tellOfNewcomer(id: number): void {
    if (!this.isServer || !this.#canRelay) return;
    for (const other of this.connected) {
      this.#sendSystem(other, systemPacket(SYSTEM_ADD_PEER, id));
      this.#sendSystem(id, systemPacket(SYSTEM_ADD_PEER, other));
    }
  }

  /** A server tells everyone that `id` is gone. */
  tellOfLeaver(id: number): void {
    if (!this.isServer || !this.#canRelay) return;
    for (const other of this.connected) this.#sendSystem(other, systemPacket(SYSTEM_DEL_PEER, id));
  }

  /** A server passes on what the client `from` sends to `target`. True when the packet is for the server, too. */
  relay(from: number, target: number, inner: Uint8Array): boolean {
    if (target === TARGET_PEER_SERVER) return true;
    const packet = systemPacket(SYSTEM_RELAY, from, inner);
    if (target > 0) {
      if (this.connected.has(target)) this.#sendSystem(target, packet);
      else printError(`SceneMultiplayer: peer ${from} sends to peer ${target}, which is not there; it is dropped`);
      return false;
    }
    const isForAllClients = target === 0 || target === -TARGET_PEER_SERVER || target === -from;
    if (isForAllClients && !this.#hasOutsiders()) this.#sendSystem(-from, packet);
    else for (const id of this.connected) if (id !== from && id !== -target) this.#sendSystem(id, packet);
    return target !== -TARGET_PEER_SERVER;
  }

  get #canRelay(): boolean {
    return this.relays && (this.peer?.is_server_relay_supported() ?? false);
  }

  #sendSystem(target: number, packet: Uint8Array): void {
    this.peer?.set_transfer_mode(TRANSFER_MODE_RELIABLE);
    this.peer?.set_transfer_channel(0);
    this.sendTo(target, packet);
  }
}

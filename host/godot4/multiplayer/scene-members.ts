// The peers of a SceneMultiplayer: who is let in, and what they send: whose it is, who gets it, and what is refused.

import type { MultiplayerAPI } from './multiplayer-api.js';
import { BAD_PACKET, BAD_PACKETS, MultiplayerPeer } from './multiplayer-peer.js';
import { type NodeHost, nodeHost } from './node-side.js';
import type { SceneAuthentication } from './scene-authentication.js';
import { isForNodes, readScenePacket, type ScenePacket } from './scene-packets.js';
import type { SceneSender } from './scene-sender.js';

/** Most peers that a server may announce to a client: as many as Godot's ENetMultiplayerPeer can have. */
const MAX_MEMBERS = 4095;
const { TARGET_PEER_SERVER } = MultiplayerPeer;

export class SceneMembers {
  /** Emits the signals. */
  readonly #api: MultiplayerAPI;
  readonly #sender: SceneSender;
  readonly #authentication: SceneAuthentication;
  readonly host: NodeHost;
  /** Whether anything was ever connected to the signal `node_packet`: it would cost each call a search. */
  emitsNodePackets = false;

  constructor(api: MultiplayerAPI, sender: SceneSender, authentication: SceneAuthentication) {
    this.#api = api;
    this.#sender = sender;
    this.#authentication = authentication;
    this.host = nodeHost(api, sender, this);
  }

  admit(id: number): void {
    const { peer } = this.#sender;
    this.#sender.tellOfNewcomer(id);
    if (peer !== this.#sender.peer) return; // replaced by an error handler
    this.#sender.connected.add(id);
    this.#sender.parted.delete(id);
    if (id === TARGET_PEER_SERVER) this.#api.emit_signal('connected_to_server');
    if (peer !== this.#sender.peer || !this.#sender.connected.has(id)) return;
    this.host.side?.joined(id);
    this.#api.emit_signal('peer_connected', id);
  }

  /** Handles a peer that this side has disconnected: without a signal. */
  partWith(id: number): void {
    const isCandidate = this.#authentication.drop(id);
    if (!isCandidate && !this.#sender.connected.delete(id)) return;
    this.#sender.parted.add(id);
    if (isCandidate) return;
    this.host.side?.left(id);
    this.#sender.tellOfLeaver(id);
  }

  peerLeft(id: number): void {
    this.#sender.parted.delete(id);
    this.#sender.peer?.[BAD_PACKETS].forget(id);
    if (this.#authentication.gaveUp(id) || !this.#sender.connected.delete(id)) return;
    this.host.side?.left(id);
    this.#sender.tellOfLeaver(id);
    this.#api.emit_signal('peer_disconnected', id);
  }

  /** Handles all packets of the transport `peer`, as long as it is the transport. */
  takeFrom(peer: MultiplayerPeer): void {
    while (peer === this.#sender.peer && peer.get_available_packet_count() > 0) {
      const source = peer.get_packet_peer();
      this.#sender.arrivedBy(peer.get_packet_mode(), peer.get_packet_channel());
      this.receive(source, peer.get_packet());
    }
  }

  receive(source: number, bytes: Uint8Array): void {
    if (this.#sender.parted.has(source)) return;
    if (isForNodes(bytes) && this.#sender.connected.has(source)) {
      this.#handToNodes(source, bytes);
      return;
    }
    const packet = readScenePacket(bytes);
    if (packet === null) this.isBad(source, `${bytes.length} bytes of peer ${source} are not a packet`);
    else if (packet.kind === 'auth') this.#authentication.receive(source, packet.data);
    else if (!this.#sender.connected.has(source)) {
      this.mention(source, `peer ${source} is not let in; it has sent a packet`);
    } else if (packet.kind === 'relay') this.#receiveRelayed(source, packet.id, packet.packet);
    else if (packet.kind === 'add' || packet.kind === 'delete') this.#receiveNotice(source, packet);
    else this.#handOver(source, packet);
  }

  /**
   * Handles a relayed packet: `id` is the target on the server; on a client the source, which only the server may set.
   */
  #receiveRelayed(from: number, id: number, inner: Uint8Array): void {
    const packet = readScenePacket(inner);
    if (packet === null || (packet.kind !== 'raw' && packet.kind !== 'other') || !this.#sender.relays) {
      // What a client receives so is another client's fault, for which the server must not be disconnected.
      const what = `a packet that peer ${from} relays is malformed, or server_relay is off`;
      if (this.#sender.isServer) this.isBad(from, what);
      else this.mention(from, what);
    } else if (this.#sender.isServer) {
      if (this.#sender.relay(from, id, inner)) this.#handOver(from, packet);
    } else if (from === TARGET_PEER_SERVER && !this.#sender.parted.has(id)) this.#handOver(id, packet);
  }

  /** Handles the server's notice of another client. */
  #receiveNotice(source: number, { kind, id }: ScenePacket & { kind: 'add' | 'delete' }): void {
    if (source !== TARGET_PEER_SERVER || id <= TARGET_PEER_SERVER || id === this.#api.get_unique_id()) {
      this.isBad(source, `peer ${source} must not announce peer ${id}`);
    } else if (kind === 'delete') this.peerLeft(id);
    else if (this.#sender.connected.has(id)) return;
    else if (this.#sender.connected.size < MAX_MEMBERS) this.admit(id);
    else this.isBad(source, `the server announces more than ${MAX_MEMBERS} peers`);
  }

  /**
   * Reports a bad packet, which is dropped; the peer is disconnected when it was one too many. Not so on a client that
   * got it from another client: the server, which has relayed it, is not to blame.
   */
  isBad(source: number, what: string): void {
    if (!this.#sender.isServer && source !== TARGET_PEER_SERVER) this.mention(source, what);
    else if (this.#sender.peer?.[BAD_PACKET](source, `SceneMultiplayer: ${what}`, this.#api))
      this.#sender.parted.add(source);
  }

  /** Reports a packet that may be an honest peer's, at most once a second for each peer. */
  mention(source: number, what: string): void {
    this.#sender.peer?.[BAD_PACKETS].mention(source, `SceneMultiplayer: ${what}`, this.#api);
  }

  /** Reports what is odd about a peer, and not dropped; as often. */
  note(source: number, what: string): void {
    this.#sender.peer?.[BAD_PACKETS].note(source, `SceneMultiplayer: ${what}`, this.#api);
  }

  #handOver(source: number, packet: ScenePacket): void {
    if (packet.kind === 'other') this.#handToNodes(source, packet.packet);
    else if (packet.kind === 'raw') {
      const { host } = this;
      const outer = host.source; // of a packet whose callback polls
      host.source = source;
      this.#api.emit_signal('peer_packet', source, packet.data);
      host.source = outer;
    }
  }

  #handToNodes(source: number, packet: Uint8Array): void {
    const { host } = this;
    const outer = host.source;
    host.source = source;
    if (this.emitsNodePackets) this.#api.emit_signal('node_packet', source, packet);
    host.side?.receive(source, packet);
    host.source = outer;
  }
}

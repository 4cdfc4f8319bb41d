// Rooms and gateways for tests, with clients: WebSocketMultiplayerPeers whose packets and signals are noted.
import { expect } from 'vitest';
import type { Broker } from '../../host/cluster/broker.js';
import { ClusterMultiplayerPeer, MemoryBroker, RoomHost, WebSocketGateway } from '../../host/cluster/index.js';
import { MultiplayerPeer } from '../../host/godot4/multiplayer/multiplayer-peer.js';
import { WebSocketMultiplayerPeer } from '../../host/godot4/multiplayer/web-socket-multiplayer-peer.js';
import { Game, until } from './game.js';

/** A client of a gateway: polled by itself. */
export class Guest {
  readonly peer = new WebSocketMultiplayerPeer();
  readonly packets: Uint8Array[] = [];
  readonly signals: string[] = [];
  /** Code and reason of the end, once it has come. */
  ending: { readonly code: number; readonly reason: string } | null = null;
  isReading = true;

  constructor(url: string, configure: (peer: WebSocketMultiplayerPeer) => void = () => {}) {
    const { peer } = this;
    configure(peer);
    peer.connect('peer_connected', (id: number) => this.signals.push(`connected ${id}`));
    peer.connect('peer_disconnected', (id: number) => {
      const socket = peer.get_peer(1);
      this.ending = { code: socket?.get_close_code() ?? -1, reason: socket?.get_close_reason() ?? '' };
      this.signals.push(`disconnected ${id}`);
    });
    peer.connect('activity', () => this.poll());
    expect(peer.create_client(url)).toBe(0);
  }

  poll(): void {
    if (!this.isReading) return;
    this.peer.poll();
    while (this.peer.get_available_packet_count() > 0) this.packets.push(this.peer.get_packet());
  }

  get isIn(): boolean {
    return this.peer.get_connection_status() === MultiplayerPeer.CONNECTION_CONNECTED;
  }

  get isOut(): boolean {
    return this.peer.get_connection_status() === MultiplayerPeer.CONNECTION_DISCONNECTED;
  }

  get id(): number {
    return this.peer.get_unique_id();
  }

  send(packet: Uint8Array, target = 1): number {
    this.peer.set_target_peer(target);
    return this.peer.put_packet(packet);
  }
}

/** A room whose signals and packets are noted; polled by itself. */
export class TestRoom {
  readonly peer = new ClusterMultiplayerPeer();
  readonly signals: string[] = [];
  readonly packets: { readonly from: number; readonly packet: Uint8Array }[] = [];
  isReading = true;

  constructor() {
    const { peer } = this;
    peer.connect('peer_connected', (id: number) => this.signals.push(`connected ${id}`));
    peer.connect('peer_disconnected', (id: number) => this.signals.push(`disconnected ${id}`));
    peer.connect('activity', () => this.poll());
  }

  poll(): void {
    this.peer.poll();
    while (this.isReading && this.peer.get_available_packet_count() > 0) {
      const from = this.peer.get_packet_peer();
      this.packets.push({ from, packet: this.peer.get_packet() });
    }
  }

  send(packet: Uint8Array, target = 0): number {
    this.peer.set_target_peer(target);
    return this.peer.put_packet(packet);
  }

  get ids(): number[] {
    const joined = this.signals.filter((note) => note.startsWith('connected')).map((note) => Number(note.slice(10)));
    return joined.filter((id) => !this.signals.includes(`disconnected ${id}`));
  }
}

export class ClusterGame extends Game {
  readonly broker: Broker;
  readonly rooms = new Map<string, TestRoom>();

  constructor(broker: Broker = new MemoryBroker()) {
    super();
    this.broker = broker;
  }

  /** A host that makes every room that is asked for and `isWanted`. */
  host(isWanted: (name: string) => boolean = () => true): RoomHost {
    const host = new RoomHost(this.broker);
    this.atEnd(() => host.free());
    host.connect('room_requested', (name: string) => {
      if (isWanted(name)) this.room(host, name);
    });
    return host;
  }

  room(host: RoomHost, name: string): TestRoom {
    const room = new TestRoom();
    expect(room.peer.create_room(host, name)).toBe(0);
    this.rooms.set(name, room);
    this.atEnd(() => room.peer.free());
    return room;
  }

  gateway(configure: (gateway: WebSocketGateway) => void = () => {}): WebSocketGateway {
    const gateway = new WebSocketGateway(this.broker);
    configure(gateway);
    expect(gateway.create_server(0, '127.0.0.1')).toBe(0);
    this.atEnd(() => gateway.free());
    return gateway;
  }

  guest(gateway: WebSocketGateway, path = '/room-7', configure?: (peer: WebSocketMultiplayerPeer) => void): Guest {
    const guest = new Guest(`ws://127.0.0.1:${gateway.get_local_port()}${path}`, configure);
    this.atEnd(() => guest.peer.free());
    return guest;
  }

  /** Guests that are in the room. */
  async joined(count: number, gateway: WebSocketGateway, path = '/room-7'): Promise<Guest[]> {
    const guests = Array.from({ length: count }, () => this.guest(gateway, path));
    await until(() => guests.every(({ isIn }) => isIn), 'the guests');
    return guests;
  }

  roomOf(name: string): TestRoom {
    const room = this.rooms.get(name);
    if (room === undefined) throw new Error(`there is no room ${name}`);
    return room;
  }
}

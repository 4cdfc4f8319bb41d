// A gateway with one room in the same process as a stage: the game's ends of connections are the room's peers.
import { connect, type Socket } from 'node:net';
import { ClusterMultiplayerPeer, MemoryBroker, RoomHost, WebSocketGateway } from '../../host/cluster/index.js';
import type { Seat } from './stage.js';
import { ServerStage } from './stage-servers.js';

const ID = new Uint8Array(4);

export class GatewayStage extends ServerStage {
  override readonly pollsItself = true;
  readonly #broker = new MemoryBroker();
  readonly #host = new RoomHost(this.#broker);
  readonly #room = new ClusterMultiplayerPeer();
  readonly #gateway = new WebSocketGateway(this.#broker);

  override async begin(): Promise<void> {
    const room = this.#room;
    const { settings } = this;
    settings.handshake_hook ??= (request) => request.accept({ room: 'room' });
    this.#gateway.peer_settings = settings;
    room.outbound_buffer_size = settings.outbound_buffer_size;
    room.max_queued_packets = settings.max_queued_packets;
    room.connect('peer_connected', (id: number) => {
      this.seats.push(this.#seatOf(id));
      this.onSignal();
    });
    room.connect('peer_disconnected', () => this.onSignal());
    room.connect('activity', () => this.onSignal());
    if (room.create_room(this.#host, 'room') !== 0) throw new Error('no room');
    if (this.#gateway.create_server(0, '127.0.0.1') !== 0) throw new Error('cannot listen');
  }

  protected override get greeting(): Uint8Array {
    return ID;
  }

  protected dial(): Socket {
    return connect(this.#gateway.get_local_port(), '127.0.0.1');
  }

  protected pollAll(): void {
    this.#room.poll();
  }

  stop(): void {
    this.#gateway.free();
    this.#room.close();
    this.#host.free();
  }

  #seatOf(id: number): Seat {
    const room = this.#room;
    return {
      get_available_packet_count: () => room.get_available_packet_count(),
      get_packet: () => room.get_packet(),
      get_var: (allow) => room.get_var(allow),
      send: (data) => {
        room.set_target_peer(id);
        return room.put_packet(data);
      },
    };
  }
}

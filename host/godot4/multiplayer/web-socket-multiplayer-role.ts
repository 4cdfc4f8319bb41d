// The role of a WebSocketMultiplayerPeer: server, client, or none yet. The roles are in
// web-socket-multiplayer-server.ts and web-socket-multiplayer-client.ts.

import { clock } from '#platform';
import { newCrowd } from '#server-settings';
import { type Failure, withoutSecrets } from '../../binding/error-handler.js';
import type { GodotError } from '../../binding/errors.js';
import type { Shown } from '../../binding/inspection.js';
import { Deadline } from '../../protocol/deadline.js';
import { SESSION } from '../../protocol/session.js';
import type { Bell } from '../../transport/bell.js';
import { CROWD } from '../io/stream-peer.js';
import type { WebSocketPeer } from '../websocket/web-socket-peer.js';
import { TOO_MANY_CODE, TOO_MANY_REASON } from './bad-packets.js';
import { BAD_PACKET, BAD_PACKETS, MultiplayerPeer, PARTING_LISTENERS } from './multiplayer-peer.js';
import { MultiplayerClient } from './web-socket-multiplayer-client.js';
import type { MultiplayerPackets } from './web-socket-multiplayer-packets.js';
import { type Door, MultiplayerServer } from './web-socket-multiplayer-server.js';
import type { MultiplayerSettings } from './web-socket-multiplayer-settings.js';

const { CONNECTION_DISCONNECTED, CONNECTION_CONNECTING, CONNECTION_CONNECTED, TARGET_PEER_SERVER } = MultiplayerPeer;

/** Lifetime of connections that are not polled any more: a WebSocketPeer's close_timeout. */
const UNATTENDED_MS = 10_000;

/** The parts of the peer that its role uses. */
export interface RoleParts {
  readonly settings: MultiplayerSettings;
  readonly packets: MultiplayerPackets;
  readonly bell: Bell;
}

export class MultiplayerRole {
  /** Emits the signals, and has the parting listeners. */
  readonly #owner: MultiplayerPeer;
  readonly #settings: MultiplayerSettings;
  readonly #packets: MultiplayerPackets;
  readonly #bell: Bell;
  #server: MultiplayerServer | null = null;
  #client: MultiplayerClient | null = null;
  /** Why the last client's connection failed. */
  #failure: Failure | null = null;
  #isPolling = false;
  /**
   * Set when a multiplayer stops polling the owner, until the next poll; when it expires, the connections are closed.
   */
  readonly #unattended = new Deadline(clock, () => this.#leave());
  readonly #wake = (): void => this.#bell.ring();

  constructor(owner: MultiplayerPeer, { settings, packets, bell }: RoleParts) {
    this.#owner = owner;
    this.#settings = settings;
    this.#packets = packets;
    this.#bell = bell;
  }

  /** Whether it is a server or a client, connected or not. */
  get isTaken(): boolean {
    return this.#server !== null || this.#client !== null;
  }

  get server(): MultiplayerServer | null {
    return this.#server;
  }

  get status(): MultiplayerPeer.ConnectionStatus {
    if (this.#server !== null) return CONNECTION_CONNECTED;
    if (this.#client === null) return CONNECTION_DISCONNECTED;
    return this.#client.isConnected ? CONNECTION_CONNECTED : CONNECTION_CONNECTING;
  }

  get id(): number {
    return this.#server !== null ? TARGET_PEER_SERVER : (this.#client?.id ?? 0);
  }

  /** What console.log shows. */
  get shown(): Shown {
    const status = ['DISCONNECTED', 'CONNECTING', 'CONNECTED'][this.status];
    if (this.#server !== null) return { role: 'server', status, id: this.id, port: this.#server.localPort };
    if (this.#client === null) return { status };
    const { socket } = this.#client;
    const url = withoutSecrets(socket.get_requested_url());
    const unsent = socket.get_current_outbound_buffered_amount();
    return { role: 'client', status, id: this.id, url, unsent_bytes: unsent };
  }

  get failure(): Failure | null {
    return this.#client === null ? this.#failure : this.#client.failure;
  }

  socketOf(id: number): WebSocketPeer | null {
    if (this.#client !== null && id === TARGET_PEER_SERVER) return this.#client.socket;
    return this.#server?.socketOf(id) ?? null;
  }

  /** Becomes a server, with or without a port. */
  serve(door: Door | null): void {
    this.#packets.clear();
    this.#failure = null;
    const crowd = door === null ? newCrowd(this.#owner, clock) : door.listener[CROWD];
    crowd?.belongTo(this.#owner, () => this.#settings.maxPeers, door === null ? '' : 'peer_settings.');
    this.#server = new MultiplayerServer(door, crowd, this.#packets.queue, {
      newSocket: () => this.#settings.newSocket(),
      newId: () => this.#owner.generate_unique_id(),
      joined: (id) => this.#owner.emit_signal('peer_connected', id),
      left: (id) => {
        this.#owner[BAD_PACKETS].forget(id);
        this.#owner.emit_signal('peer_disconnected', id);
      },
      sentNothing: (id) => this.#owner[BAD_PACKET](id, ''), // silent as in the engine
      wake: this.#wake,
    });
  }

  /** Becomes a client of the server that `socket` connects to. */
  join(socket: WebSocketPeer): void {
    this.#packets.clear();
    this.#client = new MultiplayerClient(socket, this.#packets.queue, this.#settings.handshakeTimeoutMs, {
      joined: () => this.#owner.emit_signal('peer_connected', TARGET_PEER_SERVER),
      sentNothing: () => {
        this.#owner[BAD_PACKET](TARGET_PEER_SERVER, 'WebSocketMultiplayerPeer: the server has sent an empty message');
      },
      wake: this.#wake,
    });
  }

  /** Polls; a nested call does nothing. */
  poll(): void {
    if (this.#isPolling) return;
    this.#isPolling = true;
    this.#unattended.clear();
    try {
      this.#moveOn();
    } finally {
      this.#isPolling = false;
    }
  }

  #moveOn(): void {
    this.#bell.silence();
    const hasRoom = this.#packets.makeRoom();
    this.#server?.poll({
      hasRoom,
      refuses: this.#owner.is_refusing_new_connections(),
      timeoutMs: this.#settings.handshakeTimeoutMs,
    });
    if (this.#server?.hasLeft) this.#owner.close();
    const client = this.#client;
    client?.poll(hasRoom);
    if (client === null || client !== this.#client || !client.isOver) return;
    if (client.isConnected) this.#owner.emit_signal('peer_disconnected', TARGET_PEER_SERVER);
    if (client === this.#client) this.#owner.close();
  }

  /** Sends on a connection. A server prints send errors of single peers instead of returning them, as in the engine. */
  send(target: number, bytes: Uint8Array): GodotError {
    return this.#server?.send(target, bytes) ?? (this.#client as MultiplayerClient).socket.send(bytes);
  }

  /** Ends everything at once, and the role. */
  close(): void {
    const server = this.#server;
    const client = this.#client;
    this.#server = null;
    this.#client = null;
    this.#unattended.clear();
    this.#packets.queue.clear();
    this.#owner[BAD_PACKETS].clear();
    this.#bell.silence();
    server?.close();
    client?.drop();
    if (client !== null) this.#failure = client.failure;
    for (const listener of this.#owner[PARTING_LISTENERS]) listener.ended();
  }

  /** The server can't listen after all: it ends, and the game is told to look. */
  lose(): void {
    this.#owner.close();
    this.#bell.ring();
  }

  /** Disconnects the peer `id`; false when there is none. */
  disconnect(id: number, force: boolean): boolean {
    if (this.#server?.has(id)) this.#disconnectClient(this.#server, id, force);
    else if (this.#client !== null && id === TARGET_PEER_SERVER) this.#disconnectFromServer(this.#client, force);
    else return false;
    return true;
  }

  /** Closes the connection of a peer with 1008; the next poll tells. */
  expel(id: number): void {
    if (this.#client !== null) this.#client.socket.close(TOO_MANY_CODE, TOO_MANY_REASON);
    else if (this.#server?.has(id)) this.#server.disconnect(id, false, TOO_MANY_CODE, TOO_MANY_REASON);
  }

  /** A multiplayer begins to poll. */
  attend(): void {
    this.#unattended.clear();
  }

  /** The multiplayer stops polling. */
  letGo(): void {
    if (this.isTaken) this.#unattended.set(UNATTENDED_MS);
  }

  /** Closes the connections without a poll; the visible state changes in the next poll, if any. */
  #leave(): void {
    this.#server?.leave();
    this.#client?.socket[SESSION]?.leave();
    this.#bell.ring();
  }

  #disconnectClient(server: MultiplayerServer, id: number, force: boolean): void {
    server.disconnect(id, force);
    if (force) for (const listener of this.#owner[PARTING_LISTENERS]) listener.parted(id);
  }

  #disconnectFromServer(client: MultiplayerClient, force: boolean): void {
    if (force) {
      this.#client = null;
      this.#failure = null;
      this.#unattended.clear();
      this.#packets.queue.clear();
      client.leave();
      for (const listener of this.#owner[PARTING_LISTENERS]) listener.ended();
    } else {
      client.socket.close();
      this.#bell.ring();
    }
  }
}

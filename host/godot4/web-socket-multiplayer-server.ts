// The server's side of WebSocketMultiplayerPeer: who waits to get in, who is in, and what goes to whom.
import { ERR_INVALID_PARAMETER, type GodotError, OK } from '../binding/errors.js';
import type { Alarm } from '../transport/platform.js';
import { context } from './context.js';
import type { SourcedPackets } from './sourced-packets.js';
import type { StreamPeer } from './stream-peer.js';
import type { StreamPeerTCP } from './stream-peer-tcp.js';
import { StreamPeerTLS } from './stream-peer-tls.js';
import type { TCPServer } from './tcp-server.js';
import type { TLSOptions } from './tls-options.js';
import { WebSocketPeer } from './web-socket-peer.js';
import { refuse } from './web-socket-peer-packets.js';

const { STATE_OPEN, STATE_CLOSED } = WebSocketPeer;
/** Handshakes at a time; more connections wait in the TCPServer, which has its own limits. */
const MAX_JOINING = 512;

/** What the server needs of its owner. */
export interface ServerEvents {
  newSocket(): WebSocketPeer;
  newId(): number;
  joined(id: number): void;
  left(id: number): void;
  /** A poll would find something new. */
  readonly wake: () => void;
}

interface Newcomer {
  readonly socket: WebSocketPeer;
  readonly deadline: number;
}

interface Member {
  readonly id: number;
  readonly socket: WebSocketPeer;
  /** It was parted with: the next poll tells so. */
  isLeaving: boolean;
  isGone: boolean;
}

export class MultiplayerServer {
  readonly #listener: TCPServer;
  readonly #tlsOptions: TLSOptions | null;
  readonly #packets: SourcedPackets;
  readonly #events: ServerEvents;
  #newcomers: Newcomer[] = [];
  #members: Member[] = [];
  readonly #byId = new Map<number, Member>();
  /** Of all members; null when somebody has come or gone. */
  #sockets: WebSocketPeer[] | null = null;
  /** Where the next sweep begins: where there was no room for more packets last time. */
  #first = 0;
  /** Set while newcomers are here: the slow ones are sent away even when nothing else happens. */
  #alarm: Alarm | null = null;
  #isClosed = false;

  constructor(listener: TCPServer, tlsOptions: TLSOptions | null, packets: SourcedPackets, events: ServerEvents) {
    this.#listener = listener;
    this.#tlsOptions = tlsOptions;
    this.#packets = packets;
    this.#events = events;
    listener.connect('activity', events.wake);
  }

  get localPort(): number {
    return this.#listener.get_local_port();
  }

  has(id: number): boolean {
    return this.#byId.has(id);
  }

  socketOf(id: number): WebSocketPeer | null {
    return this.#byId.get(id)?.socket ?? null;
  }

  /** Takes packets as long as fewer than `limit` wait; newcomers have `timeoutMs` to get in, unless nobody may. */
  poll(limit: number, timeoutMs: number, refuses: boolean): void {
    if (!refuses) this.#accept(timeoutMs);
    if (this.#newcomers.length > 0) this.#advance(timeoutMs, refuses);
    if (!this.#isClosed) this.#sweep(limit);
  }

  send(target: number, bytes: Uint8Array): GodotError {
    if (target > 0) {
      const member = this.#byId.get(target);
      if (member === undefined) return refuse(ERR_INVALID_PARAMETER, `put_packet: there is no peer ${target}`);
      member.socket.send(bytes);
      return OK;
    }
    this.#sockets ??= this.#members.map(({ socket }) => socket);
    const excluded = target < 0 ? this.socketOf(-target) : null;
    const sockets = excluded === null ? this.#sockets : this.#sockets.filter((socket) => socket !== excluded);
    WebSocketPeer.broadcast(sockets, bytes);
    return OK;
  }

  disconnect(id: number, force: boolean): void {
    const member = this.#byId.get(id) as Member;
    member.socket.close();
    if (force) {
      this.#remove(member);
      this.#dropGone();
    } else {
      member.isLeaving = true;
      this.#events.wake();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#alarm?.cancel();
    this.#listener.stop();
    for (const { socket } of this.#newcomers) socket.close(-1);
    for (const { socket } of this.#members) socket.close(-1);
    this.#byId.clear();
  }

  #accept(timeoutMs: number): void {
    while (this.#newcomers.length < MAX_JOINING && this.#listener.is_connection_available()) {
      const stream = this.#secured(this.#listener.take_connection() as StreamPeerTCP);
      const socket = this.#events.newSocket();
      socket.connect('activity', this.#events.wake);
      if (stream === null || socket.accept_stream(stream) !== OK) continue;
      this.#newcomers.push({ socket, deadline: context.platform.now() + timeoutMs });
    }
  }

  /** The stream with TLS around it, if that is wanted; null, and the connection gone, when TLS can't begin. */
  #secured(stream: StreamPeerTCP): StreamPeer | null {
    if (this.#tlsOptions === null) return stream;
    const secured = new StreamPeerTLS();
    if (secured.accept_stream(stream, this.#tlsOptions) === OK) return secured;
    stream.disconnect_from_host();
    return null;
  }

  #advance(timeoutMs: number, refuses: boolean): void {
    const newcomers = this.#newcomers;
    const now = context.platform.now();
    this.#newcomers = [];
    for (const newcomer of newcomers) {
      const { socket } = newcomer;
      socket.poll();
      const state = socket.get_ready_state();
      if (this.#isClosed || (state === STATE_OPEN && refuses)) socket.close(-1);
      else if (state === STATE_OPEN) this.#join(socket);
      else if (now >= newcomer.deadline) socket.close(-1);
      else if (state !== STATE_CLOSED) this.#newcomers.push(newcomer);
    }
    this.#alarm?.cancel();
    this.#alarm = this.#newcomers.length === 0 ? null : context.platform.alarm(timeoutMs, this.#events.wake);
  }

  #join(socket: WebSocketPeer): void {
    let id = this.#events.newId();
    while (this.#byId.has(id)) id = this.#events.newId();
    const message = new DataView(new ArrayBuffer(4));
    message.setInt32(0, id, true);
    socket.send(message);
    const member = { id, socket, isLeaving: false, isGone: false };
    this.#members.push(member);
    this.#byId.set(id, member);
    this.#sockets = null;
    this.#events.joined(id);
  }

  /** Polls everyone once. Signals are emitted on the way, so anybody may go and the server be closed meanwhile. */
  #sweep(limit: number): void {
    const members = this.#members;
    const count = members.length;
    const first = this.#first < count ? this.#first : 0;
    let hasLeavers = false;
    this.#first = 0;
    for (let step = 0; step < count && !this.#isClosed; step += 1) {
      const place = first + step < count ? first + step : first + step - count;
      const member = members[place];
      if (member.isGone) continue;
      if (!member.isLeaving) {
        member.socket.poll();
        if (this.#takePackets(member, limit)) this.#first = place;
        if (member.socket.get_ready_state() === STATE_OPEN || member.socket.get_available_packet_count() > 0) continue;
      }
      this.#remove(member);
      hasLeavers = true;
      this.#events.left(member.id);
    }
    if (hasLeavers) this.#dropGone();
  }

  /** True when there was no room for all. An empty message is nobody's packet; what follows it waits for the next poll. */
  #takePackets({ id, socket }: Member, limit: number): boolean {
    while (socket.get_available_packet_count() > 0) {
      if (this.#packets.count >= limit) return true;
      const packet = socket.get_packet();
      if (packet.length === 0) break;
      this.#packets.push(packet, id);
    }
    return false;
  }

  #remove(member: Member): void {
    member.isGone = true;
    this.#byId.delete(member.id);
    this.#sockets = null;
    if (member.socket.get_ready_state() !== STATE_CLOSED) endAlone(member.socket, this.#events.wake);
  }

  #dropGone(): void {
    this.#members = this.#members.filter(({ isGone }) => !isGone);
  }
}

/** Lets a connection that was closed end by itself: its last frames leave, and `listener` hears no more of it. */
export function endAlone(socket: WebSocketPeer, listener: () => void): void {
  socket.disconnect('activity', listener);
  socket.connect('activity', () => socket.poll());
  socket.poll();
}

// The server role of WebSocketMultiplayerPeer: joining connections, members, and sending.

import { clock } from '#platform';
import { refuse } from '../../binding/error-handler.js';
import { ERR_INVALID_PARAMETER, type GodotError, OK } from '../../binding/errors.js';
import type { Crowd } from '../../protocol/crowd.js';
import { Deadline } from '../../protocol/deadline.js';
import { SESSION } from '../../protocol/session.js';
import type { TLSOptions } from '../crypto/tls-options.js';
import type { StreamPeerTCP } from '../io/stream-peer-tcp.js';
import { securedStream } from '../io/stream-peer-tls.js';
import type { TCPServer } from '../io/tcp-server.js';
import { dropListener, endAlone } from '../websocket/end-alone.js';
import { WebSocketPeer } from '../websocket/web-socket-peer.js';
import type { SourcedPackets } from './sourced-packets.js';

const { STATE_OPEN } = WebSocketPeer;

/** The listener of a server, with its options. */
export interface Door {
  readonly listener: TCPServer;
  /** For connections that come from now on. */
  tlsOptions: TLSOptions | null;
}

/** Callbacks of a server to its owner. */
export interface ServerEvents {
  newSocket(): WebSocketPeer;
  newId(): number;
  joined(id: number): void;
  left(id: number): void;
  /** The member has sent an empty message. */
  sentNothing(id: number): void;
  /** A poll would find something new. */
  readonly wake: () => void;
}

/** Settings at the time of a poll. */
export interface ServerRules {
  /** Whether packets may be taken. */
  readonly hasRoom: boolean;
  readonly refuses: boolean;
  /** Limit of a handshake. */
  readonly timeoutMs: number;
}

interface Newcomer {
  readonly socket: WebSocketPeer;
  readonly deadline: Deadline;
}

interface Member {
  readonly id: number;
  readonly socket: WebSocketPeer;
  /** This side has disconnected it, to be reported by the next poll. */
  isLeaving: boolean;
  /** `left` was called, or is being called. */
  isTold: boolean;
  isGone: boolean;
}

export class MultiplayerServer {
  /** Null for a server without a port. */
  readonly #door: Door | null;
  /** The connections, joining or joined; null in a page. */
  readonly #crowd: Crowd | null;
  readonly #packets: SourcedPackets;
  readonly #events: ServerEvents;
  #newcomers: Newcomer[] = [];
  #members: Member[] = [];
  readonly #byId = new Map<number, Member>();
  /** Connections of all members; null when it must be computed again. */
  #sockets: WebSocketPeer[] | null = null;
  #isClosed = false;
  #localPort: number;
  /** Whether all connections were closed for lack of polls. */
  hasLeft = false;

  constructor(door: Door | null, crowd: Crowd | null, packets: SourcedPackets, events: ServerEvents) {
    this.#door = door;
    this.#crowd = crowd;
    this.#packets = packets;
    this.#events = events;
    this.#localPort = door?.listener.get_local_port() ?? 0;
    door?.listener.connect('activity', events.wake);
  }

  /** Of a worker of node:cluster it may be known later; it is kept when the server listens no more. */
  get localPort(): number {
    const listener = this.#door?.listener;
    if (this.#localPort === 0 && listener?.is_listening()) this.#localPort = listener.get_local_port();
    return this.#localPort;
  }

  /** Why no connection can be added, while `maxPending` may join at a time; '' when one can. */
  obstacle(maxPending: number): string {
    if (this.#newcomers.length >= maxPending) return 'max_pending_peers connections are joining';
    if (this.#crowd?.isDraining) return 'the server is being drained';
    return this.#crowd?.isFull ? 'max_peers are connected' : '';
  }

  /** Whether a connection waits in the listener. */
  get isAskedFor(): boolean {
    return this.#door?.listener.is_connection_available() === true;
  }

  has(id: number): boolean {
    return this.#byId.has(id);
  }

  socketOf(id: number): WebSocketPeer | null {
    return this.#byId.get(id)?.socket ?? null;
  }

  poll(rules: ServerRules): void {
    if (!rules.refuses) this.#accept(rules);
    if (this.#newcomers.length > 0) this.#advance(rules);
    if (!this.#isClosed) this.#sweep(rules.hasRoom);
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

  /** Sends to those of `ids` that are members, except `excluded`. */
  sendToEach(ids: Iterable<number>, excluded: number, bytes: Uint8Array): GodotError {
    const sockets: WebSocketPeer[] = [];
    for (const id of ids) {
      const member = id === excluded ? undefined : this.#byId.get(id);
      if (member !== undefined) sockets.push(member.socket);
    }
    WebSocketPeer.broadcast(sockets, bytes);
    return OK;
  }

  /** Makes `socket` a newcomer; false when it was added already. */
  admit(socket: WebSocketPeer, timeoutMs: number): boolean {
    const { wake } = this.#events;
    if (socket.is_connected('activity', wake)) return false;
    socket.connect('activity', wake);
    const deadline = new Deadline(clock, wake);
    deadline.set(timeoutMs);
    if (this.#crowd !== null) socket[SESSION]?.join?.(this.#crowd);
    this.#newcomers.push({ socket, deadline });
    return true;
  }

  disconnect(id: number, force: boolean, code?: number, reason?: string): void {
    const member = this.#byId.get(id) as Member;
    member.socket.close(code, reason);
    if (force) {
      this.#remove(member);
      this.#dropGone();
    } else {
      member.isLeaving = true;
      this.#events.wake();
    }
  }

  /** Uses other options of TLS for new connections; false for a server without TLS. */
  changeTls(options: TLSOptions): boolean {
    if (this.#door === null || this.#door.tlsOptions === null) return false;
    this.#door.tlsOptions = options;
    return true;
  }

  /** Ends all connections, in order while that takes no more than `timeout` seconds. */
  drain(timeout: number): Promise<number> {
    const drained = this.#door?.listener.drain(timeout) ?? this.#crowd?.drain(timeout * 1000) ?? Promise.resolve(0);
    this.#events.wake();
    return drained;
  }

  close(): void {
    this.#isClosed = true;
    this.#door?.listener.stop();
    for (const newcomer of this.#newcomers) this.#sendAway(newcomer);
    for (const { socket } of this.#members) this.#drop(socket);
    this.#newcomers = [];
    this.#byId.clear();
    this.#crowd?.endDrain();
  }

  /** Closes all connections; the list of members changes in the next poll. */
  leave(): void {
    this.hasLeft = true;
    this.#door?.listener.stop();
    for (const { socket } of this.#newcomers) socket[SESSION]?.leave();
    for (const { socket } of this.#members) socket[SESSION]?.leave();
  }

  /** Takes all connections that wait: when too many are joining, they take the places of others. */
  #accept({ timeoutMs }: ServerRules): void {
    while (this.isAskedFor) {
      const { listener, tlsOptions } = this.#door as Door;
      const tcp = listener.take_connection() as StreamPeerTCP;
      const stream = tlsOptions === null ? tcp : securedStream(tcp, tlsOptions);
      const socket = this.#events.newSocket();
      if (stream !== null && socket.accept_stream(stream) === OK) this.admit(socket, timeoutMs);
      else tcp.disconnect_from_host();
    }
  }

  #advance({ refuses, timeoutMs }: ServerRules): void {
    const newcomers = this.#newcomers;
    this.#newcomers = [];
    for (const newcomer of newcomers) {
      const { socket, deadline } = newcomer;
      if (!this.#isClosed) socket.poll();
      const isOpen = socket.get_ready_state() === STATE_OPEN;
      const isLate = !isOpen && deadline.passed();
      if (isLate) socket[SESSION]?.expire?.(timeoutMs);
      const isLost = socket.get_ready_state() > STATE_OPEN || isLate;
      if (this.#isClosed || isLost || (isOpen && refuses)) this.#sendAway(newcomer);
      else if (isOpen) this.#join(newcomer);
      else this.#newcomers.push(newcomer);
    }
    if (!refuses && this.isAskedFor) this.#events.wake();
  }

  #join({ socket, deadline }: Newcomer): void {
    deadline.clear();
    let id = this.#events.newId();
    while (this.#byId.has(id)) id = this.#events.newId();
    const message = new DataView(new ArrayBuffer(4));
    message.setInt32(0, id, true);
    socket.send(message);
    const member = { id, socket, isLeaving: false, isTold: false, isGone: false };
    this.#members.push(member);
    this.#byId.set(id, member);
    this.#sockets = null;
    this.#events.joined(id);
  }

  /** Polls all members once. Signals are emitted meanwhile, so members may leave and the server may be closed. */
  #sweep(hasRoom: boolean): void {
    const members = this.#members;
    const count = members.length;
    let hasLeavers = false;
    for (let place = 0; place < count && !this.#isClosed; place += 1) {
      const member = members[place] as Member;
      if (member.isTold || member.isGone) continue;
      if (!member.isLeaving) {
        const { socket } = member;
        socket.poll();
        if (this.#isClosed || member.isGone) continue; // changed by a callback
        if (hasRoom && socket.get_available_packet_count() > 0) this.#takePackets(member);
        if (socket.get_ready_state() === STATE_OPEN || socket.get_available_packet_count() > 0) continue;
      }
      hasLeavers = true;
      this.#tellOfLeaving(member);
    }
    if (hasLeavers) this.#dropGone();
  }

  #takePackets({ id, socket }: Member): void {
    const isRight = this.#packets.moveFrom(socket, id);
    if (socket.get_available_packet_count() > 0) this.#events.wake();
    if (!isRight) this.#events.sentNothing(id);
  }

  /**
   * Reports a member's leaving. Callbacks still find its connection, and may poll, disconnect it by force, or close.
   */
  #tellOfLeaving(member: Member): void {
    member.isTold = true;
    this.#events.left(member.id);
    if (!member.isGone && !this.#isClosed) this.#remove(member);
  }

  #remove(member: Member): void {
    member.isGone = true;
    this.#byId.delete(member.id);
    this.#sockets = null;
    endAlone(member.socket, this.#events.wake);
  }

  #dropGone(): void {
    this.#members = this.#members.filter(({ isGone }) => !isGone);
  }

  #sendAway({ socket, deadline }: Newcomer): void {
    deadline.clear();
    this.#drop(socket);
  }

  #drop(socket: WebSocketPeer): void {
    dropListener(socket, this.#events.wake);
    socket.close(-1);
  }
}

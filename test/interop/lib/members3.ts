// A member of this package in a multiplayer game of Godot 3 (`gd_mp_api`), driven by its own news: it writes down its
// signals in short lines, in their order.
import type { WebSocketMultiplayerPeer } from '../../../host/godot3/index.js';
import { Member } from './members.js';
import type { Scope } from './watch.js';

/** Signals of clients and servers, with what is written of the first argument; those without one stand alone. */
const SIGNALS: [signal: string, note: string][] = [
  ['peer_connected', 'connected'],
  ['peer_disconnected', 'disconnected'],
  ['connection_succeeded', 'connection_succeeded'],
  ['connection_failed', 'connection_failed'],
  ['server_disconnected', 'server_disconnected'],
  ['client_close_request', 'client_close_request'],
  ['server_close_request', 'server_close_request'],
];
/** None of these is for the multiplayer mode. */
const PLAIN_SIGNALS = [
  'client_connected',
  'client_disconnected',
  'connection_established',
  'connection_closed',
  'connection_error',
  'data_received',
];

export class OurMember3<P extends WebSocketMultiplayerPeer = WebSocketMultiplayerPeer> extends Member {
  readonly peer: P;
  /** True: packets are taken as Variants. */
  takesVariables = false;

  /** `peer` has begun to connect or to listen. */
  constructor(peer: P, scope: Scope) {
    super();
    this.peer = peer;
    const listen = (signal: string, heard: (...args: unknown[]) => void): void => {
      if (peer.has_signal(signal)) peer.connect(signal as 'activity', heard);
    };
    for (const [signal, note] of SIGNALS) listen(signal, (...args) => this.note([note, ...args.slice(0, 1)].join(' ')));
    for (const signal of PLAIN_SIGNALS) listen(signal, () => this.note(`${signal}, which is of the plain mode`));
    peer.connect('peer_packet', () => this.#take());
    peer.connect('activity', () => this.look());
    scope.defer(() => peer.free());
    this.look();
  }

  put(target: number, text: string): void {
    this.peer.set_target_peer(target);
    const error = this.peer.put_packet(Buffer.from(text));
    if (error !== 0) this.note(`failed ${error}`);
  }

  look(): void {
    this.peer.poll();
    this.changed(this.peer.get_connection_status(), this.peer.get_unique_id());
  }

  #take(): void {
    const from = this.peer.get_packet_peer();
    if (this.takesVariables) this.note(`variable ${from} ${JSON.stringify(this.peer.get_var())}`);
    else this.note(`packet ${from} ${Buffer.from(this.peer.get_packet())}`);
  }
}

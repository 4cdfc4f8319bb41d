// The links of a gateway's clients: which record is for whom.
import { report } from '../binding/error-handler.js';
import { WebSocketPeer } from '../godot4/websocket/web-socket-peer.js';
import { ACCEPT, CAST, CLOSE, CREDIT, DATA } from './batch.js';
import type { GatewayClient } from './gateway-client.js';
import { costOf, finalCost } from './link-flow.js';
import { decodeAcceptance, decodeCast, decodeClose, decodeCredit, encodeClose } from './link-records.js';
import type { Pair } from './pair.js';

const BROKEN_CODE = 1011;

/** What becomes of clients. */
export interface LinkEvents {
  /** The room lets the client in. */
  admitted(client: GatewayClient): void;
  /** The room, or its host, has answered with an end. */
  refused(client: GatewayClient, code: number, reason: string): void;
}

interface PairLinks {
  readonly byId: Map<number, GatewayClient>;
  /** Clients by the number of their room. */
  readonly byRoom: Map<number, Set<GatewayClient>>;
}

export class GatewayLinks {
  readonly #events: LinkEvents;
  readonly #byPair = new Map<Pair, PairLinks>();
  /** Counts on while a pair has no links: records for the last one may be under way. */
  #lastId = 0;

  constructor(events: LinkEvents) {
    this.#events = events;
  }

  /** A link for `client` to the process of `pair`; returns its id. */
  add(client: GatewayClient, pair: Pair): number {
    let links = this.#byPair.get(pair);
    if (links === undefined) {
      links = { byId: new Map(), byRoom: new Map() };
      this.#byPair.set(pair, links);
    }
    do this.#lastId = (this.#lastId % 0xffff_ffff) + 1;
    while (links.byId.has(this.#lastId));
    links.byId.set(this.#lastId, client);
    client.linkTo(pair, this.#lastId);
    return this.#lastId;
  }

  /** Forgets the client's link. */
  remove({ link }: GatewayClient): void {
    const links = link === null ? undefined : this.#byPair.get(link.pair);
    if (link === null || links === undefined) return;
    const client = links.byId.get(link.id);
    links.byId.delete(link.id);
    const room = links.byRoom.get(link.room);
    if (client !== undefined) room?.delete(client);
    if (room?.size === 0) links.byRoom.delete(link.room);
    if (links.byId.size === 0) this.#byPair.delete(link.pair);
  }

  received(pair: Pair, kind: number, flags: number, id: number, payload: Uint8Array): void {
    const links = this.#byPair.get(pair);
    if (links === undefined) return;
    if (kind === CAST) {
      this.#cast(links, payload);
      return;
    }
    const client = links.byId.get(id);
    if (client === undefined) return; // ended here while the record was under way
    if (kind === DATA) this.#data(client, flags, payload);
    else if (kind === CREDIT) this.#credit(client, payload);
    else if (kind === ACCEPT) this.#accept(links, client, payload);
    else if (kind === CLOSE) this.#close(client, payload);
    else this.#broken(client, `kind ${kind}`);
  }

  /** The window of `pair` has room again. */
  relieved(pair: Pair): void {
    const byId = this.#byPair.get(pair)?.byId ?? new Map<number, GatewayClient>();
    for (const [id, client] of [...byId]) {
      if (!pair.hasRoom) return;
      // Whose turn it was is the last one the next time: a small window is shared by all.
      if (byId.delete(id)) byId.set(id, client);
      client.link?.sender.pump();
      client.pass();
    }
  }

  /** All links of `pair` have ended; returns whose they were. */
  lost(pair: Pair): readonly GatewayClient[] {
    const links = this.#byPair.get(pair);
    this.#byPair.delete(pair);
    return [...(links?.byId.values() ?? [])];
  }

  #cast({ byRoom }: PairLinks, payload: Uint8Array): void {
    const cast = decodeCast(payload);
    if (cast === null) {
      report('a room host has sent a broken record (CAST); dropped', null);
      return;
    }
    const { room, excluded, packet } = cast;
    const cost = costOf(packet.length);
    const sockets: WebSocketPeer[] = [];
    for (const client of byRoom.get(room) ?? []) {
      if (client.link === null || excluded.has(client.link.id)) continue;
      if (client.canShare) {
        sockets.push(client.socket);
        client.spent(cost);
      } else client.deliver(packet, cost);
    }
    WebSocketPeer.broadcast(sockets, packet);
  }

  #data(client: GatewayClient, flags: number, payload: Uint8Array): void {
    const packet = client.link?.receiver.receive(flags, payload) ?? null;
    if (packet === 'broken') this.#broken(client, 'DATA');
    else if (packet !== null) client.deliver(packet, finalCost(packet.length));
  }

  #credit(client: GatewayClient, payload: Uint8Array): void {
    const cost = decodeCredit(payload);
    if (cost === null) {
      this.#broken(client, 'CREDIT');
      return;
    }
    client.link?.sender.granted(cost);
    client.pass();
  }

  #accept({ byRoom }: PairLinks, client: GatewayClient, payload: Uint8Array): void {
    const acceptance = decodeAcceptance(payload);
    if (acceptance === null || acceptance.room === 0 || acceptance.peer <= 1 || client.link?.room !== 0) {
      this.#broken(client, 'ACCEPT');
      return;
    }
    const room = byRoom.get(acceptance.room);
    if (room === undefined) byRoom.set(acceptance.room, new Set([client]));
    else room.add(client);
    this.#events.admitted(client);
    client.admitted(acceptance.room, acceptance.peer);
  }

  #close(client: GatewayClient, payload: Uint8Array): void {
    const { code, reason } = decodeClose(payload) ?? { code: BROKEN_CODE, reason: 'broken record' };
    this.remove(client);
    this.#events.refused(client, code, reason);
  }

  #broken(client: GatewayClient, what: string): void {
    report(`a room host has sent a broken record (${what}); the link ends`, null);
    const { link } = client;
    link?.pair.put(CLOSE, 0, link.id, null, encodeClose(BROKEN_CODE, 'broken record'));
    this.remove(client);
    this.#events.refused(client, BROKEN_CODE, 'broken record');
  }
}

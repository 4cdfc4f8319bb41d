// Interface of the game's part in a server's handshake: a hook that accepts or refuses each request.

/** What a game may add to the answer that accepts a request. */
export interface HandshakeAcceptance {
  /** Subprotocol to choose, one of those that the client offers; the settings' choice when left out or ''. */
  readonly protocol?: string;
  /** Further header lines (`Name: value`) of the answer. */
  readonly headers?: readonly string[];
  /** Kept for the game: `get_handshake_data()` of the peer, `get_peer_data(id)` of a multiplayer peer. */
  readonly data?: unknown;
  /** At a WebSocketGateway: name of the room that the client joins; the path's unless set. Others ignore it. */
  readonly room?: string;
}

/** What a game may add to a refusal. */
export interface HandshakeRefusal {
  /** Further header lines (`Name: value`) of the answer. */
  readonly headers?: readonly string[];
  /** Text of the answer, and reason of the close frame, which has room for 123 bytes; a phrase for the status unless set. */
  readonly body?: string;
  /**
   * Code of the close frame that a page gets, 4000 to 4999: a page can't see the status of an answer, so a client with
   * an Origin is accepted and closed at once with this code.
   */
  readonly close_code?: number;
}

/** What every runtime's AbortSignal has. */
export interface BasicSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
}

/** The runtime's AbortSignal, which `fetch` and others take; a BasicSignal where its type is not known. */
export type HookSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } } ? Signal : BasicSignal;

/** A client's request, as the hook gets it. */
export interface HandshakeRequest {
  /** Scheme, host and target of the request. */
  readonly url: string;
  /** Path and query. */
  readonly target: string;
  /** By their lower-case names; values of equal names are joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  /** The subprotocols that the client offers. */
  readonly protocols: readonly string[];
  /** The visitor's address, behind trusted proxies too; '' where it can't be known. */
  readonly remote_address: string;
  /** Whether the visitor's connection is encrypted, up to this server or to its trusted proxy. */
  readonly is_secure: boolean;
  /** Aborted when the client goes, the game drops the connection, or the time is over, before there is an answer. */
  readonly signal: HookSignal;
  /** Accepts the request. Throws nothing: what can't be sent is reported, and the request is refused with 500. */
  accept(acceptance?: HandshakeAcceptance): void;
  /** Refuses the request with an HTTP status of 300 to 599. */
  refuse(status: number, refusal?: HandshakeRefusal): void;
}

/**
 * A server's word about each request: it calls `accept` or `refuse`, at once or later. Only `accept` lets a client in:
 * returning, or fulfilling a promise, without an answer means that the answer is still to come.
 */
export type HandshakeHook = (request: HandshakeRequest) => void | Promise<void>;

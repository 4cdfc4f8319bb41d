// The constants of a page's WebSocketPeer, and what a page can't do: each method says so once and returns what Godot's
// web export returns.
import { printError, printWarning } from '../binding/error-handler.js';
import { ERR_UNAVAILABLE, type GodotError } from '../binding/errors.js';
import { defineConstants } from '../binding/signal.js';
import { WebSocketPeerSettings } from '../godot4/websocket/web-socket-peer-settings.js';
import { SETTINGS } from '../protocol/connection-settings.js';
import { State } from '../protocol/lifecycle.js';

const said = new Set<string>();

/** Prints `message`, the first time that it is about `what`. */
export function sayOnce(what: string, message: string, print: (message: string) => void = printError): void {
  if (said.has(what)) return;
  said.add(what);
  print(`${what}: ${message}`);
}

const HIDDEN = 'a page does not learn it';
const NO_SAY = 'a page has no say in it';
const STREAMS = 'a page has no sockets; "websocketpeer/streams" runs over any stream';

/** What is asked of TLS; the class itself stays out of pages that have no use for it. */
export interface TlsClientOptions {
  is_server(): boolean;
  is_unsafe_client(): boolean;
  get_common_name_override(): string;
  get_trusted_ca_chain(): unknown;
}

export abstract class WebSocketPeerLimits extends WebSocketPeerSettings {
  static readonly STATE_CONNECTING = State.CONNECTING;
  static readonly STATE_OPEN = State.OPEN;
  static readonly STATE_CLOSING = State.CLOSING;
  static readonly STATE_CLOSED = State.CLOSED;
  static readonly State = Object.freeze({
    STATE_CONNECTING: State.CONNECTING,
    STATE_OPEN: State.OPEN,
    STATE_CLOSING: State.CLOSING,
    STATE_CLOSED: State.CLOSED,
  });
  static readonly WRITE_MODE_TEXT = 0;
  static readonly WRITE_MODE_BINARY = 1;
  static readonly WriteMode = Object.freeze({ WRITE_MODE_TEXT: 0, WRITE_MODE_BINARY: 1 });

  static {
    defineConstants(this);
  }

  /** **Note:** returns ERR_UNAVAILABLE in a page: see `websocketpeer/streams`. */
  accept_stream(_stream: unknown): GodotError {
    sayOnce('accept_stream', STREAMS);
    return ERR_UNAVAILABLE;
  }

  /** **Note:** returns ERR_UNAVAILABLE in a page: see `websocketpeer/streams`. */
  connect_to_stream(_stream: unknown, _url = 'ws://localhost/'): GodotError {
    sayOnce('connect_to_stream', STREAMS);
    return ERR_UNAVAILABLE;
  }

  /** **Note:** returns ERR_UNAVAILABLE in a page. */
  accept_upgrade(_request: unknown, _socket: unknown, _head: unknown = null): GodotError {
    sayOnce('accept_upgrade', STREAMS);
    return ERR_UNAVAILABLE;
  }

  /** **Note:** '' in a page. */
  get_connected_host(): string {
    sayOnce('get_connected_host', HIDDEN);
    return '';
  }

  /** **Note:** 0 in a page. */
  get_connected_port(): number {
    sayOnce('get_connected_port', HIDDEN);
    return 0;
  }

  /** As in ../godot4/web-socket-peer.ts. */
  get remoteHost(): string {
    return this.get_connected_host();
  }

  get remotePort(): number {
    return this.get_connected_port();
  }

  /** **Note:** changes nothing in a page. */
  set_no_delay(_enabled: boolean): void {
    sayOnce('set_no_delay', NO_SAY);
  }

  /** What was set, and the browser decides alone. */
  protected sayUnused(tls: TlsClientOptions | null): void {
    const { handshakeHeaders, heartbeatMs, messageTimeoutMs } = this[SETTINGS];
    if (handshakeHeaders.length > 0) sayOnce('handshake_headers', NO_SAY, printWarning);
    if (heartbeatMs > 0) sayOnce('heartbeat_interval', NO_SAY, printWarning);
    if (messageTimeoutMs > 0) sayOnce('message_timeout', NO_SAY, printWarning);
    if (tls?.is_unsafe_client() || tls?.get_common_name_override() || tls?.get_trusted_ca_chain()) {
      sayOnce('tls_client_options', NO_SAY, printWarning);
    }
  }
}

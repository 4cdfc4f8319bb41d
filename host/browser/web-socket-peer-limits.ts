// What a page can't do: each method says so once and returns what Godot's web export returns.
import { printError, printWarning } from '../binding/error-handler.js';
import { ERR_UNAVAILABLE, type GodotError } from '../binding/errors.js';
import { WebSocketPeerPageSettings } from '../godot4/web-socket-peer-page-settings.js';
import { SETTINGS } from '../protocol/connection-settings.js';

const said = new Set<string>();

/** Prints `message`, the first time that it is about `what`. */
export function sayOnce(what: string, message: string, print: (message: string) => void = printWarning): void {
  if (said.has(what)) return;
  said.add(what);
  print(`${what}: ${message}`);
}

const HIDDEN = 'a page does not learn it';
const NO_SAY = 'a page has no say in it';
const STREAMS = 'a page has no sockets of its own; WebSocketPeer of "websocketpeer/streams" runs over any stream';

/** What is asked of TLS; the class itself stays out of pages that have no use for it. */
export interface TlsClientOptions {
  is_server(): boolean;
  is_unsafe_client(): boolean;
  get_common_name_override(): string;
  get_trusted_ca_chain(): unknown;
}

export abstract class WebSocketPeerLimits extends WebSocketPeerPageSettings {
  /** **Note:** returns ERR_UNAVAILABLE in a page: see `websocketpeer/streams`. */
  accept_stream(_stream: unknown): GodotError {
    sayOnce('accept_stream', STREAMS, printError);
    return ERR_UNAVAILABLE;
  }

  /** **Note:** returns ERR_UNAVAILABLE in a page: see `websocketpeer/streams`. */
  connect_to_stream(_stream: unknown, _url = 'ws://localhost/'): GodotError {
    sayOnce('connect_to_stream', STREAMS, printError);
    return ERR_UNAVAILABLE;
  }

  /** **Note:** returns ERR_UNAVAILABLE in a page. */
  accept_upgrade(_request: unknown, _socket: unknown, _head: unknown = null): GodotError {
    sayOnce('accept_upgrade', STREAMS, printError);
    return ERR_UNAVAILABLE;
  }

  /** **Note:** '' in a page. */
  get_connected_host(): string {
    sayOnce('get_connected_host', HIDDEN, printError);
    return '';
  }

  /** **Note:** 0 in a page. */
  get_connected_port(): number {
    sayOnce('get_connected_port', HIDDEN, printError);
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
    sayOnce('set_no_delay', NO_SAY, printError);
  }

  /** What was set, and the browser decides alone. */
  protected sayUnused(tls: TlsClientOptions | null): void {
    const { handshakeHeaders, heartbeatMs, messageTimeoutMs } = this[SETTINGS];
    if (handshakeHeaders.length > 0) sayOnce('handshake_headers', NO_SAY);
    if (heartbeatMs > 0) sayOnce('heartbeat_interval', NO_SAY);
    if (messageTimeoutMs > 0) sayOnce('message_timeout', NO_SAY);
    if (tls?.is_unsafe_client() || tls?.get_common_name_override() || tls?.get_trusted_ca_chain()) {
      sayOnce('tls_client_options', NO_SAY);
    }
  }
}

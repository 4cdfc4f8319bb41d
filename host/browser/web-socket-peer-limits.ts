// What a page can't do: each method says so once and returns what Godot's web export returns.
import { printError, printWarning } from '../binding/error-handler.js';
import { ERR_UNAVAILABLE, type GodotError } from '../binding/errors.js';
import { WebSocketPeerSettings } from '../godot4/web-socket-peer-settings.js';

const said = new Set<string>();

/** Prints `message`, the first time that it is about `what`. */
export function sayOnce(what: string, message: string, print: (message: string) => void = printWarning): void {
  if (said.has(what)) return;
  said.add(what);
  print(`${what}: ${message}`);
}

const HIDDEN = 'a page does not learn it';
const STREAMS = 'a page has no sockets of its own; WebSocketPeer of "websocketpeer/streams" runs over any stream';

export abstract class WebSocketPeerLimits extends WebSocketPeerSettings {
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

  /** **Note:** changes nothing in a page. */
  set_no_delay(_enabled: boolean): void {
    sayOnce('set_no_delay', 'a page has no say in it', printError);
  }
}

// Functions that begin a session in a page: to a URL over the browser's WebSocket; all others are refused.
import { ERR_INVALID_PARAMETER, ERR_UNAVAILABLE, FAILED } from '../binding/errors.js';
import { textOf } from '../binding/text.js';
import type * as streams from '../godot4/websocket/stream-sessions.js';
import { EventSession } from '../protocol/event-session.js';
import { NO_SAY, sayOnce } from '../protocol/say-once.js';
import { type Refusal, SETTINGS, type Session, type SessionOwner } from '../protocol/session.js';
import { CLOCK } from './clock.js';
import { PageSocket } from './page-socket.js';
import { pageUrl, URL_SHAPE } from './page-url.js';

const UNAVAILABLE: Refusal = {
  error: ERR_UNAVAILABLE,
  reason: 'a page has no sockets, use "websocketpeer/streams"',
};

/** The methods of TLSOptions in use here; the class itself is not imported, to keep it out of pages without it. */
interface TlsClientOptions {
  is_unsafe_client(): boolean;
  get_common_name_override(): string;
  get_trusted_ca_chain(): unknown;
}

export function openUrl(owner: SessionOwner, url: string, tls: TlsClientOptions | null): Session | Refusal {
  const asked = pageUrl(url);
  // The URL itself is not shown: it may hold a password.
  if (asked === null) return { error: ERR_INVALID_PARAMETER, reason: `url must be ${URL_SHAPE}` };
  try {
    const session = new EventSession(owner, asked, new PageSocket(asked, owner), CLOCK);
    sayUnused(owner, tls);
    return session;
  } catch (thrown) {
    const { name, message } = thrown as Error;
    // The HTML standard's name for subprotocols that can't be sent, and the URL is valid.
    const error = name === 'SyntaxError' ? ERR_INVALID_PARAMETER : FAILED;
    const { supportedProtocols } = owner[SETTINGS];
    return {
      error,
      reason: `the browser refuses "${asked}" (supported_protocols "${supportedProtocols}"): ${message}`,
    };
  }
}

const refuseAll: typeof streams.overStream & typeof streams.accept & typeof streams.adopt = () => UNAVAILABLE;

export { refuseAll as accept, refuseAll as adopt, refuseAll as overStream };
export const requireStream: typeof streams.requireStream = () => {};
export const inspectable: typeof streams.inspectable = () => {};

export function isUtf8(bytes: Uint8Array): boolean {
  return textOf(bytes) !== null;
}

/** Warns about settings in use that have no effect in a page. */
function sayUnused(owner: SessionOwner, tls: TlsClientOptions | null): void {
  const settings = owner[SETTINGS];
  const used: Record<string, unknown> = {
    handshake_headers: settings.handshakeHeaders.length,
    heartbeat_interval: settings.heartbeatIntervalMs,
    message_timeout: settings.messageTimeoutMs,
    tls_client_options: tls && (tls.is_unsafe_client() || tls.get_common_name_override() || tls.get_trusted_ca_chain()),
  };
  for (const name in used) if (used[name]) sayOnce(owner, name, NO_SAY, 'warning');
  if (settings.compressionMode) sayOnce(owner, 'compression_mode', 'the browser compresses by itself', 'warning');
}

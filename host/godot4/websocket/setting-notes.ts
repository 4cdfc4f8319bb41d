// Table of each setting's unit, its scope, and when it takes effect: for docs/settings.md only, not loaded at run time.
import type { SettingName } from './setting-properties.js';

export interface SettingNote {
  readonly unit: 'bytes' | 'packets' | 'frames' | 'seconds' | 'strings' | 'connections' | 'function' | 'string';
  /** When a new value takes effect. */
  readonly takesEffect: 'at once' | 'when connecting' | 'when open';
  /** Both sides; servers; both sides in runtimes with sockets; clients in pages. */
  readonly concerns: 'all' | 'server' | 'sockets' | 'page';
}

const note = (
  unit: SettingNote['unit'],
  concerns: SettingNote['concerns'],
  takesEffect: SettingNote['takesEffect'],
): SettingNote => ({ unit, concerns, takesEffect });

export const SETTING_NOTES: Readonly<Record<SettingName, SettingNote>> = {
  inbound_buffer_size: note('bytes', 'all', 'when open'),
  outbound_buffer_size: note('bytes', 'all', 'at once'),
  max_queued_packets: note('packets', 'all', 'when open'),
  max_handshake_size: note('bytes', 'sockets', 'when connecting'),
  heartbeat_interval: note('seconds', 'sockets', 'at once'),
  handshake_timeout: note('seconds', 'all', 'when connecting'),
  close_timeout: note('seconds', 'all', 'at once'),
  message_timeout: note('seconds', 'sockets', 'at once'),
  max_message_fragments: note('frames', 'sockets', 'when open'),
  supported_protocols: note('strings', 'all', 'when connecting'),
  handshake_headers: note('strings', 'sockets', 'when connecting'),
  max_unpolled_bytes: note('bytes', 'page', 'at once'),
  max_unpolled_packets: note('packets', 'page', 'at once'),
  allowed_origins: note('strings', 'server', 'when connecting'),
  allowed_hosts: note('strings', 'server', 'when connecting'),
  handshake_hook: note('function', 'server', 'when connecting'),
  trusted_proxies: note('strings', 'server', 'when connecting'),
  proxy_header: note('string', 'server', 'when connecting'),
  max_pending_handshakes: note('connections', 'server', 'when connecting'),
  max_pending_per_address: note('connections', 'server', 'when connecting'),
  max_connections_per_address: note('connections', 'server', 'when connecting'),
  max_packets_per_second: note('packets', 'sockets', 'when open'),
  max_bytes_per_second: note('bytes', 'sockets', 'when open'),
  max_bad_packets: note('packets', 'sockets', 'at once'),
};

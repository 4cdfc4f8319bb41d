// Table of each setting's unit, its scope, when it takes effect, and why its value at start is what it is: for
// docs/settings.md and SECURITY.md only, not loaded at run time.
import type { SettingName } from './setting-properties.js';

export interface SettingNote {
  readonly unit:
    | 'bytes'
    | 'packets'
    | 'frames'
    | 'seconds'
    | 'strings'
    | 'connections'
    | 'function'
    | 'string'
    | 'mode';
  /** When a new value takes effect. */
  readonly takesEffect: 'at once' | 'when connecting' | 'when open';
  /** Both sides; servers; both sides in runtimes with sockets; clients in pages. */
  readonly concerns: 'all' | 'server' | 'sockets' | 'page';
  /** Why the value at start is what it is. */
  readonly reason: string;
}

const note = (
  unit: SettingNote['unit'],
  concerns: SettingNote['concerns'],
  takesEffect: SettingNote['takesEffect'],
  reason: string,
): SettingNote => ({ unit, concerns, takesEffect, reason });

export const SETTING_NOTES: Readonly<Record<SettingName, SettingNote>> = {
  inbound_buffer_size: note(
    'bytes',
    'all',
    'when open',
    "Godot's value; a message larger than a game expects is refused before memory is taken for it",
  ),
  outbound_buffer_size: note(
    'bytes',
    'all',
    'at once',
    "Godot's value; a side that does not read costs this much memory, then `send` fails",
  ),
  max_queued_packets: note(
    'packets',
    'all',
    'when open',
    "Godot's value; empty packets cost memory, too, which no limit of bytes counts",
  ),
  max_handshake_size: note(
    'bytes',
    'sockets',
    'when connecting',
    "what HTTP servers allow for a head, cookies and tokens included; Godot's 4096 is too small for those",
  ),
  heartbeat_interval: note(
    'seconds',
    'sockets',
    'at once',
    'off as in Godot; many proxies drop connections that are silent for a minute, so 15 to 30 are usual',
  ),
  handshake_timeout: note(
    'seconds',
    'all',
    'when connecting',
    'enough for name lookup, TCP and TLS over a bad line, and an end for those who never finish',
  ),
  close_timeout: note(
    'seconds',
    'all',
    'at once',
    'enough for what is under way, and an end for those who never answer the close',
  ),
  message_timeout: note(
    'seconds',
    'sockets',
    'at once',
    'off, as a large message may take minutes over a slow line; `inbound_buffer_size` bounds its memory',
  ),
  max_message_fragments: note(
    'frames',
    'sockets',
    'when open',
    'more frames than any sender of streams makes, and an end for frames that bring nothing',
  ),
  supported_protocols: note(
    'strings',
    'all',
    'when connecting',
    "none as in Godot; with one on both sides, strangers to the game's protocol are refused",
  ),
  handshake_headers: note('strings', 'sockets', 'when connecting', 'none as in Godot'),
  max_unpolled_bytes: note(
    'bytes',
    'page',
    'at once',
    'a hidden page may not poll for minutes: 256 messages of the default size',
  ),
  max_unpolled_packets: note(
    'packets',
    'page',
    'at once',
    'a hidden page may not poll for minutes: 18 minutes at 60 packets a second',
  ),
  compression_mode: note(
    'mode',
    'sockets',
    'when connecting',
    'off as in Godot; it costs time for each message, and only the game knows whether its messages become shorter',
  ),
  compression_threshold: note(
    'bytes',
    'sockets',
    'at once',
    'JSON of 256 bytes becomes half as long; shorter messages save little for the same time',
  ),
  allowed_origins: note(
    'strings',
    'server',
    'when connecting',
    "Godot has no such list, and a game's page is not known here; a server that lets a page in without one says so",
  ),
  allowed_hosts: note(
    'strings',
    'server',
    'when connecting',
    'the name under which players reach a server is not known here',
  ),
  handshake_hook: note('function', 'server', 'when connecting', "who may play is the game's to say"),
  trusted_proxies: note(
    'strings',
    'server',
    'when connecting',
    'anybody can send the header; only the operator knows which neighbours write it',
  ),
  proxy_header: note('string', 'server', 'when connecting', 'what most proxies write'),
  max_pending_handshakes: note(
    'connections',
    'server',
    'when connecting',
    'a handshake takes a few round trips, so 512 are thousands of newcomers a second; their heads are 16 MiB at the most',
  ),
  max_pending_per_address: note(
    'connections',
    'server',
    'when connecting',
    'off, as a school or a mobile network shares one address; places are shared fairly without it',
  ),
  max_connections_per_address: note(
    'connections',
    'server',
    'when connecting',
    'off, as a school or a mobile network shares one address',
  ),
  max_packets_per_second: note(
    'packets',
    'sockets',
    'when open',
    'off, as only the game knows its rate; twice what its client sends is usual',
  ),
  max_bytes_per_second: note(
    'bytes',
    'sockets',
    'when open',
    'off, as only the game knows its rate; twice what its client sends is usual',
  ),
  max_bad_packets: note(
    'packets',
    'sockets',
    'at once',
    'off as in Godot; an honest client sends none, so 10 are plenty',
  ),
};

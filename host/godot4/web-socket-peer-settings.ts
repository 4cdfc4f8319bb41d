// The properties of WebSocketPeer: defaults, ranges and messages. When each takes effect is told beside it; what it
// does, in ../protocol.

import { DEFAULT_MAX_FRAGMENTS } from '../../assembly/abi.js';
import { requireFloat, requireInt32, requireStringArray } from '../binding/arguments.js';
import { printError } from '../binding/error-handler.js';
import type { double, float, int, int32 } from '../binding/types.js';
import { type ConnectionOwner, type ConnectionSettings, NEWS, SETTINGS } from '../protocol/connection-settings.js';
import { DEFAULT_UNPOLLED_BYTES, DEFAULT_UNPOLLED_PACKETS } from '../protocol/unpolled.js';
import { PacketPeer } from './packet-peer.js';

interface Settings extends ConnectionSettings {
  supportedProtocols: readonly string[];
  handshakeHeaders: readonly string[];
  allowedOrigins: readonly string[];
  allowedHosts: readonly string[];
  maxHandshakeSize: number;
  maxUnpolledBytes: number;
  maxUnpolledPackets: number;
}

type UnpolledSetting = 'maxUnpolledBytes' | 'maxUnpolledPackets';
type IntSetting =
  | UnpolledSetting
  | 'inboundBufferSize'
  | 'outboundBufferSize'
  | 'maxQueuedPackets'
  | 'maxUnsentPackets'
  | 'maxHandshakeSize'
  | 'maxMessageFragments';
type SecondsSetting = 'heartbeatMs' | 'handshakeTimeoutMs' | 'closeTimeoutMs' | 'messageTimeoutMs';

const NONE: readonly string[] = [];

/** Made by one literal, so that all of them look alike to the JIT compiler. */
function defaultSettings(): Settings {
  return {
    supportedProtocols: NONE,
    handshakeHeaders: NONE,
    allowedOrigins: NONE,
    allowedHosts: NONE,
    inboundBufferSize: 65535,
    outboundBufferSize: 65535,
    maxQueuedPackets: 4096,
    maxUnsentPackets: 4096,
    maxHandshakeSize: 16384,
    heartbeatMs: 0,
    handshakeTimeoutMs: 30000,
    closeTimeoutMs: 10000,
    messageTimeoutMs: 0,
    maxMessageFragments: DEFAULT_MAX_FRAGMENTS,
    maxUnpolledBytes: DEFAULT_UNPOLLED_BYTES,
    maxUnpolledPackets: DEFAULT_UNPOLLED_PACKETS,
  };
}

const DEFAULTS: Readonly<Settings> = defaultSettings();

/** @internal */
export abstract class WebSocketPeerSettings extends PacketPeer implements ConnectionOwner {
  /** The defaults, which all peers share, until a property is set. */
  [SETTINGS]: Readonly<Settings> = DEFAULTS;

  abstract [NEWS](): void;

  /**
   * Largest message that is accepted, in bytes, and roughly the room for all packets that wait; 65535 unless set.
   *
   * Takes effect when the connection opens. A larger message closes the connection with 1009; when packets that the
   * game has not taken fill the room, reading stops and TCP pushes back on the sender.
   */
  get inbound_buffer_size(): int32 {
    return this[SETTINGS].inboundBufferSize;
  }
  set inbound_buffer_size(buffer_size: int32) {
    this.set_inbound_buffer_size(buffer_size);
  }
  get_inbound_buffer_size(): int32 {
    return this[SETTINGS].inboundBufferSize;
  }
  set_inbound_buffer_size(buffer_size: int32): void {
    this.#setInt('inbound_buffer_size', 'inboundBufferSize', buffer_size, 1);
  }

  /** Most payload bytes that may wait to be sent; 65535 unless set, 0 for no limit. Takes effect at once. */
  get outbound_buffer_size(): int32 {
    return this[SETTINGS].outboundBufferSize;
  }
  set outbound_buffer_size(buffer_size: int32) {
    this.set_outbound_buffer_size(buffer_size);
  }
  get_outbound_buffer_size(): int32 {
    return this[SETTINGS].outboundBufferSize;
  }
  set_outbound_buffer_size(buffer_size: int32): void {
    this.#setInt('outbound_buffer_size', 'outboundBufferSize', buffer_size, 0);
  }

  /**
   * Most packets that may wait in either direction; 4096 unless set.
   *
   * For sending it takes effect at once, for receiving when the connection opens.
   */
  get max_queued_packets(): int32 {
    return this[SETTINGS].maxQueuedPackets;
  }
  set max_queued_packets(buffer_size: int32) {
    this.set_max_queued_packets(buffer_size);
  }
  get_max_queued_packets(): int32 {
    return this[SETTINGS].maxQueuedPackets;
  }
  set_max_queued_packets(buffer_size: int32): void {
    this.#setInt('max_queued_packets', 'maxQueuedPackets', buffer_size, 1);
    this.limitUnsentPackets(this[SETTINGS].maxQueuedPackets);
  }

  /**
   * Lets `packets` wait to be sent, whatever `max_queued_packets` says of those that were received.
   *
   * @internal
   */
  limitUnsentPackets(packets: number): void {
    this.#own().maxUnsentPackets = packets;
  }

  /**
   * Most bytes of the other side's half of the handshake; 16384 unless set. Godot's own limit is 4096.
   *
   * @addition
   */
  get max_handshake_size(): int32 {
    return this[SETTINGS].maxHandshakeSize;
  }
  set max_handshake_size(size: int32) {
    this.set_max_handshake_size(size);
  }
  get_max_handshake_size(): int32 {
    return this[SETTINGS].maxHandshakeSize;
  }
  set_max_handshake_size(size: int32): void {
    this.#setInt('max_handshake_size', 'maxHandshakeSize', size, 256);
  }

  /**
   * Seconds between pings; 0, as at start, for none.
   *
   * Kept in whole milliseconds. A connection on which nothing at all arrives from one ping to the next is dropped
   * with code -1.
   *
   * **Note:** as in Godot, the property calls itself an int, and takes parts of a second all the same.
   */
  get heartbeat_interval(): int {
    return this[SETTINGS].heartbeatMs / 1000;
  }
  set heartbeat_interval(interval: int) {
    this.set_heartbeat_interval(interval);
  }
  get_heartbeat_interval(): double {
    return this[SETTINGS].heartbeatMs / 1000;
  }
  set_heartbeat_interval(interval: double): void {
    this.#setSeconds('heartbeat_interval', 'heartbeatMs', interval);
  }

  /**
   * Seconds from the call until the connection must be OPEN; 30 unless set, 0 for no limit.
   *
   * @addition
   */
  get handshake_timeout(): float {
    return this[SETTINGS].handshakeTimeoutMs / 1000;
  }
  set handshake_timeout(timeout: float) {
    this.set_handshake_timeout(timeout);
  }
  get_handshake_timeout(): float {
    return this[SETTINGS].handshakeTimeoutMs / 1000;
  }
  set_handshake_timeout(timeout: float): void {
    this.#setSeconds('handshake_timeout', 'handshakeTimeoutMs', timeout);
  }

  /**
   * Seconds that CLOSING lasts at the most; 10 unless set, 0 for no limit.
   *
   * @addition
   */
  get close_timeout(): float {
    return this[SETTINGS].closeTimeoutMs / 1000;
  }
  set close_timeout(timeout: float) {
    this.set_close_timeout(timeout);
  }
  get_close_timeout(): float {
    return this[SETTINGS].closeTimeoutMs / 1000;
  }
  set_close_timeout(timeout: float): void {
    this.#setSeconds('close_timeout', 'closeTimeoutMs', timeout);
  }

  /**
   * Seconds from the first byte of a message to its last; 0, as at start, for no limit.
   *
   * A message that takes longer closes the connection with 1008.
   *
   * @addition
   */
  get message_timeout(): float {
    return this[SETTINGS].messageTimeoutMs / 1000;
  }
  set message_timeout(timeout: float) {
    this.set_message_timeout(timeout);
  }
  get_message_timeout(): float {
    return this[SETTINGS].messageTimeoutMs / 1000;
  }
  set_message_timeout(timeout: float): void {
    this.#setSeconds('message_timeout', 'messageTimeoutMs', timeout);
  }

  /**
   * Most frames of one message; 1048576 unless set, more close with 1008.
   *
   * @addition
   */
  get max_message_fragments(): int32 {
    return this[SETTINGS].maxMessageFragments;
  }
  set max_message_fragments(fragments: int32) {
    this.set_max_message_fragments(fragments);
  }
  get_max_message_fragments(): int32 {
    return this[SETTINGS].maxMessageFragments;
  }
  set_max_message_fragments(fragments: int32): void {
    this.#setInt('max_message_fragments', 'maxMessageFragments', fragments, 1);
  }

  /**
   * Subprotocols: a client asks for them, a server picks the first that the client asks for and this list has.
   *
   * Both sides must want one or none must. White space around an entry is removed.
   */
  get supported_protocols(): string[] {
    return [...this[SETTINGS].supportedProtocols];
  }
  set supported_protocols(protocols: string[]) {
    this.set_supported_protocols(protocols);
  }
  get_supported_protocols(): string[] {
    return [...this[SETTINGS].supportedProtocols];
  }
  set_supported_protocols(protocols: string[]): void {
    this.#own().supportedProtocols = requireStringArray('protocols', protocols).map((entry) => entry.trim());
  }

  /** Further header lines (`Name: value`) of this side's half of the handshake; checked when it begins. */
  get handshake_headers(): string[] {
    return [...this[SETTINGS].handshakeHeaders];
  }
  set handshake_headers(protocols: string[]) {
    this.set_handshake_headers(protocols);
  }
  get_handshake_headers(): string[] {
    return [...this[SETTINGS].handshakeHeaders];
  }
  set_handshake_headers(protocols: string[]): void {
    this.#own().handshakeHeaders = requireStringArray('handshake_headers', protocols);
  }

  /**
   * Server: pages that may connect, as origins (`https://game.example`); empty, as at start, for all.
   *
   * A browser names the page's origin, other clients name none and pass.
   *
   * @addition
   */
  get allowed_origins(): string[] {
    return [...this[SETTINGS].allowedOrigins];
  }
  set allowed_origins(origins: string[]) {
    this.set_allowed_origins(origins);
  }
  get_allowed_origins(): string[] {
    return [...this[SETTINGS].allowedOrigins];
  }
  set_allowed_origins(origins: string[]): void {
    this.#own().allowedOrigins = requireStringArray('origins', origins);
  }

  /**
   * Server: values of `Host` that are answered, against DNS rebinding; empty, as at start, for all.
   *
   * @addition
   */
  get allowed_hosts(): string[] {
    return [...this[SETTINGS].allowedHosts];
  }
  set allowed_hosts(hosts: string[]) {
    this.set_allowed_hosts(hosts);
  }
  get_allowed_hosts(): string[] {
    return [...this[SETTINGS].allowedHosts];
  }
  set_allowed_hosts(hosts: string[]): void {
    this.#own().allowedHosts = requireStringArray('hosts', hosts);
  }

  /** The settings of this peer alone, to be changed. */
  #own(): Settings {
    const own = this[SETTINGS] === DEFAULTS ? defaultSettings() : (this[SETTINGS] as Settings);
    this[SETTINGS] = own;
    return own;
  }

  /** For ./web-socket-peer-page-settings.ts, which has the properties. */
  protected setUnpolled(property: string, setting: UnpolledSetting, value: number): void {
    this.#setInt(property, setting, value, 1);
  }

  /** Stores an int as the engine does, cut to signed 32 bits; below `least` it is refused. */
  #setInt(property: string, setting: IntSetting, value: number, least: number): void {
    const cut = requireInt32(property, value);
    if (cut >= least) this.#own()[setting] = cut;
    else printError(`${property} must be at least ${least}, got ${cut}; it stays ${this[SETTINGS][setting]}`);
  }

  #setSeconds(property: string, setting: SecondsSetting, value: number): void {
    requireFloat(property, value);
    if (value >= 0) this.#own()[setting] = Math.trunc(value * 1000);
    else printError(`${property} must not be negative, got ${value}; it stays ${this[SETTINGS][setting] / 1000}`);
  }
}

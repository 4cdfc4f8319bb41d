// Godot's StreamPeerExtension: a stream implemented by a script, its subclass. extension-stream.ts adapts it to a
// WebSocketPeer.

import type { ClassInfo } from '../../binding/class-info.js';
import { StreamPeerExtensionInfo } from '../../binding/class-infos.generated.js';
import { printError } from '../../binding/error-handler.js';
import { ERR_OUT_OF_MEMORY, ERR_UNAVAILABLE, FAILED, type GodotError, OK } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import type { ObjectSignals } from '../../binding/object.js';
import { defineSignals, type SignalObjects } from '../../binding/signal.js';
import type { int, int32 } from '../../binding/types.js';
import { ownedCopy } from '../../bytes.js';
import { ByteQueue } from '../../transport/byte-queue.js';
import { BYTE_STREAM, type ByteStream } from '../../transport/byte-stream.js';
import { askAvailable, askBytes, offerBytes } from './extension-script.js';
import { ExtensionStream } from './extension-stream.js';
import { NO_BYTES, type ReadResult, StreamPeer, type WriteResult } from './stream-peer.js';

const NOTHING = new Uint8Array(0);

/** Signals of StreamPeerExtension. */
export interface StreamPeerExtensionSignals extends ObjectSignals {
  /**
   * The script has called `notify_activity`.
   *
   * @addition
   */
  activity: [];
}

export interface StreamPeerExtension extends SignalObjects<StreamPeerExtensionSignals> {}

/**
 * A stream implemented by a script: extend it, and define where bytes come from and go to.
 *
 * `_get_available_bytes`, `_get_partial_data` and `_put_partial_data` are enough; `_has_ended` and
 * `_disconnect_from_stream` cover the two ways to end. Call `notify_activity` when bytes have arrived, when there is
 * room again, or when the other side has ended: `WebSocketPeer.accept_stream` and `WebSocketPeer.connect_to_stream`
 * then work over it as over a socket. The methods of a script that does not call it are called at every `poll` of the
 * peer.
 *
 * ```js
 * class PortStream extends StreamPeerExtension {
 *   #port; #chunks = [];
 *   constructor(port) {
 *     super();
 *     this.#port = port;
 *     port.onmessage = ({ data }) => { this.#chunks.push(data); this.notify_activity(); };
 *   }
 *   _get_available_bytes() { return this.#chunks[0]?.length ?? 0; }
 *   _get_partial_data(bytes) {
 *     const chunk = this.#chunks.shift();
 *     if (chunk.length > bytes) this.#chunks.unshift(chunk.subarray(bytes));
 *     return [OK, chunk.subarray(0, bytes)];
 *   }
 *   _put_partial_data(data) { this.#port.postMessage(data); return [OK, data.length]; }
 *   _has_ended() { return this.#chunks.at(-1)?.length === 0; }
 *   _disconnect_from_stream() { this.#port.postMessage(new Uint8Array(0)); this.#port.close(); }
 * }
 * ```
 *
 * While a peer has the stream, an error other than OK, ERR_BUSY and ERR_UNAVAILABLE, which mean "not now", ends the
 * connection; so does a method that throws or returns an invalid result, with a message. ERR_FILE_EOF of
 * `_get_partial_data` is a regular end after the returned bytes.
 */
export class StreamPeerExtension extends StreamPeer {
  declare readonly signals: StreamPeerExtensionSignals;

  static {
    defineSignals(this.prototype, 'activity');
  }

  /** Bytes peeked at: taken from the script and not returned yet. */
  readonly #ahead = new ByteQueue();
  /** The byte stream of the peer that has taken this stream over. */
  #carrier: ExtensionStream | null = null;

  override [CLASS_INFO](): ClassInfo {
    return StreamPeerExtensionInfo();
  }

  /**
   * Number of bytes that `_get_partial_data` would return.
   *
   * @virtual
   * @const
   */
  _get_available_bytes(): int {
    return 0;
  }

  /**
   * Returns an error code and at most `bytes` bytes, as many as are available.
   *
   * **Note:** Godot passes a buffer to be filled.
   *
   * @virtual
   */
  _get_partial_data(bytes: int32): [GodotError, Uint8Array] {
    return bytes === 0 ? [OK, NOTHING] : [ERR_UNAVAILABLE, NOTHING];
  }

  /**
   * Returns exactly `bytes` bytes, or ERR_UNAVAILABLE and none; uses `_get_partial_data` unless overridden.
   *
   * @virtual
   */
  _get_data(bytes: int32): [GodotError, Uint8Array] {
    return this._get_available_bytes() < bytes ? [ERR_UNAVAILABLE, NOTHING] : this._get_partial_data(bytes);
  }

  /**
   * Takes as much of `data` as there is room for; returns an error code and the number of bytes.
   *
   * When all of it is taken, its memory belongs to the script, to keep or to transfer.
   *
   * @virtual
   */
  _put_partial_data(data: Uint8Array): [GodotError, int] {
    return data.length === 0 ? [OK, 0] : [ERR_UNAVAILABLE, 0];
  }

  /**
   * Takes all of `data`; uses `_put_partial_data` unless overridden.
   *
   * @virtual
   */
  _put_data(data: Uint8Array): [GodotError, int] {
    return this._put_partial_data(data);
  }

  /**
   * Whether nothing more will come after the available bytes.
   *
   * @virtual
   * @addition
   */
  _has_ended(): boolean {
    return false;
  }

  /**
   * Called once, when the peer that has taken the stream over is done with it: close the underlying resource.
   *
   * @virtual
   * @addition
   */
  _disconnect_from_stream(): void {}

  /**
   * To be called by the script when bytes have arrived, when there is room again, or when the other side has ended.
   *
   * @addition
   */
  notify_activity(): void {
    if (this.#carrier === null) this.emit_signal('activity');
    else this.#carrier.poll();
  }

  /** @const */
  override get_available_bytes(): int32 {
    return this.#ahead.length + askAvailable(this);
  }

  override [BYTE_STREAM](): ByteStream {
    if (this.#carrier === null) {
      this.#carrier = new ExtensionStream(this);
      this.#carrier.unread(this.#ahead.take(this.#ahead.length));
    }
    return this.#carrier;
  }

  protected override putBytes(bytes: Uint8Array): GodotError {
    if (this.#carrier !== null) return FAILED;
    const [error, sent] = offerBytes(this, '_put_data', ownedCopy(bytes));
    if (error !== OK || sent === bytes.length) return error;
    printError(`put_data: the stream took ${sent} of ${bytes.length} bytes`, this);
    return ERR_OUT_OF_MEMORY;
  }

  protected override putSomeBytes(bytes: Uint8Array): WriteResult {
    return this.#carrier === null ? offerBytes(this, '_put_partial_data', ownedCopy(bytes)) : [FAILED, 0];
  }

  protected override getBytes(count: number): ReadResult {
    if (this.#carrier !== null) return [FAILED, NO_BYTES];
    if (this.#ahead.length < count) {
      const [error, bytes] = askBytes(this, '_get_data', count - this.#ahead.length);
      this.#ahead.push(bytes);
      if (error !== OK) return [error, NO_BYTES];
    }
    return this.#ahead.length < count ? [ERR_UNAVAILABLE, NO_BYTES] : [OK, this.#ahead.take(count)];
  }

  protected override getSomeBytes(count: number): ReadResult {
    if (this.#carrier !== null) return [FAILED, NO_BYTES];
    if (this.#ahead.length > 0 || count === 0) return [OK, this.#ahead.take(count)];
    const [error, bytes] = askBytes(this, '_get_partial_data', count);
    return [error, ownedCopy(bytes)];
  }

  protected override peekBytes(count: number): Uint8Array | null {
    if (this.#carrier !== null || this.get_available_bytes() < count) return null;
    while (this.#ahead.length < count) {
      const [error, bytes] = askBytes(this, '_get_partial_data', count - this.#ahead.length);
      this.#ahead.push(bytes);
      if (error !== OK || bytes.length === 0) return null;
    }
    return this.#ahead.peek(count);
  }
}

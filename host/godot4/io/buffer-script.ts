// A StreamPeerBuffer as a transport for TLS: bytes are written and read at its position, and the buffer's owner carries
// them on.
import type { StreamScript } from './extension-script.js';
import type { StreamPeerBuffer } from './stream-peer-buffer.js';

export class BufferScript implements StreamScript {
  readonly #buffer: StreamPeerBuffer;
  /** Nothing is read before the first write: existing bytes are not an answer, and are overwritten. */
  #isFirst: boolean;

  constructor(buffer: StreamPeerBuffer, speaksFirst: boolean) {
    this.#buffer = buffer;
    this.#isFirst = speaksFirst;
  }

  _get_available_bytes(): number {
    return this.#isFirst ? 0 : this.#buffer.get_available_bytes();
  }

  _get_data(bytes: number): [error: number, bytes: Uint8Array] {
    return this.#buffer.get_data(bytes);
  }

  _get_partial_data(bytes: number): [error: number, bytes: Uint8Array] {
    return this.#buffer.get_partial_data(bytes);
  }

  _put_data(data: Uint8Array): [error: number, sent: number] {
    return this._put_partial_data(data);
  }

  _put_partial_data(data: Uint8Array): [error: number, sent: number] {
    this.#isFirst = false;
    return this.#buffer.put_partial_data(data);
  }

  _has_ended(): boolean {
    return false;
  }

  _disconnect_from_stream(): void {}
}

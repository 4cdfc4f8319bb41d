// How Godot's read and write calls act on a buffered byte stream; TCP and TLS share it. No status lives here.
import { printError } from '../binding/error-handler.js';
import { ERR_OUT_OF_MEMORY, ERR_UNAVAILABLE, OK } from '../binding/errors.js';
import { type BufferedStream, MAX_WAITING_TO_LEAVE } from '../transport/buffered-stream.js';
import { NO_BYTES, type ReadResult, type WriteResult } from './stream-peer.js';

/** What a failing `get_data` returns: as many bytes as were asked for, `received` first and then zeros. */
export function shortRead(error: number, count: number, received: Uint8Array = NO_BYTES): ReadResult {
  const bytes = new Uint8Array(count);
  bytes.set(received);
  return [error, bytes];
}

export function putAll(stream: BufferedStream, bytes: Uint8Array): number {
  if (!stream.isIdle && bytes.length > stream.room) {
    printError(
      `put_data: no room for ${bytes.length} bytes, ${MAX_WAITING_TO_LEAVE - stream.room} of at most ` +
        `${MAX_WAITING_TO_LEAVE} wait for the network`,
    );
    return ERR_OUT_OF_MEMORY;
  }
  stream.write(bytes);
  return OK;
}

export function putSome(stream: BufferedStream, bytes: Uint8Array): WriteResult {
  if (!stream.isIdle) return [OK, 0];
  stream.write(bytes);
  return [OK, bytes.length];
}

/** `ended` is asked for the error when the end of the stream is met. */
export function getAll(stream: BufferedStream, count: number, ended: () => number): ReadResult {
  if (stream.available >= count) return [OK, stream.read(count)];
  if (stream.hasEnded) {
    const received = stream.read(count);
    return shortRead(ended(), count, received);
  }
  stream.expect(count);
  return [ERR_UNAVAILABLE, NO_BYTES];
}

export function getSome(stream: BufferedStream, count: number, ended: () => number): ReadResult {
  if (count === 0) return [OK, NO_BYTES];
  if (stream.available === 0 && stream.hasEnded) return [ended(), NO_BYTES];
  return [OK, stream.read(count)];
}

// How Godot's read and write calls act on a buffered byte stream; TCP and TLS share it. No status lives here.
import { printError } from '../binding/error-handler.js';
import { ERR_OUT_OF_MEMORY, ERR_UNAVAILABLE, OK } from '../binding/errors.js';
import type { BufferedStream } from '../transport/buffered-stream.js';
import { NO_BYTES, type ReadResult, type WriteResult } from './stream-peer.js';

/** Bytes that may wait to leave; a single write may be larger when nothing waits. */
const MAX_WAITING = 16 * 1024 * 1024;
/** The same for partial writes, which are for those who do not want to queue: about what a kernel buffers. */
const MAX_WAITING_PARTIAL = 65_536;

export function putAll(stream: BufferedStream, bytes: Uint8Array): number {
  const { waiting } = stream;
  if (waiting > 0 && waiting + bytes.length > MAX_WAITING) {
    printError(
      `put_data: no room for ${bytes.length} bytes, ${waiting} of at most ${MAX_WAITING} wait for the network`,
    );
    return ERR_OUT_OF_MEMORY;
  }
  stream.write(bytes);
  return OK;
}

export function putSome(stream: BufferedStream, bytes: Uint8Array): WriteResult {
  const { waiting } = stream;
  const sent = waiting === 0 ? bytes.length : Math.min(bytes.length, Math.max(0, MAX_WAITING_PARTIAL - waiting));
  if (sent > 0) stream.write(bytes.subarray(0, sent));
  return [OK, sent];
}

/** `ended` is asked for the error when the end of the stream is met. */
export function getAll(stream: BufferedStream, count: number, ended: () => number): ReadResult {
  if (stream.available >= count) return [OK, stream.read(count)];
  if (stream.hasEnded) {
    const received = stream.read(count);
    return [ended(), received];
  }
  stream.expect(count);
  return [ERR_UNAVAILABLE, NO_BYTES];
}

export function getSome(stream: BufferedStream, count: number, ended: () => number): ReadResult {
  if (count === 0) return [OK, NO_BYTES];
  if (stream.available === 0 && stream.hasEnded) return [ended(), NO_BYTES];
  return [OK, stream.read(count)];
}

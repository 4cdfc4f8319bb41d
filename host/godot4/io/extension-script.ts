// Checked calls of a StreamPeerExtension's script: results that violate the description are errors that name the
// method.
import { requireBool, requireBytes, requireInt, wrongType } from '../../binding/arguments.js';
import { ERR_BUSY, ERR_UNAVAILABLE, type GodotError, OK } from '../../binding/errors.js';

/** The methods of a StreamPeerExtension that a subclass overrides. */
export interface StreamScript {
  _get_available_bytes(): number;
  _get_data(bytes: number): [error: number, bytes: Uint8Array];
  _get_partial_data(bytes: number): [error: number, bytes: Uint8Array];
  _put_data(data: Uint8Array): [error: number, sent: number];
  _put_partial_data(data: Uint8Array): [error: number, sent: number];
  _has_ended(): boolean;
  _disconnect_from_stream(): void;
}

type Reader = '_get_data' | '_get_partial_data';
type Writer = '_put_data' | '_put_partial_data';

/** Whether an error means "not now"; any other ends the stream. */
export function isPassing(error: GodotError): boolean {
  return error === OK || error === ERR_BUSY || error === ERR_UNAVAILABLE;
}

export function askAvailable(script: StreamScript): number {
  return Math.max(0, requireInt('_get_available_bytes()', script._get_available_bytes()));
}

export function askEnded(script: StreamScript): boolean {
  return requireBool('_has_ended()', script._has_ended());
}

/** Reads at most `count` bytes, in memory that may belong to the script. */
export function askBytes(script: StreamScript, method: Reader, count: number): [error: GodotError, bytes: Uint8Array] {
  const result: unknown = script[method](count);
  if (!Array.isArray(result)) throw wrongType(`${method}()`, 'an array of an error and the bytes', result);
  const error = requireInt(`${method}()[0]`, result[0]);
  const bytes = requireBytes(`${method}()[1]`, result[1]);
  if (bytes.length > count) throw new RangeError(`${method}() gave ${bytes.length} bytes, asked for ${count}`);
  return [error, bytes];
}

/** Offers `data`, which then belongs to the script; returns the number of bytes taken. */
export function offerBytes(script: StreamScript, method: Writer, data: Uint8Array): [error: GodotError, sent: number] {
  const { length } = data; // read before the call: the script may transfer the bytes to another thread
  const result: unknown = script[method](data);
  if (!Array.isArray(result)) throw wrongType(`${method}()`, 'an array of an error and the number of bytes', result);
  const error = requireInt(`${method}()[0]`, result[0]);
  const sent = requireInt(`${method}()[1]`, result[1]);
  if (sent < 0 || sent > length) throw new RangeError(`${method}() took ${sent} bytes, was given ${length}`);
  return [error, sent];
}

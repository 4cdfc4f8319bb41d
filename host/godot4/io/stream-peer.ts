// Godot's StreamPeer, base of all byte streams: bytes, numbers, strings and variables. Subclasses transport the bytes.

import { decodeVariant, encodeVariant } from '#variant-codec';
import { requireBool, requireBytes, requireInt, requireString } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { StreamPeerInfo } from '../../binding/class-infos.generated.js';
import { printError } from '../../binding/error-handler.js';
import { ERR_OUT_OF_MEMORY, ERR_UNAVAILABLE, type GodotError, OK } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import { RefCounted } from '../../binding/ref-counted.js';
import type {
  Bytes,
  double,
  float,
  int8,
  int16,
  int32,
  int64,
  OwnBytes,
  uint8,
  uint16,
  uint32,
  uint64,
} from '../../binding/types.js';
import { ownedCopy } from '../../bytes.js';
import type { Crowd } from '../../protocol/crowd.js';
import { BYTE_STREAM, type ByteStream } from '../../transport/byte-stream.js';
import { readText } from '../../variant/strings.js';
import { fromHalf, toHalf } from './half-float.js';
import { narrowed, oneByteText, requireNumber, untilNul } from './stream-values.js';

/** Result of a read: an error code and the bytes. */
export type ReadResult = [error: number, bytes: OwnBytes];
/** Result of a partial write: an error code and the number of bytes taken. */
export type WriteResult = [error: number, sent: number];

/** Key of the connections of the server that has accepted a stream. */
export const CROWD: unique symbol = Symbol('crowd');

export const NO_BYTES: OwnBytes = new Uint8Array(0);

/** Largest length of a string or variable: a larger one is an error, instead of a wait for that many bytes. */
const MAX_ANNOUNCED = 268435456;
const MAX_ASKED = 0x7fff_ffff;
const PREFIX_BYTES = 4;

/** Scratch memory for numbers; a copy is sent, since the stream may itself put numbers meanwhile. */
const scratch = new DataView(new ArrayBuffer(8));
const scratchBytes = new Uint8Array(scratch.buffer);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * A stream of bytes.
 *
 * Abstract: use StreamPeerTCP, StreamPeerUDS, StreamPeerTLS or StreamPeerBuffer, or write your own as a
 * StreamPeerExtension. Numbers are sent as bytes, in the order of `big_endian`; strings and variables after the number
 * of their bytes. The stream contains no types: take values in the order in which they were put.
 */
export abstract class StreamPeer extends RefCounted {
  #bigEndian = false;
  /** Only of streams that a server has accepted. */
  declare [CROWD]?: Crowd;

  override [CLASS_INFO](): ClassInfo {
    return StreamPeerInfo();
  }

  is_big_endian_enabled(): boolean {
    return this.#bigEndian;
  }

  /** Sends an 8-bit integer; the low bits of larger ones. */
  put_8(value: int8): void {
    this.put_u8(value);
  }

  /** Sends an 8-bit integer; the low bits of larger ones. */
  put_u8(value: uint8): void {
    scratch.setUint8(0, requireInt('value', value));
    this.#send(1);
  }

  /** Sends a 16-bit integer; the low bits of larger ones. */
  put_16(value: int16): void {
    this.put_u16(value);
  }

  /** Sends a 16-bit integer; the low bits of larger ones. */
  put_u16(value: uint16): void {
    scratch.setUint16(0, requireInt('value', value), this.#isLittle);
    this.#send(2);
  }

  /** Sends a 32-bit integer; the low bits of larger ones. */
  put_32(value: int32): void {
    this.put_u32(value);
  }

  /** Sends a 32-bit integer; the low bits of larger ones. */
  put_u32(value: uint32): void {
    scratch.setUint32(0, requireInt('value', value), this.#isLittle);
    this.#send(4);
  }

  /** Sends a 64-bit integer, a number or a bigint; the low bits of larger ones. */
  put_64(value: int64): void {
    this.put_u64(value);
  }

  /** Sends a 64-bit integer, a number or a bigint; the low bits of larger ones. */
  put_u64(value: uint64): void {
    const whole = typeof value === 'bigint' ? value : BigInt(requireInt('value', value));
    scratch.setBigUint64(0, BigInt.asUintN(64, whole), this.#isLittle);
    this.#send(8);
  }

  /**
   * Sends a float of 16 bits: the nearest one, of two that are equally near the one whose last bit is 0.
   *
   * **Note:** Godot truncates instead, and sends 0 for values nearer to 0 than 2^-14. Values that a half float
   * represents exactly are otherwise the same bytes.
   */
  put_half(value: float): void {
    scratch.setUint16(0, toHalf(requireNumber(value)), this.#isLittle);
    this.#send(2);
  }

  /** Sends a float of 32 bits, the nearest one. */
  put_float(value: float): void {
    scratch.setFloat32(0, requireNumber(value), this.#isLittle);
    this.#send(4);
  }

  /** Sends a float of 64 bits. */
  put_double(value: double): void {
    scratch.setFloat64(0, requireNumber(value), this.#isLittle);
    this.#send(8);
  }

  /** Sends `value` as ASCII after its length in 32 bits; other characters become spaces. */
  put_string(value: string): void {
    this.#putPrefixed(encoder.encode(requireString('value', value).replace(/\P{ASCII}/gu, ' ')));
  }

  /** Sends `value` as UTF-8 after the number of its bytes in 32 bits. */
  put_utf8_string(value: string): void {
    this.#putPrefixed(encoder.encode(requireString('value', value)));
  }

  /**
   * Sends a Variant after the number of its bytes in 32 bits. `big_endian` affects that number only.
   *
   * `full_objects` sends objects whole instead of by their ids.
   */
  put_var(value: unknown, full_objects = false): void {
    requireBool('full_objects', full_objects);
    const { bytes, error, reason } = encodeVariant(4, value, { fullObjects: full_objects });
    if (error === OK) this.#putPrefixed(bytes);
    else printError(`put_var: ${reason}`, this);
  }

  /** Takes an 8-bit integer; 0 when there is none. */
  get_8(): int8 {
    return this.#take(1)?.getInt8(0) ?? 0;
  }

  /** Takes an 8-bit integer without sign; 0 when there is none. */
  get_u8(): uint8 {
    return this.#take(1)?.getUint8(0) ?? 0;
  }

  /** Takes a 16-bit integer; 0, and nothing taken, when fewer bytes are there. */
  get_16(): int16 {
    return this.#take(2)?.getInt16(0, this.#isLittle) ?? 0;
  }

  /** Takes a 16-bit integer without sign; 0, and nothing taken, when fewer bytes are there. */
  get_u16(): uint16 {
    return this.#take(2)?.getUint16(0, this.#isLittle) ?? 0;
  }

  /**
   * Takes a 32-bit integer.
   *
   * **Note:** Godot waits for the bytes. Here an incomplete number is returned as 0, with a message, and its bytes stay
   * in the stream; check `get_available_bytes` before. The same holds for all `get_` methods.
   */
  get_32(): int32 {
    return this.#take(4)?.getInt32(0, this.#isLittle) ?? 0;
  }

  /** Takes a 32-bit integer without sign; 0, and nothing taken, when fewer bytes are there. */
  get_u32(): uint32 {
    return this.#take(4)?.getUint32(0, this.#isLittle) ?? 0;
  }

  /** Takes a 64-bit integer: a number, or a bigint where a number can't hold it. */
  get_64(): int64 {
    return narrowed(this.#take(8)?.getBigInt64(0, this.#isLittle) ?? 0n);
  }

  /** Takes a 64-bit integer without sign: a number, or a bigint where a number can't hold it. */
  get_u64(): uint64 {
    return narrowed(this.#take(8)?.getBigUint64(0, this.#isLittle) ?? 0n);
  }

  /** Takes a float of 16 bits; 0, and nothing taken, when fewer bytes are there. */
  get_half(): float {
    return fromHalf(this.#take(2)?.getUint16(0, this.#isLittle) ?? 0);
  }

  /** Takes a float of 32 bits; 0, and nothing taken, when fewer bytes are there. */
  get_float(): float {
    return this.#take(4)?.getFloat32(0, this.#isLittle) ?? 0;
  }

  /** Takes a float of 64 bits; 0, and nothing taken, when fewer bytes are there. */
  get_double(): double {
    return this.#take(8)?.getFloat64(0, this.#isLittle) ?? 0;
  }

  /**
   * Takes a string of `bytes` characters of one byte each, or of as many as the preceding 32 bits specify.
   *
   * It ends before the first NUL. Returns '' with a message when it is incomplete; nothing is taken then.
   */
  get_string(bytes: int32 = -1): string {
    const taken = this.#takeString('get_string', bytes);
    return taken === null ? '' : oneByteText(untilNul(taken));
  }

  /**
   * Takes a string of `bytes` bytes of UTF-8, or of as many as the preceding 32 bits specify; otherwise as
   * `get_string`.
   *
   * Invalid UTF-8 becomes U+FFFD, with a message. A byte-order mark at the beginning is dropped.
   */
  get_utf8_string(bytes: int32 = -1): string {
    const taken = this.#takeString('get_utf8_string', bytes);
    if (taken === null) return '';
    const text = readText(taken, 0, taken.length, false);
    if (text === null) printError(`get_utf8_string: not all of ${taken.length} bytes is UTF-8`, this);
    return text ?? decoder.decode(untilNul(taken));
  }

  /**
   * Takes a Variant that follows the number of its bytes.
   *
   * With `allow_objects` whole objects are decoded, too, as descriptions that run nothing. Returns null with a message
   * when it is incomplete, and nothing is taken, or when it does not decode.
   */
  get_var(allow_objects = false): unknown {
    requireBool('allow_objects', allow_objects);
    const bytes = this.#takePrefixed('get_var');
    if (bytes === null) return null;
    const { error, reason, value } = decodeVariant(4, bytes, { allowObjects: allow_objects });
    if (error !== OK) printError(`get_var: ${bytes.length} bytes do not decode: ${reason}`, this);
    return value;
  }

  /**
   * Whether numbers are written and read with their most significant byte first; `false` at the start.
   *
   * @getter is_big_endian_enabled
   */
  get big_endian(): boolean {
    return this.#bigEndian;
  }

  set big_endian(enable: boolean) {
    this.set_big_endian(enable);
  }

  set_big_endian(enable: boolean): void {
    this.#bigEndian = requireBool('enable', enable);
  }

  /**
   * Sends all of `data`.
   *
   * The bytes are copied before the call returns. Returns OK, or an error when the stream can't take them; no bytes
   * at all are always OK.
   *
   * **Note:** Godot blocks until the network has taken the bytes. Here they are queued and the call returns at once;
   * while more than 16 MiB wait, it returns ERR_OUT_OF_MEMORY and takes nothing.
   */
  put_data(data: Bytes): GodotError {
    const bytes = requireBytes('data', data);
    return bytes.length === 0 ? OK : this.putBytes(bytes);
  }

  /**
   * Sends as much of `data` as the stream takes without waiting.
   *
   * Returns an error code and the number of bytes taken, which is 0 while too many earlier ones are queued.
   */
  put_partial_data(data: Bytes): WriteResult {
    const bytes = requireBytes('data', data);
    return bytes.length === 0 ? [OK, 0] : this.putSomeBytes(bytes);
  }

  /**
   * Takes exactly `bytes` bytes.
   *
   * Returns an error code and the bytes. When the stream ends before, the code is an error and zeros replace the
   * missing bytes.
   *
   * **Note:** Godot blocks until the bytes are there. Here a call that comes too early returns ERR_UNAVAILABLE and no
   * bytes; received ones stay in the stream for a later call.
   */
  get_data(bytes: int32): ReadResult {
    if (!this.#checkCount('get_data', bytes)) return [ERR_OUT_OF_MEMORY, NO_BYTES];
    const [error, taken] = this.getBytes(bytes);
    if (error === OK || error === ERR_UNAVAILABLE) return [error, taken];
    const padded = new Uint8Array(bytes);
    padded.set(taken);
    return [error, padded];
  }

  /** Takes at most `bytes` bytes, as many as are available. Returns an error code and the bytes. */
  get_partial_data(bytes: int32): ReadResult {
    return this.#checkCount('get_partial_data', bytes) ? this.getSomeBytes(bytes) : [ERR_OUT_OF_MEMORY, NO_BYTES];
  }

  /**
   * Number of bytes that can be taken now.
   *
   * @const
   */
  abstract get_available_bytes(): int32;

  /** The underlying byte stream, for a peer that takes it over; null where there is none. */
  [BYTE_STREAM](): ByteStream | null {
    return null;
  }

  // Never called with no bytes, or with a negative count.
  protected abstract putBytes(bytes: Uint8Array): GodotError;
  protected abstract putSomeBytes(bytes: Uint8Array): WriteResult;
  /** On an error, returns the fewer remaining bytes, which are taken; none on ERR_UNAVAILABLE. */
  protected abstract getBytes(count: number): ReadResult;
  protected abstract getSomeBytes(count: number): ReadResult;
  /** The next `count` bytes, without taking them; null when there are fewer. */
  protected abstract peekBytes(count: number): Uint8Array | null;

  #checkCount(method: string, count: number): boolean {
    if (requireInt('bytes', count) >= 0 && count <= MAX_ASKED) return true;
    printError(`${method}: bytes must be 0 to ${MAX_ASKED}, got ${count}`, this);
    return false;
  }

  get #isLittle(): boolean {
    return !this.is_big_endian_enabled();
  }

  #send(count: number): void {
    this.putBytes(ownedCopy(scratchBytes.subarray(0, count)));
  }

  #putPrefixed(bytes: Uint8Array): void {
    const whole = new Uint8Array(PREFIX_BYTES + bytes.length);
    new DataView(whole.buffer).setUint32(0, bytes.length, this.#isLittle);
    whole.set(bytes, PREFIX_BYTES);
    this.putBytes(whole);
  }

  #take(count: number): DataView | null {
    const [error, bytes] = this.getBytes(count);
    if (error === OK) return new DataView(bytes.buffer, bytes.byteOffset, count);
    if (error === ERR_UNAVAILABLE) printError(`only a part of ${count} bytes has arrived yet`, this);
    return null;
  }

  #takeString(method: string, count: number): Uint8Array | null {
    if (requireInt('bytes', count) < 0) return this.#takePrefixed(method);
    if (count <= MAX_ASKED) return this.#takeAll(method, count);
    printError(`${method}: bytes must be at most ${MAX_ASKED}, got ${count}`, this);
    return null;
  }

  /** Takes bytes that follow their length; nothing is taken until all of them are available. */
  #takePrefixed(method: string): Uint8Array | null {
    const ahead = this.peekBytes(PREFIX_BYTES);
    // Fewer are available: a stream at its end drops them, another keeps them, and a script's may wait for the rest.
    const prefix = ahead ?? this.#takeAll(method, PREFIX_BYTES);
    if (prefix === null) return null;
    const length = new DataView(prefix.buffer, prefix.byteOffset).getInt32(0, this.#isLittle);
    const skipped = ahead === null ? 0 : PREFIX_BYTES;
    if (length >= 0 && length <= MAX_ANNOUNCED) {
      return this.#takeAll(method, skipped + length)?.subarray(skipped) ?? null;
    }
    if (skipped > 0) this.getBytes(skipped);
    printError(`${method}: the length must be 0 to ${MAX_ANNOUNCED}, got ${length}`, this);
    return null;
  }

  #takeAll(method: string, count: number): Uint8Array | null {
    const [error, bytes] = this.getBytes(count);
    if (error === OK) return bytes;
    printError(`${method}: only a part of ${count} bytes is there`, this);
    return null;
  }
}

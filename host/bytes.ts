// The one way to copy bytes that somebody else may write to, keep or give away.

/** `Uint8Array<ArrayBuffer>`, said so that declarations hold in TypeScript before 5.7, too, which has no such type. */
export type OwnBytes = ReturnType<Uint8ArrayConstructor['of']>;

/** Any ArrayBuffer or view as the bytes that it covers, also of another realm or shared; no copy. Null for what is none. */
export function viewOf(value: unknown): Uint8Array | null {
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return kindOf(value).endsWith('ArrayBuffer]') ? new Uint8Array(value as ArrayBuffer) : null;
}

/** What the runtime calls the kind of `value`, whatever realm it is of: `[object ArrayBuffer]`. */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value);
}

/**
 * A copy of `bytes` in memory of its own, whatever kind of array they come in.
 *
 * `bytes.slice()` is none: of a Node `Buffer` it is a view of the same memory, which others may lie in, too.
 */
export function ownedCopy(bytes: Uint8Array): OwnBytes {
  return new Uint8Array(bytes);
}

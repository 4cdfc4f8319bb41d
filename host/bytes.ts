// The one way to copy bytes that somebody else may write to, keep or give away.

/**
 * A copy of `bytes` in memory of its own, whatever kind of array they come in.
 *
 * `bytes.slice()` is none: of a Node `Buffer` it is a view of the same memory, which others may lie in, too.
 */
export function ownedCopy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

// The one way to copy bytes that somebody else may write to, keep or give away.

/** `Uint8Array<ArrayBuffer>`, said so that declarations hold in TypeScript before 5.7, too, which has no such type. */
export type OwnBytes = ReturnType<Uint8ArrayConstructor['of']>;

/**
 * A copy of `bytes` in memory of its own, whatever kind of array they come in.
 *
 * `bytes.slice()` is none: of a Node `Buffer` it is a view of the same memory, which others may lie in, too.
 */
export function ownedCopy(bytes: Uint8Array): OwnBytes {
  return new Uint8Array(bytes);
}

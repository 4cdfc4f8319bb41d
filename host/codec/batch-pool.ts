// Pool of buffers for outgoing frames: a buffer returns after its write. Shared by all connections; limited in number
// and bytes.

/** Size of the usual buffer: enough for most turns of most connections. */
const USUAL_SIZE = 65536;
/** Most usual buffers that exist; when none is left, a connection gets a buffer of just the needed size. */
const MAX_USUAL = 32;
/** Most bytes of larger buffers that are kept for their next use. */
const MAX_LARGE_BYTES = 8388608;

const usual: Uint8Array[] = [];
let usualMade = 0;
const large: Uint8Array[] = [];
let largeBytes = 0;

/** A buffer with room for `size` bytes; it still contains old frames. */
export function takeBatch(size: number): Uint8Array {
  if (size <= USUAL_SIZE) {
    const batch = usual.pop();
    if (batch !== undefined) return batch;
    if (usualMade >= MAX_USUAL) return new Uint8Array(size);
    usualMade += 1;
    return new Uint8Array(USUAL_SIZE);
  }
  const index = large.findIndex((batch) => batch.length >= size && batch.length <= 2 * size);
  if (index < 0) return new Uint8Array(size);
  const [batch] = large.splice(index, 1) as [Uint8Array];
  largeBytes -= batch.length;
  return batch;
}

/** Returns `batch` to the pool: nothing reads it any more. */
export function giveBatch(batch: Uint8Array): void {
  if (batch.length === USUAL_SIZE) {
    if (usual.length < MAX_USUAL) usual.push(batch);
  } else if (batch.length > USUAL_SIZE && largeBytes + batch.length <= MAX_LARGE_BYTES) {
    large.push(batch);
    largeBytes += batch.length;
  }
}

/** `batch` is not returned: it may be read for an unknown time. */
export function loseBatch(batch: Uint8Array): void {
  if (batch.length === USUAL_SIZE) usualMade -= 1;
}

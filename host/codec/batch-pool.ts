// Buffers that frames leave in, used again and again: what a write has handed over comes back here. Shared by all
// connections; bounded in number and in bytes.

/** What most turns of most connections fit into. */
const USUAL_SIZE = 65536;
/** Usual buffers that exist at the most; a connection that finds none left gets what it needs and no more. */
const MAX_USUAL = 32;
/** Larger buffers that wait for their next use, in bytes at the most. */
const MAX_LARGE_BYTES = 8388608;

const usual: Uint8Array[] = [];
let usualMade = 0;
const large: Uint8Array[] = [];
let largeBytes = 0;

/** A buffer with room for `size` bytes; its contents are anybody's old frames. */
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

/** Nobody reads `batch` any more. */
export function giveBatch(batch: Uint8Array): void {
  if (batch.length === USUAL_SIZE) {
    if (usual.length < MAX_USUAL) usual.push(batch);
  } else if (batch.length > USUAL_SIZE && largeBytes + batch.length <= MAX_LARGE_BYTES) {
    large.push(batch);
    largeBytes += batch.length;
  }
}

/** `batch` does not come back: somebody may read it for as long as he likes. */
export function loseBatch(batch: Uint8Array): void {
  if (batch.length === USUAL_SIZE) usualMade -= 1;
}

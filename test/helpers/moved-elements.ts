// Counter of array elements moved by removals at the front: the cost of a queue, independent of the clock.

/** How many elements `Array.shift` and `Array.splice` move to other places while `run` runs. */
export async function movedBy(run: () => unknown): Promise<number> {
  let moved = 0;
  const { prototype } = Array;
  const { shift, splice } = prototype;
  prototype.shift = function (this: unknown[]): unknown {
    moved += Math.max(0, this.length - 1);
    return shift.call(this);
  };
  prototype.splice = function (this: unknown[], ...args: [number, number, ...unknown[]]): unknown[] {
    const before = this.length;
    const gone = splice.apply(this, args);
    if (gone.length > 0) moved += before - args[0] - gone.length;
    return gone;
  };
  try {
    await run();
  } finally {
    Object.assign(prototype, { shift, splice });
  }
  return moved;
}

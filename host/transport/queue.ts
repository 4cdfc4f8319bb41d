// A queue: an array with the index of the first item. `Array.shift` would move all items, which takes seconds when a
// hundred thousand wait.

/** Number of empty slots at the front that makes the rest move up. */
const MOST_EMPTY = 1024;

export class Queue<T> {
  // items:  [ taken | waiting ]
  //           0      #head
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** The first item; undefined when the queue is empty. */
  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the first item; undefined when the queue is empty. */
  take(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.length === 0) this.clear();
    else if (this.#head >= MOST_EMPTY && this.#head >= this.length) {
      // As many places are empty as are moved: each thing is moved once at the most on the average.
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return item;
  }

  clear(): void {
    this.#items.length = 0;
    this.#head = 0;
  }
}

// Things in the order of their arrival: an array and the index of the first. `Array.shift` moves all that follow, which
// takes seconds when a hundred thousand wait.

/** When so many places at the front are empty, the rest moves up. */
const MOST_EMPTY = 1024;

export class Queue<T> {
  // items:  [ taken | waiting ]
  //           0      #head
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** What came first; undefined when nothing waits. */
  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes what came first; undefined when nothing waits. */
  take(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.length === 0) this.clear();
    else if (this.#head >= MOST_EMPTY && this.#head >= this.length) this.#moveUp();
    return item;
  }

  /** Puts `item` in the place of what came first; something must wait. */
  replaceFirst(item: T): void {
    this.#items[this.#head] = item;
  }

  clear(): void {
    this.#items.length = 0;
    this.#head = 0;
  }

  /** What waits, the first first. */
  toArray(): T[] {
    return this.#items.slice(this.#head) as T[];
  }

  /** As many places are empty as are moved: each thing is moved once at the most on the average. */
  #moveUp(): void {
    this.#items.splice(0, this.#head);
    this.#head = 0;
  }
}

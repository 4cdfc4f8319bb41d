// Things by whose they are: who has most of them, and the oldest and the newest of each owner, in constant time.

/** A place in a chain. */
export class Link<T> {
  readonly value: T;
  before: Link<T> | null = null;
  after: Link<T> | null = null;

  constructor(value: T) {
    this.value = value;
  }
}

/** A queue from which anything can be removed. */
export class Chain<T> {
  #first: Link<T> | null = null;
  #last: Link<T> | null = null;

  get first(): T | null {
    return this.#first?.value ?? null;
  }

  get last(): T | null {
    return this.#last?.value ?? null;
  }

  add(value: T): Link<T> {
    const link = new Link(value);
    link.before = this.#last;
    if (this.#last === null) this.#first = link;
    else this.#last.after = link;
    this.#last = link;
    return link;
  }

  remove({ before, after }: Link<T>): void {
    if (before === null) this.#first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
  }
}

/** What one owner has; null is nobody, who owns one thing at a time. */
class Share<T> {
  readonly owner: string | null;
  readonly things = new Chain<T>();
  size = 0;
  /** Its place among the shares of the same size. */
  place: Link<Share<T>> | null = null;

  constructor(owner: string | null) {
    this.owner = owner;
  }
}

/** A thing that is counted, until it is removed. */
export interface Holding<T> {
  readonly share: Share<T>;
  readonly inShare: Link<T>;
}

export class Shares<T> {
  readonly #byOwner = new Map<string, Share<T>>();
  /** Shares by size, in the order in which they have become that large; as long as the largest one. */
  readonly #bySize: Chain<Share<T>>[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The largest share: of equal ones that which has been that large for longest; null without things. */
  get largest(): { readonly size: number; readonly oldest: T; readonly newest: T } | null {
    const share = this.#bySize.at(-1)?.first ?? null;
    if (share === null) return null;
    return { size: share.size, oldest: share.things.first as T, newest: share.things.last as T };
  }

  /** Number of things of `owner`. */
  of(owner: string): number {
    return this.#byOwner.get(owner)?.size ?? 0;
  }

  /** Adds `thing`; null is nobody's, who is never counted together with anybody. */
  add(thing: T, owner: string | null): Holding<T> {
    const share = this.#shareOf(owner);
    this.#resize(share, 1);
    this.#count += 1;
    return { share, inShare: share.things.add(thing) };
  }

  /** Removes what `add` has added, once. */
  remove({ share, inShare }: Holding<T>): void {
    share.things.remove(inShare);
    this.#resize(share, -1);
    this.#count -= 1;
    if (share.size === 0 && share.owner !== null) this.#byOwner.delete(share.owner);
  }

  #shareOf(owner: string | null): Share<T> {
    const known = owner === null ? undefined : this.#byOwner.get(owner);
    if (known !== undefined) return known;
    const share = new Share<T>(owner);
    if (owner !== null) this.#byOwner.set(owner, share);
    return share;
  }

  #resize(share: Share<T>, by: 1 | -1): void {
    const sizes = this.#bySize;
    if (share.place !== null) sizes[share.size - 1]?.remove(share.place);
    share.size += by;
    share.place = null;
    if (share.size > 0) {
      const equals = sizes[share.size - 1] ?? new Chain<Share<T>>();
      sizes[share.size - 1] = equals;
      share.place = equals.add(share);
    }
    if (sizes.at(-1)?.first === null) sizes.pop();
  }
}

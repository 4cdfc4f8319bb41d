// Properties by paths such as `Gun:heat` or `.:position:x`: reading and writing those of JavaScript objects.
import type { Node } from './node.js';

type Members = Record<string, unknown>;

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null;

/** A property of a node, or a part of its value; of no node at all when that is missing. */
export class Property {
  readonly path: string;
  readonly #node: Node | null;
  /** Names from the node inwards, at least one. */
  readonly #names: readonly string[];

  constructor(path: string, node: Node | null, names: readonly string[]) {
    this.path = path;
    this.#node = node;
    this.#names = names;
  }

  get exists(): boolean {
    let value: unknown = this.#node;
    for (const name of this.#names) {
      if (!isObject(value) || !(name in value)) return false;
      value = value[name];
    }
    return true;
  }

  /** Its value. Throws when there is no such property. */
  get(): unknown {
    let value: unknown = this.#node;
    for (const name of this.#names) {
      if (!isObject(value) || !(name in value)) throw new Error('there is no such property');
      value = value[name];
    }
    return value;
  }

  /** Its value, undefined when there is no such property or its getter throws. */
  peek(): unknown {
    try {
      return this.get();
    } catch {
      return undefined;
    }
  }

  /**
   * Sets it, if it is there; a part of a value is changed in place, and the value is set again, so that a setter hears
   * of it.
   */
  set(value: unknown): void {
    const first = this.#names[0] as string;
    const last = this.#names.length - 1;
    const node = this.#node as unknown as Members | null;
    if (node === null || !(first in node)) return;
    if (last === 0) {
      node[first] = value;
      return;
    }
    const whole = node[first];
    let holder = whole;
    for (let i = 1; i < last; i += 1) holder = isObject(holder) ? holder[this.#names[i] as string] : undefined;
    const name = this.#names[last] as string;
    if (!isObject(holder) || !(name in holder)) return;
    holder[name] = value;
    node[first] = whole;
  }
}

/** The property at `path` from `root`; null when its node is not there. */
export function propertyAt(root: Node, path: string): Property | null {
  const [nodePath = '', ...names] = path.split(':');
  const node = nodePath === '' || nodePath === '.' ? root : root.get_node_or_null(nodePath);
  return node === null || names.length === 0 ? null : new Property(path, node, names);
}

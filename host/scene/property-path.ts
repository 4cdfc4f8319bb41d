// Properties by paths such as `Gun:heat` or `.:position:x`: reading and writing those of JavaScript objects.
import type { Node } from './node.js';

type Members = Record<string, unknown>;

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null;

/** A property of a node, or a part of its value. */
export class Property {
  readonly #node: Node;
  /** Names from the node inwards, at least one. */
  readonly #names: readonly string[];

  constructor(node: Node, names: readonly string[]) {
    this.#node = node;
    this.#names = names;
  }

  /** Undefined when there is no such property. */
  get(): unknown {
    let value: unknown = this.#node;
    for (const name of this.#names) {
      if (!isObject(value)) return undefined;
      value = value[name];
    }
    return value;
  }

  /** Sets it; a part of a value is changed in place, and the value is set again, so that a setter hears of it. */
  set(value: unknown): void {
    const [first, ...parts] = this.#names;
    const node = this.#node as unknown as Members;
    const last = parts.pop();
    if (last === undefined) {
      node[first as string] = value;
      return;
    }
    const whole = node[first as string];
    let holder = whole;
    for (const part of parts) holder = isObject(holder) ? holder[part] : undefined;
    if (!isObject(holder)) return;
    holder[last] = value;
    node[first as string] = whole;
  }
}

/** The property at `path` from `root`; null when its node is not there. */
export function propertyAt(root: Node, path: string): Property | null {
  const [nodePath = '', ...names] = path.split(':');
  const node = nodePath === '' || nodePath === '.' ? root : root.get_node_or_null(nodePath);
  return node === null || names.length === 0 ? null : new Property(node, names);
}

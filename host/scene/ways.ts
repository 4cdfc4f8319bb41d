// Ways through a tree of nodes: from one to another, as paths.

/** A node, as far as ways need it. */
interface Placed<N> {
  readonly name: string;
  get_parent(): N | null;
}

/** Path of `node` from the topmost one above it, whose name it begins with. */
export function pathFromTop<N extends Placed<N>>(node: N): string {
  let path = node.name;
  for (let at = node.get_parent(); at !== null; at = at.get_parent()) path = `${at.name}/${path}`;
  return path;
}

/** Path from one node to another, '.' to itself; null when nothing is above both. */
export function pathBetween<N extends Placed<N>>(from: N, to: N): string | null {
  const above = new Map<N, number>();
  for (let at: N | null = from; at !== null; at = at.get_parent()) above.set(at, above.size);
  const names: string[] = [];
  for (let at: N | null = to; at !== null; at = at.get_parent()) {
    const up = above.get(at);
    if (up !== undefined) return [...Array<string>(up).fill('..'), ...names].join('/') || '.';
    names.unshift(at.name);
  }
  return null;
}

/** The node that `names` lead to from `from`; null when there is none. */
export function follow<N extends Placed<N>>(
  from: N,
  names: readonly string[],
  childOf: (node: N, name: string) => N | undefined,
): N | null {
  let at: N | null = from;
  for (const name of names) {
    if (at === null) return null;
    if (name === '..') at = at.get_parent();
    else if (name !== '.') at = childOf(at, name) ?? null;
  }
  return at;
}

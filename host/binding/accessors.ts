// Properties that are made from a table, as if they were written in the class: each with its `get_` and `set_` methods.

/**
 * Gives the class of `prototype` the property `name`: `read` and `write` are what its methods do.
 *
 * The property goes through the setter, which a script's class may override.
 */
export function defineAccessors<Owner extends object>(
  prototype: Owner,
  name: string,
  read: (owner: Owner) => unknown,
  write: (owner: Owner, value: unknown) => void,
): void {
  const setter = `set_${name}`;
  const members = {
    get [name](): unknown {
      return read(this as unknown as Owner);
    },
    set [name](value: unknown) {
      (this as unknown as Record<string, (value: unknown) => void>)[setter]?.(value);
    },
    [`get_${name}`](this: Owner) {
      return read(this);
    },
    [setter](this: Owner, value: unknown) {
      write(this, value);
    },
  };
  for (const [key, member] of Object.entries(Object.getOwnPropertyDescriptors(members))) {
    Object.defineProperty(prototype, key, { ...member, enumerable: false });
  }
}

// Properties defined from a table, each with its `get_` and `set_` methods, as if they were written in the class.

/**
 * Defines the property `name` on `prototype`; `read` and `write` implement its methods.
 *
 * Assigning the property calls the setter, which a script's class may override.
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
  for (const key in members) {
    Object.defineProperty(prototype, key, { ...Object.getOwnPropertyDescriptor(members, key), enumerable: false });
  }
}

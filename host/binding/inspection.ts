// How console.log shows an object of this package: its class and what describes its state, instead of private fields.

/** Key of the method that Node, Deno and Bun call to show an object. */
export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** What an object shows, in order. */
export type Shown = Readonly<Record<string, unknown>>;

interface Inspected {
  get_class(): string;
}

/** Node's options, of which only the depth matters here. */
interface InspectOptions {
  readonly depth?: number | null;
}

type Inspect = (value: unknown, options: InspectOptions) => string;

/** Makes objects with this prototype show `describe(object)`. */
export function defineInspection<T extends Inspected>(prototype: T, describe: (one: T) => Shown): void {
  Object.defineProperty(prototype, INSPECT, {
    configurable: true,
    writable: true,
    value(this: T, depth: number, options: InspectOptions, inspect: Inspect): string {
      const name = this.get_class();
      if (depth < 0) return `[${name}]`;
      try {
        return `${name} ${inspect(describe(this), options)}`;
      } catch {
        return `[${name}: a prototype]`; // which has no state
      }
    },
  });
}

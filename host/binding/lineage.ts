// Look-up of the descriptions of an object or a class: its own, those of its base classes, and members by name.
import type { ClassInfo, MethodInfo, PropertyInfo, SignalInfo } from './class-info.js';
import { madeOnce } from './made-once.js';

/** Key of the method that returns a class's description; a class without its own is a script's class. */
export const CLASS_INFO = Symbol('class info');

/** The prototype of a class, or an object. */
export interface Described {
  [CLASS_INFO](): ClassInfo;
}

/**
 * Descriptions of the class with this prototype and of all its base classes, its own first.
 *
 * Skips base classes of another generation that are an implementation detail: `inherits` does not name them.
 */
export const lineageOf: (prototype: Described) => readonly ClassInfo[] = /* @__PURE__ */ madeOnce((prototype) => {
  const lineage: ClassInfo[] = [];
  for (let at: Described | null = prototype; at !== null; at = Object.getPrototypeOf(at)) {
    if (!Object.hasOwn(at, CLASS_INFO)) continue;
    const info = at[CLASS_INFO]();
    const below = lineage.at(-1);
    if (below === undefined || below.inherits === info.name) lineage.push(info);
  }
  return lineage;
});

/** Names of all signals of the class with this prototype; made once, as emitting nothing to nobody asks for it. */
export const signalsOf: (prototype: Described) => ReadonlySet<string> = /* @__PURE__ */ madeOnce(
  (prototype) => new Set(lineageOf(prototype).flatMap((info) => info.signals.map(({ name }) => name))),
);

export function findMethod(lineage: readonly ClassInfo[], name: string): MethodInfo | undefined {
  return find(lineage, (info) => info.methods.find((method) => method.name === name));
}

export function findProperty(lineage: readonly ClassInfo[], name: string): PropertyInfo | undefined {
  return find(lineage, (info) => info.properties.find((property) => property.name === name));
}

export function findSignal(lineage: readonly ClassInfo[], name: string): SignalInfo | undefined {
  return find(lineage, (info) => info.signals.find((signal) => signal.name === name));
}

/** Value of an enum's member or of another constant. */
export function findConstant(lineage: readonly ClassInfo[], name: string): number | undefined {
  return find(lineage, ({ constants, enums }) => {
    const groups = [constants, ...enums.map(({ values }) => values)];
    return groups.find((values) => Object.hasOwn(values, name))?.[name];
  });
}

function find<T>(lineage: readonly ClassInfo[], look: (info: ClassInfo) => T | undefined): T | undefined {
  for (const info of lineage) {
    const found = look(info);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether `name` is a method of a script's class that extends a class of the API. */
export function isScriptMethod(object: Described, name: string): boolean {
  if (name === 'constructor') return false;
  let at: Described = Object.getPrototypeOf(object);
  while (!Object.hasOwn(at, CLASS_INFO)) {
    const { value } = Object.getOwnPropertyDescriptor(at, name) ?? {};
    if (value !== undefined) return typeof value === 'function';
    at = Object.getPrototypeOf(at);
  }
  return false;
}

/** How many arguments `method` must have and how many it may have. */
export function arityOf({ args, isVararg }: MethodInfo): { least: number; most: number } {
  const optional = args.filter((argument) => 'default' in argument).length;
  return { least: args.length - optional, most: isVararg ? Number.POSITIVE_INFINITY : args.length };
}

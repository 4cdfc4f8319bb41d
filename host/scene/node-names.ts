// Names of nodes: which characters they have, and which name a node gets beside one that has it already.

/** Characters that mean something in a path. */
const FORBIDDEN = /[.:@/"%\0]/g;

/** `name` with an underscore in the place of each character that a name can't have. */
export const validName = (name: string): string => name.replace(FORBIDDEN, '_');

const NUMBER_AT_END = /\d+$/;

/** A name like `name` that `isTaken` does not know: with a number at its end, counted up. */
export function readableName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  const digits = NUMBER_AT_END.exec(name)?.[0] ?? '';
  const stem = name.slice(0, name.length - digits.length);
  let number = digits === '' ? 2 : Number(digits) + 1;
  const next = (): string => `${stem}${String(number).padStart(digits.length, '0')}`;
  while (isTaken(next())) number += 1;
  return next();
}

let lastUnnamed = 1;

/** A name that nobody has: how nodes are called whose name nobody will read. */
function unreadableName(type: string, isTaken: (name: string) => boolean): string {
  let name: string;
  do {
    lastUnnamed += 1;
    name = `@${type}@${lastUnnamed}`;
  } while (isTaken(name));
  return name;
}

/** `name`, or one that nobody has when it is empty or taken. */
export function freeName(name: string, type: string, isTaken: (name: string) => boolean): string {
  return name === '' || isTaken(name) ? unreadableName(type, isTaken) : name;
}

/** Gives the entry at `before` the key `after`, in the same place. */
export function rekey<T>(map: Map<string, T>, before: string, after: string): void {
  const entries = [...map];
  map.clear();
  for (const [name, one] of entries) map.set(name === before ? after : name, one);
}

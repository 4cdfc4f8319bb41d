// List of all classes with their descriptions, base classes first.
import type { GodotClass } from '../binding/class-db.js';
import type { ClassInfo } from '../binding/class-info.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { allClasses } from '../godot4/classes.generated.js';

export interface DescribedClass {
  readonly info: ClassInfo;
  readonly type: GodotClass;
}

export function describedClasses(): DescribedClass[] {
  const all = allClasses().map((type) => ({ type, info: type.prototype[CLASS_INFO]() }));
  const placed = new Set(['']);
  const ordered: DescribedClass[] = [];
  while (ordered.length < all.length) {
    const next = all.filter(({ info }) => !placed.has(info.name) && placed.has(info.inherits));
    for (const one of next) placed.add(one.info.name);
    ordered.push(...next);
  }
  return ordered;
}

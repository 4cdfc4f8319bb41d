// Godot's ClassDB over the classes of this generation. Wiring only.
import { type ApiType, ClassDatabase } from '../binding/class-db.js';
import { allClasses } from './classes.generated.js';

export namespace ClassDB {
  /** What a class belongs to: one of the group APIType. */
  export type APIType = ApiType;
}

/** Every class of the API, by name: what there is, and what each class has. */
export const ClassDB = /* @__PURE__ */ new ClassDatabase(allClasses);

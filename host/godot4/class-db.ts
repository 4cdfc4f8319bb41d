// Godot's ClassDB with the classes of Godot 4.
import { type ApiType, ClassDatabase } from '../binding/class-db.js';
import { allClasses } from './classes.generated.js';

export namespace ClassDB {
  /** API that a class belongs to: one of the group APIType. */
  export type APIType = ApiType;
}

/** Information about every class of the API, by name. */
export const ClassDB = /* @__PURE__ */ new ClassDatabase(allClasses);

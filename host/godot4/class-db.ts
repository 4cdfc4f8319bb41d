// Godot's ClassDB over the classes of this generation. Wiring only.
import { ClassDatabase } from '../binding/class-db.js';
import { allClasses } from './classes.generated.js';

/** Every class of the API, by name: what there is, and what each class has. */
export const ClassDB = /* @__PURE__ */ new ClassDatabase(allClasses);

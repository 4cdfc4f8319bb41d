// What the parts of the module's writer share.
import type { Names } from './names.js';
import type { Plan } from './plan.js';
import type { Project } from './project.js';
import type { Variants } from './types.js';

export interface Writing {
  readonly project: Project;
  readonly plan: Plan;
  readonly isTyped: boolean;
  readonly names: Names;
  readonly variants: Variants;
  /** Names of classes by keys of scripts, of functions by paths of scenes. */
  readonly classNames: ReadonlyMap<string, string>;
  readonly functionNames: ReadonlyMap<string, string>;
  /** Names of constants with configurations of synchronizers, by their texts. */
  readonly configs: Map<string, string>;
  /** Names that are imported from websocketpeer/scene, as values and as types. */
  readonly used: Set<string>;
  readonly usedTypes: Set<string>;
}

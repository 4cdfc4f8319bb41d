// Godot's SceneReplicationConfig: which properties a MultiplayerSynchronizer sends, and when.
import { requireBool, requireInt, requireString } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { printError } from '../binding/error-handler.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { type ConstantsOf, defineConstants } from '../binding/signal.js';
import type { int32, NodePath } from '../binding/types.js';
import { Resource } from '../godot4/io/resource.js';
import { SceneReplicationConfigInfo } from './class-infos.generated.js';

/** When a property is sent. */
const ReplicationMode = {
  REPLICATION_MODE_NEVER: 0,
  REPLICATION_MODE_ALWAYS: 1,
  REPLICATION_MODE_ON_CHANGE: 2,
} as const;

interface Replicated {
  readonly path: NodePath;
  spawn: boolean;
  mode: SceneReplicationConfig.ReplicationMode;
}

/** Lists of paths by their use, made again after a change. */
export interface PathLists {
  readonly spawn: readonly NodePath[];
  readonly always: readonly NodePath[];
  readonly onChange: readonly NodePath[];
}

/** Key of the lists of a configuration. */
export const LISTS: unique symbol = Symbol('lists of paths');

export interface SceneReplicationConfig extends ConstantsOf<typeof SceneReplicationConfig> {}

export namespace SceneReplicationConfig {
  export type ReplicationMode =
    (typeof SceneReplicationConfig.ReplicationMode)[keyof typeof SceneReplicationConfig.ReplicationMode];
}

/**
 * The properties that a MultiplayerSynchronizer sends, in order.
 *
 * A property is a path from the synchronizer's root: `.:position` is its property `position`, `Gun:heat` that of its
 * child `Gun`, `.:position:x` a part of a value. The JavaScript property has the same name. Both sides need the same
 * list.
 */
export class SceneReplicationConfig extends Resource {
  /** The property is not sent, except with the spawn. */
  declare static readonly REPLICATION_MODE_NEVER: (typeof ReplicationMode)['REPLICATION_MODE_NEVER'];
  /** The property is sent at each `replication_interval`. */
  declare static readonly REPLICATION_MODE_ALWAYS: (typeof ReplicationMode)['REPLICATION_MODE_ALWAYS'];
  /** The property is sent when it has changed, at each `delta_interval`. */
  declare static readonly REPLICATION_MODE_ON_CHANGE: (typeof ReplicationMode)['REPLICATION_MODE_ON_CHANGE'];
  static readonly ReplicationMode = Object.freeze(ReplicationMode);

  static {
    Object.assign(this, this.ReplicationMode);
    defineConstants(this);
  }

  #properties: Replicated[] = [];
  #lists: PathLists | null = null;

  override [CLASS_INFO](): ClassInfo {
    return SceneReplicationConfigInfo(SceneReplicationConfig);
  }

  /**
   * Paths of all properties, in order.
   *
   * @godotReturns typedarray::NodePath
   * @const
   */
  get_properties(): NodePath[] {
    return this.#properties.map(({ path }) => path);
  }

  /**
   * Adds a property before the one at `index`, at the end for a negative one: sent with the spawn and ALWAYS.
   *
   * Prints when the property is there already, the path names none, or `index` is larger than their number.
   */
  add_property(path: NodePath, index: int32 = -1): void {
    if (!/:./.test(requireString('path', path))) {
      printError(`add_property: "${path}" names no property; ".:${path}" is one of the root`, this);
      return;
    }
    if (this.has_property(path)) {
      printError(`add_property: "${path}" is there already`, this);
      return;
    }
    const count = this.#properties.length;
    if (requireInt('index', index) > count) {
      printError(`add_property: the index must be at most ${count}, got ${index}`, this);
      return;
    }
    const at = index < 0 ? count : index;
    this.#properties.splice(at, 0, { path, spawn: true, mode: SceneReplicationConfig.REPLICATION_MODE_ALWAYS });
    this.#lists = null;
  }

  /**
   * Whether the property is in the list.
   *
   * @const
   */
  has_property(path: NodePath): boolean {
    return this.#indexOf(path) >= 0;
  }

  /** Removes the property; does nothing when it is not there. */
  remove_property(path: NodePath): void {
    this.#properties = this.#properties.filter((one) => one.path !== path);
    this.#lists = null;
  }

  /**
   * Place of the property in the list; prints and returns -1 when it is not there.
   *
   * @const
   */
  property_get_index(path: NodePath): int32 {
    const index = this.#indexOf(path);
    if (index < 0) printError(`property_get_index: there is no property "${path}"`, this);
    return index;
  }

  #indexOf(path: NodePath): int32 {
    requireString('path', path);
    return this.#properties.findIndex((one) => one.path === path);
  }

  /** Whether the property is sent with the spawn; `true` unless set. Prints when it is not there. */
  property_get_spawn(path: NodePath): boolean {
    return this.#find('property_get_spawn', path)?.spawn ?? false;
  }
  /** Sets whether the property is sent with the spawn. Prints when it is not there. */
  property_set_spawn(path: NodePath, enabled: boolean): void {
    requireBool('enabled', enabled);
    this.#change('property_set_spawn', path, (one) => {
      one.spawn = enabled;
    });
  }

  /** When the property is sent; REPLICATION_MODE_ALWAYS unless set. Prints when it is not there. */
  property_get_replication_mode(path: NodePath): SceneReplicationConfig.ReplicationMode {
    return this.#find('property_get_replication_mode', path)?.mode ?? 0;
  }
  /** Sets when the property is sent. Prints when it is not there. */
  property_set_replication_mode(path: NodePath, mode: SceneReplicationConfig.ReplicationMode): void {
    requireInt('mode', mode);
    this.#change('property_set_replication_mode', path, (one) => {
      one.mode = mode;
    });
  }

  /** Whether the mode is REPLICATION_MODE_ALWAYS; use `property_get_replication_mode`. */
  property_get_sync(path: NodePath): boolean {
    return this.property_get_replication_mode(path) === SceneReplicationConfig.REPLICATION_MODE_ALWAYS;
  }
  /** Sets the mode REPLICATION_MODE_ALWAYS, or takes it back to NEVER; use `property_set_replication_mode`. */
  property_set_sync(path: NodePath, enabled: boolean): void {
    this.#switch(path, requireBool('enabled', enabled), SceneReplicationConfig.REPLICATION_MODE_ALWAYS);
  }

  /** Whether the mode is REPLICATION_MODE_ON_CHANGE; use `property_get_replication_mode`. */
  property_get_watch(path: NodePath): boolean {
    return this.property_get_replication_mode(path) === SceneReplicationConfig.REPLICATION_MODE_ON_CHANGE;
  }
  /** Sets the mode REPLICATION_MODE_ON_CHANGE, or takes it back to NEVER; use `property_set_replication_mode`. */
  property_set_watch(path: NodePath, enabled: boolean): void {
    this.#switch(path, requireBool('enabled', enabled), SceneReplicationConfig.REPLICATION_MODE_ON_CHANGE);
  }

  #switch(path: NodePath, enabled: boolean, mode: SceneReplicationConfig.ReplicationMode): void {
    const isOn = this.property_get_replication_mode(path) === mode;
    if (isOn !== enabled) this.property_set_replication_mode(path, enabled ? mode : 0);
  }

  #find(what: string, path: NodePath): Replicated | undefined {
    const found = this.#properties[this.#indexOf(path)];
    if (found === undefined) printError(`${what}: there is no property "${path}"`, this);
    return found;
  }

  #change(what: string, path: NodePath, change: (found: Replicated) => void): void {
    const found = this.#find(what, path);
    if (found === undefined) return;
    change(found);
    this.#lists = null;
  }

  get [LISTS](): PathLists {
    const of = (test: (one: Replicated) => boolean): NodePath[] =>
      this.#properties.filter(test).map(({ path }) => path);
    this.#lists ??= {
      spawn: of(({ spawn }) => spawn),
      always: of(({ mode }) => mode === SceneReplicationConfig.REPLICATION_MODE_ALWAYS),
      onChange: of(({ mode }) => mode === SceneReplicationConfig.REPLICATION_MODE_ON_CHANGE),
    };
    return this.#lists;
  }
}

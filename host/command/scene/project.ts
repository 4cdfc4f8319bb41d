// What the command knows of a Godot project, whether the engine or the reader of texts has said it.

/** An error of the command itself: bad arguments, no engine, no project. */
export class SceneError extends Error {}

/** Something of the project that is left out. */
export interface Problem {
  /** Path in the project, `res://…`. */
  readonly file: string;
  /** 0 when the whole file is meant. */
  readonly line: number;
  readonly text: string;
}

/** How a method may be called, by the engine's numbers. */
export interface RpcInfo {
  readonly mode: number;
  readonly callLocal: boolean;
  readonly transferMode: number;
  readonly channel: number;
}

export interface ArgumentInfo {
  readonly name: string;
  /** As GDScript writes it: `int`, `Array[String]`, `Variant`. */
  readonly type: string;
  readonly isOptional: boolean;
}

export interface MethodInfo {
  readonly arguments: readonly ArgumentInfo[];
  readonly isVararg: boolean;
}

export interface PropertyInfo {
  readonly type: string;
  readonly isExported: boolean;
  /** At start, as `var_to_str` writes it; `null` when it is not known. */
  readonly value: string;
}

export interface ScriptInfo {
  /** '' without a `class_name`. */
  readonly className: string;
  /** Key of the base script; '' without one. */
  readonly base: string;
  /** The engine's class below all scripts. */
  readonly type: string;
  /** Those of base scripts included. */
  readonly rpcs: Readonly<Record<string, RpcInfo>>;
  /** The methods of `rpcs`. */
  readonly methods: Readonly<Record<string, MethodInfo>>;
  readonly properties: Readonly<Record<string, PropertyInfo>>;
}

/** A property in a SceneReplicationConfig. */
export interface Replicated {
  readonly path: string;
  readonly spawn: boolean;
  readonly mode: number;
}

/** A node as a scene's file has it. */
export interface NodeInfo {
  /** From the scene's root, which is `.`. */
  readonly path: string;
  readonly name: string;
  /** '' of a node that an instanced scene has, and of an instance. */
  readonly type: string;
  /** Place among the children of its parent; -1 for the end. */
  readonly index: number;
  /** The scene that it is an instance of, or ''. */
  readonly scene: string;
  /** Key of the script; null when the file does not say, '' when it takes the script away. */
  readonly script: string | null;
  readonly config: readonly Replicated[] | null;
  /** Scenes of a MultiplayerSpawner. */
  readonly spawnable?: readonly string[];
  /** Values by names, as `var_to_str` writes them. */
  readonly properties: Readonly<Record<string, string>>;
}

export interface Project {
  /** Version of the engine that was asked; '' when texts were read. */
  readonly engine: string;
  readonly name: string;
  /** '' without one. */
  readonly mainScene: string;
  readonly autoloads: readonly { readonly name: string; readonly path: string }[];
  /** By path; those of inner classes are `res://file.gd::Name`. */
  readonly scripts: Readonly<Record<string, ScriptInfo>>;
  /** Nodes of scenes by path, parents before their children. */
  readonly scenes: Readonly<Record<string, readonly NodeInfo[]>>;
  /** Replicated properties of the engine's classes. */
  readonly natives: Readonly<Record<string, Readonly<Record<string, PropertyInfo>>>>;
  readonly problems: readonly Problem[];
}

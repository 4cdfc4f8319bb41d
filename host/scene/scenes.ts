// What a scene of a Godot project is here: functions that make nodes, by the paths of the scenes.
import { requireFunction, requireString } from '../binding/arguments.js';
import { printError } from '../binding/error-handler.js';
import { Node } from './node.js';

const scenes = new Map<string, () => Node>();

/**
 * Says what the scene at `path` is here: `make` returns a new node with everything that is below it.
 *
 * A MultiplayerSpawner makes what the other side spawns so; nodes that `instantiate_scene` has made are spawned at the
 * other side when they become children of its `spawn_path`. A later call for the same path replaces the earlier one.
 *
 * ```js
 * register_scene('res://player.tscn', () => new Player());
 * ```
 */
export function register_scene(path: string, make: () => Node): void {
  scenes.set(requireString('path', path), requireFunction('make', make) as () => Node);
}

/**
 * A new node of the scene at `path`, as `register_scene` says; null, with a message, when it was not registered or its
 * function returns no new node.
 */
export function instantiate_scene(path: string): Node | null {
  const node = sceneNode(requireString('path', path));
  if (typeof node !== 'string') return node;
  printError(node);
  return null;
}

/** A new node of the scene at `path`, or why there is none. */
export function sceneNode(path: string): Node | string {
  const make = scenes.get(path);
  if (make === undefined) {
    return `there is no scene "${path}": register_scene("${path}", () => …) says what it is`;
  }
  const node: unknown = make();
  if (!(node instanceof Node) || node.get_parent() !== null) {
    return `the function of the scene "${path}" must return a Node without a parent`;
  }
  node.scene_file_path = path;
  return node;
}

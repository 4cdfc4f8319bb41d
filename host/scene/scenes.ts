// What a scene of a Godot project is here: functions that make nodes, by the paths of the scenes.
import { requireFunction, requireString } from '../binding/arguments.js';
import { printError } from '../binding/error-handler.js';
import type { Node } from './node.js';

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

/** A new node of the scene at `path`, as `register_scene` says; null, with a message, when it was not registered. */
export function instantiate_scene(path: string): Node | null {
  const make = scenes.get(requireString('path', path));
  if (make === undefined) {
    printError(`there is no scene "${path}": register_scene("${path}", () => …) says what it is`);
    return null;
  }
  const node = make();
  node.scene_file_path = path;
  return node;
}

// The function that makes the nodes of a scene.
import { camel, Names, pascal, stem } from './names.js';
import { hasProperty, type PlannedNode, pathOf } from './plan.js';
import type { PropertyInfo, Replicated } from './project.js';
import { quoted } from './types.js';
import type { Writing } from './writing.js';

const MODES = ['REPLICATION_MODE_NEVER', 'REPLICATION_MODE_ALWAYS', 'REPLICATION_MODE_ON_CHANGE'];

/** Properties of the two classes of the network that a scene sets, in JavaScript. */
const OF_SPAWNERS = ['spawn_limit'];
const OF_SYNCHRONIZERS = ['replication_interval', 'delta_interval', 'visibility_update_mode', 'public_visibility'];

export class SceneText {
  /** Whether nodes are added to others. */
  adds = false;
  text = '';

  readonly #writing: Writing;
  readonly #path: string;
  readonly #locals = new Names();
  readonly #lines: string[] = [];

  constructor(writing: Writing, path: string) {
    this.#writing = writing;
    this.#path = path;
  }

  write(root: PlannedNode): this {
    const { functionNames, isTyped } = this.#writing;
    this.#lines.push(`const root = ${this.#made(root)};`, `root.name = ${quoted(root.name)};`);
    this.#fill('root', root);
    const type = isTyped ? `: ${this.#typeOf(root)}` : '';
    this.text = `/** ${this.#path} */
export function ${functionNames.get(this.#path)}()${type} {
${this.#lines.map((line) => `  ${line}`).join('\n')}
  return root;
}`;
    return this;
  }

  #typeOf(node: PlannedNode): string {
    const ours = this.#writing.classNames.get(node.script);
    if (ours !== undefined) return ours;
    const extra = [...node.extra].map(([name, { type }]) => `${name}: ${this.#writing.variants.typeOf(type)}`);
    return extra.length === 0 ? this.#nativeOf(node) : `${this.#nativeOf(node)} & { ${extra.join('; ')} }`;
  }

  #nativeOf({ type }: PlannedNode): string {
    const name = type === 'MultiplayerSpawner' || type === 'MultiplayerSynchronizer' ? type : 'Node';
    this.#writing.used.add(name);
    return name;
  }

  /** The expression that makes a node without its children. */
  #made(node: PlannedNode): string {
    const ours = this.#writing.classNames.get(node.script);
    if (ours !== undefined) return `new classes.${ours}()`;
    const made = `new ${this.#nativeOf(node)}()`;
    const extra = [...node.extra].map(([name, info]) => `${name}: ${this.#value(info, node.properties.get(name))}`);
    return extra.length === 0 ? made : `Object.assign(${made}, { ${extra.join(', ')} })`;
  }

  #value({ type, value }: PropertyInfo, set: string | undefined): string {
    return this.#writing.variants.valueOf(type, set ?? value);
  }

  #fill(variable: string, node: PlannedNode): void {
    this.#set(variable, node);
    for (const child of node.children) this.#add(variable, child);
  }

  #add(parent: string, node: PlannedNode): void {
    this.adds = true;
    const make = node.isUntouched ? this.#writing.functionNames.get(node.scene) : undefined;
    const made = make === undefined ? this.#made(node) : `${make}()`;
    const at = this.#lines.length;
    const variable = this.#locals.give(camel(node.name));
    if (make !== undefined) this.#setProperties(variable, node, node.changed);
    else {
      if (node.scene !== '') this.#lines.push(`${variable}.scene_file_path = ${quoted(node.scene)};`);
      this.#fill(variable, node);
    }
    const isUsed = this.#lines.length > at;
    const added = `add(${parent}, ${quoted(node.name)}, ${made});`;
    this.#lines.splice(at, 0, isUsed ? `const ${variable} = ${added}` : added);
  }

  #set(variable: string, node: PlannedNode): void {
    if (node.type === 'MultiplayerSpawner') this.#setSpawner(variable, node);
    if (node.type === 'MultiplayerSynchronizer') this.#setSynchronizer(variable, node);
    this.#setProperties(variable, node, node.properties);
  }

  /** Sets what the class of a node has, and only that. */
  #setProperties(variable: string, node: PlannedNode, values: ReadonlyMap<string, string>): void {
    const { classes } = this.#writing.plan;
    const planned = classes.get(node.script);
    for (const [name, value] of values) {
      const info = this.#infoOf(node, name);
      if (info === undefined || !hasProperty(classes, planned, name)) continue;
      const text = this.#writing.variants.valueOf(info.type, value);
      this.#lines.push(`${variable}.${name} = ${text};`);
    }
  }

  #infoOf(node: PlannedNode, name: string): PropertyInfo | undefined {
    const { classes } = this.#writing.plan;
    for (let at = classes.get(node.script); at !== undefined; at = classes.get(at.base)) {
      const found = at.properties.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #setSpawner(variable: string, { properties, spawnable }: PlannedNode): void {
    const path = pathOf(properties.get('spawn_path'));
    if (path !== null) this.#lines.push(`${variable}.spawn_path = ${quoted(path)};`);
    this.#setPlain(variable, properties, OF_SPAWNERS);
    for (const scene of spawnable) this.#lines.push(`${variable}.add_spawnable_scene(${quoted(scene)});`);
  }

  #setSynchronizer(variable: string, node: PlannedNode): void {
    const path = pathOf(node.properties.get('root_path'));
    if (path !== null && path !== '..') this.#lines.push(`${variable}.root_path = ${quoted(path)};`);
    this.#setPlain(variable, node.properties, OF_SYNCHRONIZERS);
    if (node.config === null) return;
    this.#lines.push(`${variable}.replication_config = ${this.#configOf(node, configText(node.config))};`);
  }

  /** The constant with this configuration, which nodes that have the same share. */
  #configOf(node: PlannedNode, text: string): string {
    const { configs, names } = this.#writing;
    let name = configs.get(text);
    if (name === undefined) {
      name = names.give(camel(`${stem(this.#path)} ${pascal(node.name)}`));
      configs.set(text, name);
    }
    return name;
  }

  #setPlain(variable: string, properties: ReadonlyMap<string, string>, names: readonly string[]): void {
    for (const name of names) {
      const value = properties.get(name);
      if (value === undefined) continue;
      const text = this.#writing.variants.valueOf('Variant', value);
      this.#lines.push(
        name === 'visibility_update_mode'
          ? `${variable}.visibility_update_mode = ${visibilityMode(text)};`
          : `${variable}.${name} = ${text};`,
      );
    }
  }
}

function visibilityMode(text: string): string {
  const names = ['VISIBILITY_PROCESS_IDLE', 'VISIBILITY_PROCESS_PHYSICS', 'VISIBILITY_PROCESS_NONE'];
  return `MultiplayerSynchronizer.${names[Number(text)] ?? names[0]}`;
}

function configText(config: readonly Replicated[]): string {
  const lines = config.map(({ path, mode, spawn }) => `  [${quoted(path)}, '${MODES[mode]}', ${spawn}],\n`);
  return lines.length === 0 ? 'config()' : `config(\n${lines.join('')})`;
}

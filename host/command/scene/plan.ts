// What of a project becomes a class, and what the nodes of its scenes are when instances and inherited scenes are
// resolved.
import type { NodeInfo, Project, PropertyInfo, Replicated, ScriptInfo } from './project.js';

/** A node of a scene, with everything that the scenes below and above say of it. */
export interface PlannedNode {
  name: string;
  type: string;
  /** Key of the script, or ''. */
  script: string;
  /** The scene whose root it is, or ''. */
  scene: string;
  /** Whether it has just what `scene` says, but for its name and its own properties. */
  isUntouched: boolean;
  config: readonly Replicated[] | null;
  spawnable: readonly string[];
  /** All that are set, and those set outside of `scene`. */
  readonly properties: Map<string, string>;
  readonly changed: Map<string, string>;
  /** Replicated properties of a node without a class. */
  readonly extra: Map<string, PropertyInfo>;
  readonly children: PlannedNode[];
}

export interface PlannedClass {
  readonly key: string;
  readonly script: ScriptInfo;
  /** Key of the nearest base script with a class, or ''. */
  readonly base: string;
  /** Own properties that are exported or replicated; those of the engine's class, too. */
  readonly properties: Map<string, PropertyInfo>;
}

export interface Plan {
  /** By keys of scripts, bases first. */
  readonly classes: ReadonlyMap<string, PlannedClass>;
  /** Roots by paths of scenes. */
  readonly scenes: ReadonlyMap<string, PlannedNode>;
}

/** Key of a script and those of its base scripts, the script itself first. */
function chainOf(project: Project, key: string): string[] {
  const chain: string[] = [];
  for (let at = key; at !== '' && !chain.includes(at); at = project.scripts[at]?.base ?? '') {
    if (project.scripts[at] !== undefined) chain.push(at);
  }
  return chain;
}

export function planOf(project: Project): Plan {
  const scenes = new Map<string, PlannedNode>();
  const replicated = replicatedNames(project);
  for (const path of Object.keys(project.scenes)) {
    const root = resolveScene(project, replicated, path);
    if (root !== null) scenes.set(path, root);
  }
  const nodes = [...scenes.values()].flatMap((root) => [...everyNode(root)]);
  const synced = nodes.flatMap(({ node, above }) => replicationsOf(node, above));
  const classes = classesOf(project, new Set(synced.map(({ target }) => target.script)));
  for (const { target, name } of synced) addReplicated(project, classes, target, name);
  for (const { base, properties } of classes.values()) {
    for (const name of properties.keys()) if (hasProperty(classes, classes.get(base), name)) properties.delete(name);
  }
  return { classes, scenes };
}

export function* everyNode(
  node: PlannedNode,
  above: readonly PlannedNode[] = [],
): Generator<{ node: PlannedNode; above: readonly PlannedNode[] }> {
  yield { node, above };
  for (const child of node.children) yield* everyNode(child, [...above, node]);
}

/** What resolving a scene needs to know of the project. */
interface Context {
  /** Names of all replicated properties. */
  readonly replicated: ReadonlySet<string>;
  /** Makes the nodes of another scene. */
  instance(scene: string): PlannedNode | null;
}

function replicatedNames(project: Project): Set<string> {
  const configs = Object.values(project.scenes).flatMap((nodes) => nodes.flatMap(({ config }) => config ?? []));
  return new Set(configs.map(({ path }) => path.split(':')[1] ?? ''));
}

function resolveScene(
  project: Project,
  replicated: ReadonlySet<string>,
  path: string,
  open: readonly string[] = [],
): PlannedNode | null {
  const [first, ...rest] = project.scenes[path] ?? [];
  if (first === undefined || open.includes(path)) return null;
  const context: Context = {
    replicated,
    instance: (scene) => resolveScene(project, replicated, scene, [...open, path]),
  };
  const root = planned(first, context);
  apply(root, first);
  for (const info of rest) place(root, info, context);
  // What this scene itself says is no change of it.
  for (const { node } of everyNode(root)) if (node === root || node.scene === '') node.changed.clear();
  root.scene = path;
  root.isUntouched = false;
  return root;
}

function planned(info: NodeInfo, { instance }: Context): PlannedNode {
  const made = info.scene === '' ? null : instance(info.scene);
  if (made !== null) {
    for (const { node } of everyNode(made)) node.changed.clear();
    made.isUntouched = true;
    made.scene = info.scene;
    made.name = info.name;
    return made;
  }
  return {
    name: info.name,
    type: info.type || 'Node',
    script: '',
    scene: info.scene,
    isUntouched: false,
    config: null,
    spawnable: [],
    properties: new Map(),
    changed: new Map(),
    extra: new Map(),
    children: [],
  };
}

function place(root: PlannedNode, info: NodeInfo, context: Context): void {
  const names = info.path.split('/').filter((name) => name !== '.');
  const name = names.pop();
  const parents = [root];
  for (const step of names) {
    const next = parents.at(-1)?.children.find((child) => child.name === step);
    if (next === undefined) return;
    parents.push(next);
  }
  const parent = parents.at(-1) as PlannedNode;
  const present = parent.children.find((child) => child.name === name);
  if (present !== undefined && isTrifle(present, info, context)) return;
  for (const one of parents) one.isUntouched = false;
  const node = present ?? planned(info, context);
  if (present !== undefined) node.isUntouched = false;
  apply(node, info);
  if (present === undefined) parent.children.splice(info.index < 0 ? parent.children.length : info.index, 0, node);
}

/** Whether a node of an instance is changed in nothing that is sent or that others see. */
function isTrifle(present: PlannedNode, info: NodeInfo, { replicated }: Context): boolean {
  const isPlain = present.script === '' && !present.type.startsWith('Multiplayer');
  const saysMore = info.script !== null || info.config !== null || info.spawnable !== undefined;
  return isPlain && !saysMore && !Object.keys(info.properties).some((name) => replicated.has(name));
}

function apply(node: PlannedNode, info: NodeInfo): void {
  if (info.script !== null && info.script !== node.script) {
    node.script = info.script;
    node.isUntouched = false;
  }
  if (info.config !== null) node.config = info.config;
  if (info.spawnable !== undefined) node.spawnable = info.spawnable;
  for (const [name, value] of Object.entries(info.properties)) {
    node.properties.set(name, value);
    node.changed.set(name, value);
  }
}

/** The node at `path` from the last of `above` and itself. */
function nodeAt(node: PlannedNode, above: readonly PlannedNode[], path: string): PlannedNode | null {
  const trail = [...above, node];
  for (const name of path.split('/')) {
    if (name === '..') trail.pop();
    else if (name !== '.' && name !== '') {
      const next = trail.at(-1)?.children.find((child) => child.name === name);
      if (next === undefined) return null;
      trail.push(next);
    }
    if (trail.length === 0) return null;
  }
  return trail.at(-1) ?? null;
}

/** Nodes and properties that a synchronizer sends. */
function replicationsOf(node: PlannedNode, above: readonly PlannedNode[]): { target: PlannedNode; name: string }[] {
  if (node.type !== 'MultiplayerSynchronizer') return [];
  const rootPath = pathOf(node.properties.get('root_path')) ?? '..';
  const root = nodeAt(node, above, rootPath);
  if (root === null) return [];
  const trail = trailTo(root, [...above, node]);
  return [{ target: root, name: '' }].concat(
    (node.config ?? []).flatMap(({ path }) => {
      const [place = '', name = ''] = path.split(':');
      const target = nodeAt(root, trail, place);
      return target === null || name === '' ? [] : [{ target, name }];
    }),
  );
}

function trailTo(node: PlannedNode, trail: readonly PlannedNode[]): readonly PlannedNode[] {
  const at = trail.indexOf(node);
  return at < 0 ? [] : trail.slice(0, at);
}

/** The text of a NodePath or string as Godot writes it. */
export function pathOf(text: string | undefined): string | null {
  return /^(?:NodePath\(|\^)?"([^"]*)"\)?$/.exec(text ?? '')?.[1] ?? null;
}

function classesOf(project: Project, synced: ReadonlySet<string>): Map<string, PlannedClass> {
  const wanted = Object.entries(project.scripts).filter(
    ([key, { rpcs }]) => synced.has(key) || Object.keys(rpcs).length > 0,
  );
  const classes = new Map<string, PlannedClass>();
  const isWanted = new Set(wanted.map(([key]) => key));
  const add = (key: string): void => {
    const script = project.scripts[key];
    if (script === undefined || classes.has(key)) return;
    const [, ...bases] = chainOf(project, key);
    const base = bases.find((one) => isWanted.has(one)) ?? '';
    if (base !== '') add(base);
    classes.set(key, { key, script, base, properties: exportedOf(project, key, base) });
  };
  for (const [key] of wanted) add(key);
  return classes;
}

/** Exported properties of a script that the class of `base` does not have; objects are not sent. */
function exportedOf(project: Project, key: string, base: string): Map<string, PropertyInfo> {
  const inherited = base === '' ? {} : (project.scripts[base]?.properties ?? {});
  const own = propertiesOf(project, key);
  return new Map([...own].filter(([name, { isExported }]) => isExported && !Object.hasOwn(inherited, name)));
}

/** Properties of a script and its bases. */
function propertiesOf(project: Project, key: string): Map<string, PropertyInfo> {
  const chain = chainOf(project, key).reverse();
  return new Map(chain.flatMap((one) => Object.entries(project.scripts[one]?.properties ?? {})));
}

/** Gives the class of `target`, or the node itself, the property `name`. */
function addReplicated(
  project: Project,
  classes: ReadonlyMap<string, PlannedClass>,
  target: PlannedNode,
  name: string,
): void {
  if (name === '') return;
  const type = project.scripts[target.script]?.type ?? target.type;
  const native = project.natives[target.type]?.[name] ?? project.natives[type]?.[name];
  const planned = classes.get(target.script);
  const own = propertiesOf(project, target.script).get(name);
  const info = own ?? native ?? { type: 'Variant', isExported: true, value: 'null' };
  if (planned === undefined) target.extra.set(name, info);
  else if (!hasProperty(classes, planned, name)) planned.properties.set(name, info);
}

/** Whether a class, or one of its bases, has the property. */
export function hasProperty(
  classes: ReadonlyMap<string, PlannedClass>,
  planned: PlannedClass | undefined,
  name: string,
): boolean {
  for (let at = planned; at !== undefined; at = classes.get(at.base)) if (at.properties.has(name)) return true;
  return false;
}

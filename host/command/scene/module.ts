// The module's text: imports, classes of scripts, functions that make the nodes of scenes, and their registration.
import { writeClass } from './class-text.js';
import { MEMBERS_HERE, Names, namesFor } from './names.js';
import { type Plan, planOf } from './plan.js';
import type { Problem, Project } from './project.js';
import { SceneText } from './scene-text.js';
import { quoted, Variants } from './types.js';
import type { Writing } from './writing.js';

export interface ModuleOptions {
  /** TypeScript, else JavaScript. */
  readonly isTyped: boolean;
}

/** A module, and what of the project it can't say. */
export interface Module {
  readonly text: string;
  readonly problems: readonly Problem[];
}

export function moduleOf(project: Project, { isTyped }: ModuleOptions): Module {
  const plan = planOf(project);
  const names = new Names();
  const classNames = new Map<string, string>();
  for (const [key, { script }] of plan.classes) {
    const wanted = namesFor(key);
    const own = script.className;
    classNames.set(key, own === '' ? names.give(...wanted) : names.give(own, `${own}Script`));
  }
  const functionNames = new Map(
    [...plan.scenes.keys()].map((path) => {
      const [short, , long] = namesFor(path);
      return [path, names.give(`make${short}`, `make${long ?? short}`)];
    }),
  );
  const writing: Writing = {
    project,
    plan,
    isTyped,
    names,
    variants: new Variants({ isTyped }),
    classNames,
    functionNames,
    configs: new Map(),
    used: new Set(['Node', 'register_scene']),
    usedTypes: new Set(),
  };
  return { text: textOf(writing), problems: clashesOf(plan) };
}

function textOf(writing: Writing): string {
  const classes = [...writing.plan.classes.values()].map((planned) => writeClass(writing, planned));
  const scenes = [...writing.plan.scenes].map(([path, root]) => new SceneText(writing, path).write(root));
  const tree = treeOf(writing);
  const configs = [...writing.configs].map(([text, name]) => `const ${name} = ${text};`);
  const parts = [
    ...classes,
    classes.length === 0 ? '' : tableOf(writing),
    scenes.some(({ adds }) => adds) || tree.includes('add(') ? addHelper(writing) : '',
    configs.length === 0 ? '' : configHelper(writing),
    configs.join('\n'),
    ...scenes.map((scene) => scene.text),
    [...writing.functionNames].map(([path, name]) => `register_scene(${quoted(path)}, ${name});`).join('\n'),
    tree,
  ].filter((part) => part !== '');
  return `${[`${headOf(writing)}\n${importsOf(writing)}`, ...parts].join('\n\n')}\n`;
}

function headOf({ project, plan, classNames, isTyped }: Writing): string {
  const title = project.name === '' ? 'a Godot project' : `the Godot project "${project.name.replaceAll(/\s+/g, ' ')}"`;
  const how = project.engine === '' ? 'from its texts' : `with Godot ${project.engine}`;
  const lines = [`Nodes of ${title}, made by \`websocketpeer scene\` ${how}: do not edit, make it again.`];
  const first = [...plan.classes].find(([, { script }]) => Object.keys(script.methods).length > 0);
  const name = first === undefined ? '' : (classNames.get(first[0]) ?? '');
  const method = Object.entries(first?.[1].script.methods ?? {})[0];
  if (name !== '' && method !== undefined) {
    const args = method[1].arguments.map((one) => one.name).join(', ');
    lines.push(
      'Put classes of your own in the place of these before you make nodes:',
      '',
      `  import { classes, ${name} } from './scene.js';`,
      `  class My${name} extends ${name} {`,
      `    ${isTyped ? 'override ' : ''}${method[0]}(${args}) { … }`,
      '  }',
      `  classes.${name} = My${name};`,
    );
  }
  return lines.map((line) => (line === '' ? '//' : `// ${line}`)).join('\n');
}

function importsOf({ used, usedTypes, variants, isTyped }: Writing): string {
  const list = (values: Iterable<string>, types: Iterable<string>): string => {
    const all = [...new Set(values)];
    const only = isTyped ? [...new Set(types)].filter((one) => !all.includes(one)) : [];
    const items = [...all.map((one) => [one, one]), ...only.map((one) => [one, `type ${one}`])];
    return items
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
      .map(([, text]) => text)
      .join(', ');
  };
  const lines = [`import { ${list(used, usedTypes)} } from 'websocketpeer/scene';`];
  const values = list(variants.values, variants.types);
  if (values !== '') lines.push(`import { ${values} } from 'websocketpeer/variant';`);
  return lines.join('\n');
}

function tableOf({ classNames, isTyped }: Writing): string {
  const names = [...classNames.values()];
  const table = `${isTyped ? 'export const classes: Classes' : 'export const classes'} = {\n${names.map((name) => `  ${name},`).join('\n')}\n};`;
  const doc = '/** Classes that the scenes are made of: set one of your own in the place of any. */';
  if (!isTyped) return `${doc}\n${table}`;
  return `${doc}\nexport interface Classes {\n${names.map((name) => `  ${name}: new () => ${name};`).join('\n')}\n}\n${table}`;
}

const addHelper = ({ isTyped }: Writing): string =>
  `${isTyped ? 'function add<N extends Node>(parent: Node, name: string, node: N): N {' : 'function add(parent, name, node) {'}
  node.name = name;
  parent.add_child(node);
  return node;
}`;

function configHelper({ isTyped, used }: Writing): string {
  used.add('SceneReplicationConfig');
  const head = isTyped
    ? `type Mode = 'REPLICATION_MODE_NEVER' | 'REPLICATION_MODE_ALWAYS' | 'REPLICATION_MODE_ON_CHANGE';

function config(...properties: readonly (readonly [path: string, mode: Mode, spawn: boolean])[]): SceneReplicationConfig {`
    : 'function config(...properties) {';
  return `${head}
  const made = new SceneReplicationConfig();
  for (const [path, mode, spawn] of properties) {
    made.add_property(path);
    made.property_set_replication_mode(path, SceneReplicationConfig[mode]);
    made.property_set_spawn(path, spawn);
  }
  return made;
}`;
}

/** The function that makes a tree as the game has it when it has started: its autoloads and its main scene. */
function treeOf(writing: Writing): string {
  const { project, functionNames, classNames, isTyped, used } = writing;
  const lines = project.autoloads.flatMap(({ name, path }) => {
    const make = functionNames.get(path);
    const made = classNames.get(path);
    const node = make === undefined ? (made === undefined ? 'new Node()' : `new classes.${made}()`) : `${make}()`;
    return /\.(gd|cs|tscn|scn)$/.test(path) ? [`  add(tree.root, ${quoted(name)}, ${node});`] : [];
  });
  const main = functionNames.get(project.mainScene);
  if (main !== undefined) lines.push(`  tree.root.add_child(${main}());`);
  if (lines.length === 0) return '';
  used.add('SceneTree');
  return `/** A tree as the game has it at start: ${project.autoloads.length === 0 ? 'its main scene' : 'its autoloads and its main scene'}. */
export function makeTree()${isTyped ? ': SceneTree' : ''} {
  const tree = new SceneTree();
${lines.join('\n')}
  return tree;
}`;
}

/** Members of scripts whose names have another meaning here. */
function clashesOf({ classes }: Plan): Problem[] {
  return [...classes].flatMap(([key, { script, properties }]) =>
    [...Object.keys(script.methods), ...properties.keys()]
      .filter((name) => MEMBERS_HERE.has(name))
      .map((name) => ({ file: key, line: 0, text: `"${name}" has another meaning in websocketpeer/scene` })),
  );
}

// Classes of the Godot API, read from their TypeScript sources: the list of classes, their parts, and their public
// members as syntax nodes.
import ts from 'typescript';
import { BuildError, fromRoot, listFiles, shortPath } from './files.mjs';

/** Godot's name of the class that is named otherwise here, since `Object` is taken in JavaScript. */
const ROOT_CLASS = 'GodotObject';

const ROOTS = ['object-members', 'object', 'ref-counted'].map((name) => fromRoot('host', 'binding', `${name}.ts`));

/**
 * The generations of the API: the folder of each, and its differences.
 *
 * `borrowed` are classes of another generation that it has, too; `replaced` maps those that it replaces to the name of
 * a class of its own, which has their members; `typeNames` are its names of types.
 */
export const GENERATIONS = [
  { number: 4, folder: fromRoot('host', 'godot4'), borrowed: [], replaced: {}, typeNames: {} },
  {
    number: 3,
    folder: fromRoot('host', 'godot3'),
    borrowed: ['io/resource', 'crypto/x509-certificate', 'crypto/crypto-key', 'websocket/web-socket-settings'].map(
      (name) => fromRoot('host', 'godot4', `${name}.ts`),
    ),
    replaced: { RefCounted: 'Reference', TreeNode: ROOT_CLASS },
    typeNames: {
      RefCounted: 'Reference',
      PackedByteArray: 'PoolByteArray',
      PackedInt32Array: 'PoolIntArray',
      PackedStringArray: 'PoolStringArray',
    },
  },
];

/** Sources of a generation's classes: its folder, borrowed classes, and the shared base classes. */
export function classSources({ folder, borrowed }) {
  const own = listFiles(folder, (path) => path.endsWith('.ts') && !path.includes('.generated.'));
  return [...ROOTS, ...borrowed, ...own];
}

/** Reads the sources at `paths`; types are looked up, but errors in them are left to tsc. */
export function readProgram(paths) {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(fromRoot('tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    fromRoot(),
  );
  const program = ts.createProgram(paths, { ...options, allowJs: false, noEmit: true, types: [] });
  program.getTypeChecker(); // sets the parents of nodes, by which doc tags are found
  return program;
}

/** A BuildError that points at `node`. */
export function complain(node, message) {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  return new BuildError(`${shortPath(source.fileName)}:${line + 1}: ${message}`);
}

/** Names of the doc tags of a declaration, each with the text that follows it. */
export function tagsOf(node) {
  return new Map(ts.getJSDocTags(node).map((tag) => [tag.tagName.text, textOf(tag)]));
}

function textOf(tag) {
  return (ts.getTextOfJSDocComment(tag.comment) ?? '').trim();
}

const hasModifier = (node, kind) => node.modifiers?.some((modifier) => modifier.kind === kind) ?? false;

export function isStatic(node) {
  return hasModifier(node, ts.SyntaxKind.StaticKeyword);
}

/** Whether scripts see the member: neither private, protected, computed (symbols), nor tagged `@internal`. */
function isPublic(member) {
  if (member.name === undefined || !ts.isIdentifier(member.name)) return false;
  if (hasModifier(member, ts.SyntaxKind.PrivateKeyword) || hasModifier(member, ts.SyntaxKind.ProtectedKeyword)) {
    return false;
  }
  return !tagsOf(member).has('internal');
}

/** Name of the class that `node` extends, or null. */
function baseOf(node) {
  const clause = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  const expression = clause?.types[0].expression;
  return expression !== undefined && ts.isIdentifier(expression) ? expression.text : null;
}

/**
 * Interfaces by which a class gets properties that are made from a table: one of the class' own name extends the first,
 * which has the properties of the second.
 */
const MIXED = new Map([
  ['SettingMembers', 'SettingProperties'],
  ['WaitingMembers', 'WaitingProperties'],
  ['ReusePortMembers', 'ReusePortProperties'],
  ['ConnectionMembers', 'ConnectionProperties'],
  ['PlaceMembers', 'PlaceProperties'],
  ['TreeMembers', 'TreeMembers'],
]);

function mixedInterfaces(program) {
  const statements = program.getSourceFiles().flatMap((source) => [...source.statements]);
  const named = (name) => statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === name);
  return new Map([...MIXED].map(([members, properties]) => [members, named(properties)]));
}

/** The interfaces of `mixed` that an interface of the class' name beside it adds to it. */
function mixedInto(source, name, mixed) {
  const merged = source.statements.filter((node) => ts.isInterfaceDeclaration(node) && node.name.text === name);
  const above = merged.flatMap((node) => node.heritageClauses ?? []).flatMap(({ types }) => [...types]);
  return above.flatMap(({ expression }) => mixed.get(expression.text) ?? []);
}

function declaredClasses(program, paths) {
  const found = new Map();
  const interfaces = mixedInterfaces(program);
  for (const path of paths) {
    const source = program.getSourceFile(path);
    if (source === undefined) throw new BuildError(`${shortPath(path)}: is not there`);
    for (const node of source.statements) {
      if (!ts.isClassDeclaration(node) || node.name === undefined) continue;
      const name = node.name.text;
      if (found.has(name)) throw complain(node, `there is another class ${name}`);
      const isInternal = tagsOf(node).has('internal') || !hasModifier(node, ts.SyntaxKind.ExportKeyword);
      found.set(name, { name, node, base: baseOf(node), isInternal, mixed: mixedInto(source, name, interfaces) });
    }
  }
  return found;
}

/**
 * The classes that scripts see, each after the one that it inherits from.
 *
 * Members of a class that is tagged `@internal` or not exported belong to the classes that extend it. Each result has
 * its own node and those of such helpers in `parts`, the helpers first. `replaced` is as in GENERATIONS.
 */
export function classesOf(program, paths, { replaced }) {
  const declared = declaredClasses(program, paths);
  const results = new Map();
  const add = (name) => {
    if (results.has(name)) return true;
    const own = declared.get(name);
    const parts = [];
    let above = own;
    do {
      parts.unshift(...above.mixed, above.node);
      const stand = replaced[above.base];
      above = declared.get(stand === undefined || stand === name ? above.base : stand);
    } while (above?.isInternal || replaced[above?.name] === name);
    const isRooted = above === undefined ? name === ROOT_CLASS : add(above.name);
    if (!isRooted) return false;
    results.set(name, {
      name: godotName(name),
      jsName: name,
      node: own.node,
      inherits: above === undefined ? null : results.get(above.name),
      parts,
    });
    return true;
  };
  for (const { name, isInternal } of declared.values()) {
    if (!isInternal && replaced[name] === undefined) add(name);
  }
  return [...results.values()];
}

export function godotName(jsName) {
  return jsName === ROOT_CLASS ? 'Object' : jsName;
}

/**
 * Public members of a class by name, in the order of the source; overloads and accessor pairs lie together. A setting
 * is a property of an interface, which stands for its two methods as well: their names come without nodes.
 */
export function membersOf({ parts }) {
  const members = new Map();
  for (const member of parts.flatMap((part) => [...part.members])) {
    if (!isPublic(member)) continue;
    const key = `${isStatic(member) ? 'static ' : ''}${member.name.text}`;
    members.set(key, [...(members.get(key) ?? []), member]);
    if (ts.isPropertySignature(member)) for (const kind of ['get', 'set']) members.set(`${kind}_${key}`, []);
  }
  return members;
}

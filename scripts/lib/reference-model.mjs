// Model of the reference: typedoc's model of the entries, reduced to what each class adds to its base class. Members of
// `@internal` classes count for the classes that extend them.
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { fromRoot } from './files.mjs';
import { installOnce } from './install.mjs';
import { entrySources } from './reference-entries.mjs';

const ENTRIES = entrySources();

const MARKS = ['@addition', '@const', '@virtual', '@vararg', '@unlisted'];
const NOTES = ['@getter', '@setter', '@range', '@godotType', '@godotReturns', '@takes', '@takesType', '@server'];

/** Members of JavaScript's classes that our classes override. */
const WELL_KNOWN = new Set(['isArray', 'get', 'set', 'has', 'delete', 'clear', 'size']);

/** typedoc from tools/, installed at its first use. */
export async function loadTypedoc() {
  installOnce(fromRoot('tools'));
  return await import(pathToFileURL(fromRoot('tools', 'node_modules', 'typedoc', 'dist', 'index.js')).href);
}

/**
 * The model of all entries: one module for each, named as one imports it. With it come a line about each module, the base
 * of each class, the names in each of its groups of constants, and the texts of types that stand in the sources (`int32`,
 * where the model only has `number`).
 */
export async function readModel(typedoc) {
  const { Application, Converter, OptionDefaults, LogLevel } = typedoc;
  const app = await Application.bootstrap({
    entryPoints: [...ENTRIES.values()].map(({ file }) => file),
    tsconfig: fromRoot('tsconfig.json'),
    readme: 'none',
    disableSources: true,
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeProtected: true,
    skipErrorChecking: true,
    sort: ['alphabetical'],
    modifierTags: [...OptionDefaults.modifierTags, ...MARKS],
    blockTags: [...OptionDefaults.blockTags, ...NOTES],
    validation: false,
    logLevel: LogLevel.Error,
  });
  const bases = new Map();
  const sources = new Map();
  const groups = new Map();
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    noteGroups(typedoc, context, groups);
    keepOwnMembers(typedoc, context, bases);
    noteSources(typedoc, context, sources);
  });
  const project = await app.convert();
  if (project === undefined) throw new Error('typedoc could not read the sources');
  const briefs = new Map();
  for (const module of project.children) {
    const { title, brief } = ENTRIES.get(module.name);
    module.name = title;
    briefs.set(module, brief);
  }
  return { project, bases, sources, groups, briefs };
}

/** Removes members that a class inherits from a documented class, and notes that class. */
function keepOwnMembers({ ReflectionKind }, context, bases) {
  const { project } = context;
  const classes = project.getReflectionsByKind(ReflectionKind.Class);
  const bySymbol = new Map(classes.map((reflection) => [context.getSymbolFromReflection(reflection), reflection]));
  for (const reflection of classes) bases.set(reflection, baseOf(context, reflection, bySymbol));
  // Names first, since removing members of one class must not affect the comparison of derived classes.
  const names = new Map(classes.map((reflection) => [reflection, new Map(reflection.children?.map(byKey))]));
  for (const reflection of classes) {
    for (const member of [...(reflection.children ?? [])]) {
      const above = names.get(bases.get(reflection))?.get(byKey(member)[0]);
      const tellsNothing = above !== undefined && tellsNothingNew(context, member, above);
      if (tellsNothing || isHidden(member) || isWellKnown(context, reflection, member))
        project.removeReflection(member);
    }
  }
}

/**
 * The groups of constants of each class: `static readonly State = Object.freeze({ … })`. The model leaves them out where a
 * type beside the class has the same name.
 */
function noteGroups({ ReflectionKind }, context, groups) {
  const checker = context.programs[0].getTypeChecker();
  for (const reflection of context.project.getReflectionsByKind(ReflectionKind.Class)) {
    const statics = [...(context.getSymbolFromReflection(reflection)?.exports?.values() ?? [])];
    const found = statics.flatMap(({ name, valueDeclaration }) => {
      if (valueDeclaration === undefined || !ts.isPropertyDeclaration(valueDeclaration)) return [];
      const values = checker.getPropertiesOfType(checker.getTypeAtLocation(valueDeclaration));
      const areConstants = values.every((one) => checker.getTypeOfSymbol(one).isNumberLiteral());
      return areConstants && values.length > 0 ? [[name, values.map((one) => one.name)]] : [];
    });
    groups.set(reflection, new Map(found));
  }
}

const byKey = (member) => [`${member.flags.isStatic ? 'static ' : ''}${member.name}`, member];

/** Excludes undocumented constructors, and symbols, from the reference. */
function isHidden(member) {
  return member.name.startsWith('[') || (member.name === 'constructor' && !isDescribed(member));
}

function tellsNothingNew(context, member, above) {
  const [[own], [other]] = [member, above].map((one) => declarationsOf(context, one));
  return member.name !== 'signals' && (own === other || !isDescribedInSource(context, member));
}

/** Whether it is an undocumented override of a member of JavaScript's classes. */
function isWellKnown(context, reflection, member) {
  const isNative = reflection.extendedTypes?.some((type) => type.package === 'typescript') ?? false;
  if (member.name !== 'toString' && !(isNative && WELL_KNOWN.has(member.name))) return false;
  return !isDescribedInSource(context, member);
}

const declarationsOf = (context, member) => context.getSymbolFromReflection(member)?.declarations ?? [];

/** Whether the member has a comment of its own: in the model it may have one inherited from the base class. */
function isDescribedInSource(context, member) {
  const docs = declarationsOf(context, member).flatMap((node) => ts.getJSDocCommentsAndTags(node));
  return docs.some(({ comment }) => comment);
}

/** For each member of a class, function and type: the types of its parameters and its own, as the source has them. */
function noteSources({ ReflectionKind }, context, sources) {
  const checker = context.programs[0].getTypeChecker();
  const { Accessor, ClassMember, FunctionOrMethod, TypeAlias } = ReflectionKind;
  for (const member of context.project.getReflectionsByKind(Accessor | ClassMember | FunctionOrMethod | TypeAlias)) {
    const nodes = declarationsOf(context, member);
    const calls = nodes.filter(
      (node) => node.parameters !== undefined && (nodes.length === 1 || node.body === undefined),
    );
    sources.set(member, {
      type: nodes.find(({ type }) => type !== undefined)?.type.getText(),
      calls: calls.map((node) => ({
        type: node.type?.getText(),
        parameters: node.parameters.map(parameterSource(checker)),
      })),
    });
  }
}

/** Shows defaults that are constants by their values instead of internal names. */
function parameterSource(checker) {
  return ({ type, initializer }) => {
    const value = initializer === undefined ? undefined : checker.getTypeAtLocation(initializer).value;
    const isText = typeof value === 'string';
    return { type: type?.getText(), default: isText ? `'${value}'` : (value ?? initializer?.getText()) };
  };
}

/** The comments of a member: of each of its signatures where it has some. */
export function commentsOf(member) {
  const signatures = [...(member.signatures ?? []), member.getSignature].filter((one) => one !== undefined);
  return [member.comment, ...signatures.map(({ comment }) => comment)].filter((comment) => comment !== undefined);
}

export function isDescribed(member) {
  return commentsOf(member).some((comment) => comment.summary.length > 0);
}

/** The nearest documented base class. */
function baseOf(context, reflection, bySymbol) {
  const checker = context.programs[0].getTypeChecker();
  let type = checker.getDeclaredTypeOfSymbol(context.getSymbolFromReflection(reflection));
  for (;;) {
    [type] = checker.getBaseTypes(type);
    if (type === undefined) return null;
    const found = bySymbol.get(type.getSymbol());
    if (found !== undefined) return found;
  }
}

/** Getters and setters of properties, by their names, each with its property: an accessor, or a setting. */
export function accessMethods(reflection, { ReflectionKind }) {
  const methods = new Map();
  const names = new Set(reflection.children?.map(({ name }) => name));
  for (const member of reflection.children ?? []) {
    const isSetting = member.kind === ReflectionKind.Property && names.has(`get_${member.name}`);
    if (member.kind !== ReflectionKind.Accessor && !isSetting) continue;
    const noted = (tag) =>
      commentsOf(member)
        .flatMap((comment) => comment.getTags(tag))
        .map(textOfTag)[0];
    methods.set(noted('@getter') ?? `get_${member.name}`, member);
    methods.set(noted('@setter') ?? `set_${member.name}`, member);
  }
  return methods;
}

function textOfTag({ content }) {
  return content
    .map(({ text }) => text)
    .join('')
    .trim();
}

/** The entries of a class' `signals`, without those of the classes above. */
export function signalsOf(reflection, bases) {
  const above = new Set();
  for (let base = bases.get(reflection); base; base = bases.get(base)) {
    for (const { name } of declaredSignals(base)) above.add(name);
  }
  return declaredSignals(reflection).filter(({ name }) => !above.has(name));
}

function declaredSignals(reflection) {
  const declared = reflection.children?.find(({ name }) => name === 'signals');
  return declared?.type?.reflection?.children ?? declared?.type?.declaration?.children ?? [];
}

/**
 * Public members without doc comments, as `entry: Class.member`. Exempt are the methods of documented properties, the
 * groups of constants that have comments themselves, with the types of the same names in a namespace beside the class,
 * and what the name says: fields of value classes, error codes, numbers of types.
 */
export function gapsOf({ project, bases }, typedoc) {
  const gaps = [];
  const excused = [typedoc.ReflectionKind.Reference, typedoc.ReflectionKind.Namespace];
  for (const module of project.children) {
    for (const entry of module.children ?? []) {
      if (excused.includes(entry.kind) || isConstantName(entry.name)) continue;
      const name = `${module.name}: ${entry.name}`;
      if (!isDescribed(entry)) gaps.push(name);
      if (entry.kind !== typedoc.ReflectionKind.Class) continue;
      const members = [...membersToDescribe(entry, typedoc), ...signalsOf(entry, bases)];
      gaps.push(...members.filter((member) => !isDescribed(member)).map((member) => `${name}.${member.name}`));
    }
  }
  return gaps;
}

const isConstantName = (name) => /^[A-Z][A-Z0-9_]*$/.test(name);

function membersToDescribe(entry, typedoc) {
  const { Property } = typedoc.ReflectionKind;
  const access = accessMethods(entry, typedoc);
  return (entry.children ?? []).filter((member) => {
    if (access.has(member.name)) return false;
    return member.kind !== Property || (member.flags.isStatic && isConstantName(member.name));
  });
}

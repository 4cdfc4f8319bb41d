// Descriptions of a class from its public members, in the form of host/binding/class-info.ts.
import ts from 'typescript';
import { complain, isStatic, membersOf, tagsOf } from './class-sources.mjs';
import { BuildError } from './files.mjs';

/** Defaults of optional parameters without initializers, as in abstract methods. */
const EMPTY = { bool: false, String: '', int: 0, float: 0, Array: [] };

/**
 * Describes one class. `above` are member names of the base classes, whose overrides are skipped. Members of a later
 * generation than this one (`@since`) count as additions. What can't be described is passed to `report`, and omitted.
 */
export function describeClass(entry, reader, { above, generation }, report) {
  const tags = tagsOf(entry.node);
  const info = {
    name: entry.name,
    inherits: entry.inherits?.name ?? '',
    ...flag('isAbstract', tags.has('abstract') || isAbstract(entry.node)),
    ...flag('isAddition', tags.has('addition')),
    methods: [],
    properties: [],
    signals: [],
    enums: [],
    constants: {},
  };
  const members = [...membersOf(entry)].filter(([key]) => !above.has(key));
  const context = { entry, reader, generation, names: new Set(members.map(([key]) => key)) };
  const declared = members.filter(([, nodes]) => nodes.length > 0);
  for (const [, nodes] of declared) orReport(report, () => describeMember(info, nodes, context));
  inheritAdditions(info);
  dropEnumValues(info);
  checkSelf(entry, info, report);
  return info;
}

function orReport(report, work) {
  try {
    work();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    report(error.message);
  }
}

/** Requires the member without which objects of the class would have the base class's description. */
function checkSelf({ name, jsName, node }, { enums }, report) {
  const own = node.members.find((member) => member.name?.getText() === '[CLASS_INFO]');
  const call = `${name}Info(${enums.length > 0 ? jsName : ''})`; // the description of an enum is the class's own group
  if (own?.body?.getText().includes(`return ${call};`)) return;
  const { message } = complain(node, `${name} needs "override [CLASS_INFO](): ClassInfo { return ${call}; }"`);
  report(message);
}

const flag = (name, value) => (value ? { [name]: true } : {});

function isAbstract(node) {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword) ?? false;
}

function describeMember(info, nodes, context) {
  const [first] = nodes;
  if (ts.isPropertySignature(first)) addSetting(info, first, context);
  else if (first.name.text === 'signals' && !isStatic(first)) info.signals.push(...signalsOf(first, context));
  else if (nodes.some(isMethod)) info.methods.push(methodOf(nodes, context));
  else if (nodes.some(ts.isAccessor) && !isStatic(first)) info.properties.push(propertyOf(nodes, context));
  else if (isStatic(first)) addConstant(info, first, context);
  else throw complain(first, `"${first.name.text}" must be an accessor, a method, protected, or tagged @internal`);
}

function isMethod(node) {
  return ts.isMethodDeclaration(node) || ts.isMethodSignature(node);
}

/** Adds a property of the settings' interface; its tags name the arguments of its methods. */
function addSetting(info, node, { entry, reader }) {
  const name = node.name.text;
  const tags = tagsOf(node);
  const { type, ...meta } = reader.typeOf(node.type, entry, tags.has('addition'));
  const taken = tags.has('takesType') ? reader.typeNamed(tags.get('takesType')) : { type, ...meta };
  const [getter, setter] = [`get_${name}`, `set_${name}`];
  info.methods.push({ name: getter, args: [], returns: taken });
  info.methods.push({ name: setter, args: [{ name: tags.get('takes'), ...taken }], returns: { type: 'void' } });
  info.properties.push({ name, type, getter, setter, ...flag('isAddition', tags.has('addition')) });
  if (tags.has('server')) info.serverSettings = [...(info.serverSettings ?? []), name];
}

function tagsOfAll(nodes) {
  return new Map(nodes.flatMap((node) => [...tagsOf(node)]));
}

function isAdded(tags, generation) {
  return tags.has('addition') || Number(tags.get('since') ?? 0) > generation;
}

function methodOf(nodes, { entry, reader, generation }) {
  const node = nodes.find(({ body }) => body !== undefined) ?? nodes[0];
  const tags = tagsOfAll(nodes);
  const isAddition = isAdded(tags, generation) || tagsOf(entry.node).has('addition');
  if (node.type === undefined) throw complain(node, `"${node.name.text}" needs the type of what it returns`);
  const [rest, given] = partition(node.parameters, ({ dotDotDotToken }) => dotDotDotToken !== undefined);
  return {
    name: node.name.text,
    args: given.map((parameter) => argumentOf(parameter, entry, reader, isAddition)),
    returns: tags.has('godotReturns')
      ? { type: tags.get('godotReturns') }
      : reader.typeOf(node.type, entry, isAddition),
    ...flag('isConst', tags.has('const')),
    ...flag('isStatic', isStatic(node)),
    ...flag('isVirtual', tags.has('virtual')),
    ...flag('isVararg', tags.has('vararg') || rest.length > 0),
    ...flag('isAddition', isAdded(tags, generation)),
  };
}

function partition(list, test) {
  return [list.filter(test), list.filter((entry) => !test(entry))];
}

function argumentOf(node, entry, reader, lenient) {
  const type = reader.typeOfDeclaration(node, entry, lenient);
  return { name: argumentName(node), ...type, ...defaultOf(node, type, reader) };
}

/** Godot's argument name: `var_` and `class_` stand for `var` and `class`, which JavaScript reserves. */
function argumentName(node) {
  return node.name.getText().replace(/_$/, '');
}

function defaultOf(node, { type }, reader) {
  if (node.questionToken !== undefined) return { default: EMPTY[type] ?? null };
  if (node.initializer === undefined) return {};
  const value = reader.valueOf(node.initializer);
  if (value === undefined) throw complain(node, `the default of "${node.name.getText()}" is no constant`);
  return { default: value };
}

function propertyOf(nodes, { entry, reader, names }) {
  const getter = nodes.find(ts.isGetAccessor);
  const name = nodes[0].name.text;
  const tags = tagsOfAll(nodes);
  if (getter?.type === undefined) throw complain(nodes[0], `"${name}" needs a getter with a type`);
  const { type } = reader.typeOf(getter.type, entry, tags.has('addition'));
  const hasSetter = nodes.some(ts.isSetAccessor);
  const accessor = (kind) => {
    const method = tags.get(`${kind}ter`) || `${kind}_${name}`;
    if (names.has(method)) return method;
    throw complain(nodes[0], `"${name}" has no method "${method}"; write it, or name another one by @${kind}ter`);
  };
  return {
    name,
    type: type.startsWith('enum::') ? 'int' : type,
    getter: accessor('get'),
    setter: hasSetter ? accessor('set') : '',
    ...hintOf(type, tags, { entry, reader, getter }),
    ...(tags.has('unlisted') ? { usage: 0 } : {}),
    ...flag('isAddition', tags.has('addition')),
  };
}

/** Hint for editors; the numbers are Godot's PropertyHint. */
function hintOf(type, tags, { entry, reader, getter }) {
  const range = tags.get('range');
  if (range) return { hint: 1, hintString: range };
  if (!type.startsWith('enum::')) return {};
  const group = [...membersOfGroup(entry, type.split('.').at(-1))];
  const values = group.length === 0 ? undefined : reader.constantOf(group[0]);
  if (values === undefined) throw complain(getter, `the enum ${type} is not there`);
  return { hint: 2, hintString: wordsOf(Object.keys(values)).join(',') };
}

function membersOfGroup(entry, name) {
  return membersOf(entry).get(`static ${name}`) ?? [];
}

/** Names of an enum's values for editors: `Unreliable Ordered` for `TRANSFER_MODE_UNRELIABLE_ORDERED`. */
function wordsOf(names) {
  const parts = names.map((name) => name.split('_'));
  let common = 0;
  while (parts.every((words) => words.length > common + 1 && words[common] === parts[0][common])) common += 1;
  const capital = (word) => word[0] + word.slice(1).toLowerCase();
  return parts.map((words) => words.slice(common).map(capital).join(' '));
}

function addConstant(info, node, { reader }) {
  const name = node.name.text;
  const value = reader.constantOf(node);
  if (value === undefined) throw complain(node, `the static "${name}" is no int and no group of ints`);
  if (typeof value === 'number') {
    info.constants[name] = value;
    return;
  }
  const tags = tagsOf(node);
  info.enums.push({
    name,
    ...flag('isBitfield', tags.has('bitfield')),
    values: value,
    ...flag('isAddition', tags.has('addition')),
  });
}

/** Signals of the class alone: those of the extended interface belong to the base classes. */
function signalsOf(node, { entry, reader }) {
  const declared =
    node.type !== undefined && ts.isTypeReferenceNode(node.type) ? reader.interfaceOf(node.type) : node.type;
  return [...(declared?.members ?? [])].map((member) => ({
    name: member.name.text,
    args: tupleOf(member).map((part) => signalArgument(part, entry, reader)),
    ...flag('isAddition', tagsOf(member).has('addition')),
  }));
}

function tupleOf(member) {
  if (member.type !== undefined && ts.isTupleTypeNode(member.type)) return [...member.type.elements];
  throw complain(member, `the signal "${member.name.getText()}" needs a tuple: what its arguments are called and are`);
}

function signalArgument(part, entry, reader) {
  if (!ts.isNamedTupleMember(part)) throw complain(part, 'an argument of a signal needs a name: [id: int]');
  return { name: part.name.text, ...reader.typeOf(part.type, entry, false) };
}

/** Getters and setters take over from their property whether they are additions. */
function inheritAdditions(info) {
  const methods = new Map(info.methods.map((method) => [method.name, method]));
  for (const { getter, setter, isAddition } of info.properties) {
    const [read, write] = [methods.get(getter), methods.get(setter)];
    if (read !== undefined) read.isConst = true;
    if (isAddition && read !== undefined) read.isAddition = true;
    if (isAddition && write !== undefined) write.isAddition = true;
  }
}

/** Removes the values of enums, which are members of the class, too, from its constants. */
function dropEnumValues(info) {
  for (const name of info.enums.flatMap(({ values }) => Object.keys(values))) delete info.constants[name];
}

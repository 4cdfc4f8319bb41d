// The page of a class in the reference, in the shape of Godot's class reference: what it inherits, what it is, tables of
// its properties, methods and signals, its enumerations and constants, then each property and method.
import {
  additionOf,
  briefOf,
  byValue,
  callsOf,
  constantTable,
  marksOf,
  methodText,
  parametersOf,
  propertyCode,
  restOf,
  textOf,
  typeOf,
} from './reference-members.mjs';
import { accessMethods, commentsOf, signalsOf } from './reference-model.mjs';
import {
  anchorOf,
  code,
  codeBlock,
  linked,
  linkTo,
  memberAnchor,
  paragraphs,
  relative,
  section,
  table,
} from './reference-text.mjs';

const ofKind = (parent, ...kinds) => (parent.children ?? []).filter(({ kind }) => kinds.includes(kind));

/** The members of a class by their kinds, as they stand on its page. */
export function partsOf(entry, { bases, kinds, groups, sources }) {
  const access = accessMethods(entry, { ReflectionKind: kinds });
  const isSignal = (member) => member.flags.isReadonly && sources.get(member)?.type?.startsWith('[');
  // The signals of a class that declares no interface for them are properties in the model.
  const declared = signalsOf(entry, bases);
  const known = new Set(declared.map(({ name }) => name));
  const signals = [
    ...declared,
    ...ofKind(entry, kinds.Property).filter((one) => isSignal(one) && !known.has(one.name)),
  ];
  // Objects have their signals and the constants of their class, too.
  const isElsewhere = new Set([...signals.map(({ name }) => name), 'signals']);
  const fields = ofKind(entry, kinds.Property).filter(({ name }) => !access.has(name) && !isElsewhere.has(name));
  const statics = fields.filter(({ flags }) => flags.isStatic);
  for (const { name } of statics) isElsewhere.add(name);
  const values = fields.filter(({ flags, name }) => !flags.isStatic && !isElsewhere.has(name));
  const accessors = ofKind(entry, kinds.Accessor).filter(({ name }) => !isElsewhere.has(name));
  return {
    access,
    signals,
    properties: [...accessors, ...values].sort(byName),
    methods: ofKind(entry, kinds.Method).filter(({ name }) => !access.has(name)),
    constructors: ofKind(entry, kinds.Constructor),
    ...constantsOf(statics, groups.get(entry)),
  };
}

const byName = (a, b) => (a.name < b.name ? -1 : 1);

/** The constants in their groups, and those of none. */
function constantsOf(statics, groups) {
  const left = new Map(statics.filter(({ name }) => !groups.has(name)).map((member) => [member.name, member]));
  const named = new Map(statics.map((member) => [member.name, member]));
  const enums = [...groups].map(([name, names]) => {
    const members = names.map((one) => left.get(one)).filter((member) => member !== undefined);
    for (const one of names) left.delete(one);
    return { name, about: named.get(name), members: members.sort(byValue) };
  });
  return { enums, constants: [...left.values()] };
}

/** Headings of the page under which names of the class are described. */
export function anchorsOf(entry, context) {
  const { access, signals, properties, methods, constructors, enums, constants } = partsOf(entry, context);
  const anchors = new Map([...access].map(([name, { name: property }]) => [name, memberAnchor(property)]));
  for (const { name, members } of enums) {
    for (const one of [{ name }, ...members]) anchors.set(one.name, anchorOf(name));
  }
  for (const { name } of constants) anchors.set(name, 'constants');
  for (const { name } of [...signals, ...properties, ...methods, ...constructors])
    anchors.set(name, memberAnchor(name));
  return anchors;
}

/** The classes above, the nearest first. */
function lineOf(entry, bases) {
  const above = [];
  for (let base = bases.get(entry); base; base = bases.get(base)) above.push(base);
  return above;
}

/** The function that puts links into texts of the page, but at the names in `except`. */
function linker(entry, { anchors, bases, classNamed, paths }) {
  const here = paths.get(entry);
  const path = (to) => (to === entry ? '' : relative(here, paths.get(to)));
  const member = (owner, name) => {
    const found = [owner, ...lineOf(owner, bases)].find((one) => anchors.get(one)?.has(name));
    return found === undefined ? undefined : `${path(found)}#${anchors.get(found).get(name)}`;
  };
  const findClass = (name) => {
    const found = name === entry.name ? undefined : classNamed(name, entry);
    return found === undefined ? undefined : path(found);
  };
  return (text, except = []) =>
    linked(text, {
      findClass: (name) => (except.includes(name) ? undefined : findClass(name)),
      findMember: (ownerName, name) => {
        if (ownerName !== undefined) {
          const owner = classNamed(ownerName, entry);
          return owner === undefined ? undefined : member(owner, name);
        }
        return except.includes(name) ? undefined : (member(entry, name) ?? findClass(name));
      },
    });
}

export function classPage(entry, context) {
  const parts = partsOf(entry, context);
  const link = linker(entry, context);
  const about = (member) => link(textOf(member), [member.name, ...parametersOf(member)]);
  const { access, signals, properties, methods, constructors, enums, constants } = parts;
  const enumTexts = enums.map(({ name, about: group, members }) =>
    paragraphs(`### ${name}`, group === undefined ? '' : about(group), constantTable(members, link)),
  );
  const rest = restOf(entry);
  return `${paragraphs(
    `# ${entry.name}`,
    importLine(entry, context),
    lineageOf(entry, context),
    additionOf(entry),
    link(briefOf(entry)),
    rest === '' ? '' : section('Description', link(rest)),
    section('Properties', propertyTable(properties, entry, context)),
    section('Methods', methodTable([...constructors, ...methods], context)),
    section('Signals', signals.map((one) => signalText(one, context, about)).join('\n\n')),
    section('Enumerations', enumTexts.join('\n\n')),
    section('Constants', constantTable(constants, link)),
    section('Property descriptions', properties.map((one) => propertyText(one, access, context, about)).join('\n\n')),
    section(
      'Method descriptions',
      [...constructors, ...methods].map((one) => methodText(one, context, () => about(one))).join('\n\n'),
    ),
  )}\n`;
}

/** The way back to the entry, and how the class is imported. */
function importLine(entry, { modules }) {
  const { name } = modules.get(entry);
  return `[API reference](../README.md) · [${name}](README.md) · \`import { ${entry.name} } from '${name}'\``;
}

function lineageOf(entry, { bases, paths }) {
  const link = (one) => `[${one.name}](${relative(paths.get(entry), paths.get(one))})`;
  const above = lineOf(entry, bases);
  const native = entry.extendedTypes?.find(({ name, package: home }) => home === 'typescript' && name !== 'Readonly');
  const below = [...bases].filter(([, base]) => base === entry).map(([one]) => one);
  return paragraphs(
    above.length === 0 ? '' : `**Inherits:** ${above.map(link).join(' < ')}`,
    native === undefined ? '' : `**Inherits:** JavaScript's ${code(native.name)}`,
    below.length === 0 ? '' : `**Inherited by:** ${below.map(link).sort().join(', ')}`,
  );
}

function propertyTable(properties, entry, context) {
  const rows = properties.map((one) => [
    code(typeOf(one, context)),
    `${linkTo(one.name)}${marksOf(one)}`,
    startOf(one, entry, context),
  ]);
  return table(['type', 'name', 'at start'], rows);
}

/** The value in a fresh object, of a class below where this one is abstract. */
function startOf(member, entry, context) {
  const { bases, facts, kinds, modules } = context;
  const below = [...bases.keys()].filter((one) => modules.get(one) === modules.get(entry));
  const candidates = [entry, ...below.filter((one) => lineOf(one, bases).includes(entry))];
  const names = candidates.filter(({ flags }) => !flags.isAbstract).map(({ name }) => name);
  const value = facts.valueAtStart(modules.get(entry).name, names, member.name);
  const named = nameOfValue(value, typeOf(member, context), entry, { ...context, kinds });
  return value === undefined ? '' : code(named ?? shown(value));
}

/** The name of an enum's value, where the type of the property is an enum of the class. */
function nameOfValue(value, type, entry, context) {
  const group = type.startsWith(`${entry.name}.`) ? type.slice(entry.name.length + 1) : undefined;
  const found = partsOf(entry, context).enums.find(({ name }) => name === group);
  return found?.members.find((one) => one.type?.value === value)?.name;
}

function shown(value) {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return value.length === 0 ? '[]' : JSON.stringify([...value]);
  if (value instanceof Map) return `new Map()`;
  if (typeof value === 'object' && value !== null) return `new ${value.constructor.name}()`;
  return String(value);
}

function methodTable(methods, context) {
  const rows = methods.flatMap((member) => {
    const isMade = member.name === 'constructor';
    return callsOf(member, context).map(({ list, returns }) => [
      isMade ? '' : code(returns),
      `${linkTo(member.name)}${code(list)}${marksOf(member)}`,
    ]);
  });
  return table(['returns', 'method'], rows);
}

function signalText(signal, { sources }, about) {
  const tuple = sources.get(signal)?.type;
  const args = tuple?.replace(/^\[|\]$/g, '') ?? (signal.type?.elements ?? []).map(String).join(', ');
  return paragraphs(`### ${signal.name}`, codeBlock(`${signal.name}(${args})`), additionOf(signal), about(signal));
}

function propertyText(member, access, context, about) {
  const methods = [...access].filter(([, property]) => property === member).map(([name]) => code(name));
  return paragraphs(
    `### ${member.name}`,
    propertyCode(member, context),
    additionOf(member),
    about(member),
    settingText(member, context),
    methods.length > 0 && hasMethods(member) ? `Also by the methods ${methods.join(' and ')}.` : '',
  );
}

const CONCERNS = {
  all: 'everywhere',
  server: 'on servers, which pages do not have',
  sockets: 'where sockets are, not in pages',
  page: 'in pages only',
};

/** What the table of the settings knows about the property of a class that has them all. */
function settingText(member, { facts }) {
  const setting = facts.settings.get(member.name);
  const names = new Set(member.parent.children.map(({ name }) => name));
  if (setting === undefined || ![...facts.settings.keys()].every((name) => names.has(name))) return '';
  const { unit, least, atStart, takesEffect, concerns } = setting;
  const parts = [
    `unit: ${unit}`,
    `at start: ${atStart}`,
    ...(least === null ? [] : [`least: ${least}`]),
    `takes effect: ${takesEffect}`,
    `works: ${CONCERNS[concerns]}`,
  ];
  return `*${parts.join(' · ')}* ([all settings](../../settings.md))`;
}

/** Whether the class has at least one of the property's access methods. */
function hasMethods(member) {
  const names = member.parent.children.map(({ name }) => name);
  const isNoted = commentsOf(member).some((comment) => comment.getTag('@getter') !== undefined);
  return names.includes(`get_${member.name}`) || names.includes(`set_${member.name}`) || isNoted;
}

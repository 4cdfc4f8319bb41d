// The reference as Markdown: a page for each class in the shape of Godot's class reference (what it is, tables of its
// properties, methods and signals, then each of them), and a page for each entry with what else it exports.
import { accessMethods, commentsOf, signalsOf } from './reference-model.mjs';

const ADDITION = '**Addition:** Godot does not have it.';

/** Pages of the reference: paths below its folder, each with its text. */
export function pagesOf({ project, bases, sources, groups }, typedoc) {
  const pages = new Map();
  const modules = [...project.children].sort((a, b) => (a.name < b.name ? -1 : 1));
  const context = { bases, sources, groups, kinds: typedoc.ReflectionKind, paths: pathsOf(modules, typedoc) };
  for (const module of modules) {
    pages.set(`${folderOf(module)}/README.md`, modulePage(module, context));
    for (const entry of classesOf(module, context)) pages.set(context.paths.get(entry), classPage(entry, context));
  }
  pages.set('README.md', indexPage(modules, context));
  return pages;
}

const folderOf = ({ name }) => name.replaceAll('/', '-');

function pathsOf(modules, { ReflectionKind }) {
  const classes = modules.flatMap((module) =>
    classesOf(module, { kinds: ReflectionKind }).map((entry) => [module, entry]),
  );
  return new Map(classes.map(([module, entry]) => [entry, `${folderOf(module)}/${entry.name}.md`]));
}

const classesOf = (module, { kinds }) => ofKind(module, kinds.Class);
const ofKind = (parent, ...kinds) => (parent.children ?? []).filter(({ kind }) => kinds.includes(kind));

// --- texts ---

function markdown(parts) {
  return parts
    .map((part) => (part.kind === 'inline-tag' ? `\`${part.text}\`` : part.text))
    .join('')
    .trim();
}

/** The first non-empty comment of a member. */
function textOf(member) {
  const comment = commentsOf(member).find(({ summary }) => summary.length > 0);
  return comment === undefined ? '' : markdown(comment.summary);
}

const briefOf = (member) => textOf(member).split('\n\n')[0].replaceAll('\n', ' ');
const isMarked = (member, tag) => commentsOf(member).some((comment) => comment.hasModifier(tag));
const paragraphs = (...parts) => parts.filter((part) => part !== '' && part !== null).join('\n\n');

/** The anchor of a heading on code hosts. */
const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
const linkTo = (heading, text = heading) => `[${text}](#${anchorOf(heading)})`;
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text) => `\`${text}\``;

function table(heads, rows) {
  if (rows.length === 0) return '';
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

const section = (title, text) => (text === '' ? '' : `## ${title}\n\n${text}`);

// --- signatures ---

const typeText = (type) => (type === undefined ? 'void' : type.toString());

function parameterText({ name, type, defaultValue, flags }, source) {
  const start = `${flags.isRest ? '...' : ''}${name}`;
  const text = source?.type ?? typeText(type);
  if (defaultValue !== undefined) return `${start}: ${text} = ${source?.default ?? defaultValue}`;
  return `${start}${flags.isOptional ? '?' : ''}: ${text}`;
}

/** One signature in two parts: `(...)` and its result, with the source's type names where known. */
function signatureTexts({ parameters = [], type }, source) {
  const list = parameters.map((parameter, index) => parameterText(parameter, source?.parameters[index]));
  return { list: `(${list.join(', ')})`, returns: source?.type ?? typeText(type) };
}

const MARKS = new Map([
  ['@const', 'const'],
  ['@virtual', 'virtual'],
  ['@vararg', 'vararg'],
]);

const marksOf = (member) => [...MARKS].filter(([tag]) => isMarked(member, tag)).map(([, text]) => text);

/** The signatures of a method, as `signatureTexts` gives them. */
function callsOf(member, { sources }) {
  const calls = sources.get(member)?.calls ?? [];
  return member.signatures.map((signature, index) => signatureTexts(signature, calls[index]));
}

const codeBlock = (...lines) => ['```ts', ...lines, '```'].join('\n');
const additionOf = (member) => (isMarked(member, '@addition') ? ADDITION : '');

// --- a class ---

function classPage(entry, context) {
  const { bases, kinds } = context;
  const accessors = ofKind(entry, kinds.Accessor);
  const access = accessMethods(entry, { ReflectionKind: kinds });
  const methods = ofKind(entry, kinds.Method).filter(({ name }) => !access.has(name));
  const fields = ofKind(entry, kinds.Property).filter(({ name }) => name !== 'signals');
  const statics = fields.filter(({ flags }) => flags.isStatic);
  // Objects have the constants, too.
  const constants = new Set(statics.map(({ name }) => name));
  const properties = [...accessors, ...fields.filter(({ flags, name }) => !flags.isStatic && !constants.has(name))];
  const signals = signalsOf(entry, bases);
  return `${paragraphs(
    `# ${entry.name}`,
    lineageOf(entry, context),
    additionOf(entry),
    textOf(entry),
    section(
      'Properties',
      table(
        ['type', 'name'],
        properties.map((one) => [code(typeOf(one, context)), linkTo(one.name)]),
      ),
    ),
    section('Methods', methodTable(methods, context)),
    section('Signals', signals.map((one) => signalText(one)).join('\n\n')),
    section('Enumerations and constants', constantsText(statics, context.groups.get(entry))),
    section('Property descriptions', properties.map((one) => propertyText(one, access, context)).join('\n\n')),
    section(
      'Method descriptions',
      [...constructorsOf(entry, kinds), ...methods].map((one) => methodText(one, context)).join('\n\n'),
    ),
  )}\n`;
}

const constructorsOf = (entry, kinds) => ofKind(entry, kinds.Constructor);

function lineageOf(entry, { bases, paths }) {
  const link = (one) => `[${one.name}](${relative(paths.get(entry), paths.get(one))})`;
  const above = [];
  for (let base = bases.get(entry); base; base = bases.get(base)) above.push(base);
  const native = entry.extendedTypes?.find((type) => type.package === 'typescript');
  const below = [...bases].filter(([, base]) => base === entry).map(([one]) => one);
  return paragraphs(
    above.length === 0 ? '' : `**Inherits:** ${above.map(link).join(' < ')}`,
    native === undefined ? '' : `**Inherits:** JavaScript's ${code(native.name)}`,
    below.length === 0 ? '' : `**Inherited by:** ${below.map(link).sort().join(', ')}`,
  );
}

function relative(from, to) {
  const [[fromFolder], [toFolder, file]] = [from.split('/'), to.split('/')];
  return fromFolder === toFolder ? file : `../${to}`;
}

const typeOf = (member, { sources }) => sources.get(member)?.type ?? typeText(member.getSignature?.type ?? member.type);

function methodTable(methods, context) {
  const rows = methods.flatMap((member) => {
    const marks = marksOf(member)
      .map((mark) => ` *${mark}*`)
      .join('');
    return callsOf(member, context).map(({ list, returns }) => [
      code(returns),
      `${linkTo(member.name)}${code(list)}${marks}`,
    ]);
  });
  return table(['returns', 'method'], rows);
}

function signalText(signal) {
  const args = (signal.type?.elements ?? []).map((element) => element.toString());
  return paragraphs(
    `### ${signal.name}`,
    codeBlock(`${signal.name}(${args.join(', ')})`),
    additionOf(signal),
    textOf(signal),
  );
}

/** Constants in their groups, then those of none. */
function constantsText(statics, groups) {
  const constants = new Map(statics.filter(({ name }) => !groups.has(name)).map((member) => [member.name, member]));
  const texts = [...groups].map(([group, names]) => {
    const members = names.map((name) => constants.get(name)).filter((member) => member !== undefined);
    for (const name of names) constants.delete(name);
    return paragraphs(`### ${group}`, constantTable(members.sort(byValue)));
  });
  const rest = [...constants.values()];
  return paragraphs(...texts, rest.length > 0 && texts.length > 0 ? '### Constants' : '', constantTable(rest));
}

const byValue = (a, b) => a.type?.value - b.type?.value;

function constantTable(members) {
  const text = (member) => textOf(member).replaceAll('\n', ' ');
  return table(
    ['value', 'name', ''],
    members.map((one) => [code(typeText(one.type)), code(one.name), text(one)]),
  );
}

function propertyText(member, access, context) {
  const methods = [...access].filter(([, property]) => property === member).map(([name]) => code(name));
  const isAccessor = member.getSignature !== undefined;
  const isReadonly = member.flags.isReadonly || (isAccessor && member.setSignature === undefined);
  return paragraphs(
    `### ${member.name}`,
    codeBlock(`${isReadonly ? 'readonly ' : ''}${member.name}: ${typeOf(member, context)}`),
    additionOf(member),
    textOf(member),
    methods.length > 0 && hasMethods(member) ? `Also by the methods ${methods.join(' and ')}.` : '',
  );
}

/** Whether the class has at least one of the property's access methods. */
function hasMethods(member) {
  const names = member.parent.children.map(({ name }) => name);
  return names.includes(`get_${member.name}`) || names.includes(`set_${member.name}`) || isNoted(member);
}

const isNoted = (member) => commentsOf(member).some((comment) => comment.getTag('@getter') !== undefined);

function methodText(member, context) {
  const name = `${member.flags.isStatic ? 'static ' : ''}${member.name}`;
  const marks = marksOf(member);
  const comment = marks.length > 0 ? ` // ${marks.join(', ')}` : '';
  const lines = callsOf(member, context).map(({ list, returns }) => `${name}${list}: ${returns}${comment}`);
  return paragraphs(`### ${member.name}`, codeBlock(...lines), additionOf(member), textOf(member));
}

// --- entries ---

function modulePage(module, context) {
  const { kinds, paths } = context;
  const classes = classesOf(module, context);
  const functions = ofKind(module, kinds.Function);
  const variables = ofKind(module, kinds.Variable);
  const isConstant = ({ name }) => /^[A-Z][A-Z0-9_]*$/.test(name);
  const types = ofKind(module, kinds.Interface, kinds.TypeAlias);
  return `${paragraphs(
    `# ${module.name}`,
    textOf(module),
    section(
      'Classes',
      table(
        ['class', ''],
        classes.map((one) => [classLink(one, paths), briefOf(one)]),
      ),
    ),
    section('Functions', functions.map((one) => methodText(one, context)).join('\n\n')),
    section(
      'Objects',
      variables
        .filter((one) => !isConstant(one))
        .map(variableText)
        .join('\n\n'),
    ),
    section('Types', types.map(typeSection).join('\n\n')),
    section('Constants', constantTable(variables.filter(isConstant).sort(byValue))),
  )}\n`;
}

const classLink = (entry, paths) => `[${entry.name}](${paths.get(entry).split('/')[1]})`;

function variableText(member) {
  return paragraphs(`### ${member.name}`, codeBlock(`const ${member.name}: ${typeText(member.type)}`), textOf(member));
}

function typeSection(entry) {
  const members = entry.children ?? entry.type?.declaration?.children ?? [];
  const shape =
    entry.type !== undefined && members.length === 0 ? codeBlock(`type ${entry.name} = ${typeText(entry.type)}`) : '';
  const rows = members.map((one) => [code(memberCode(one)), textOf(one).replaceAll('\n', ' ')]);
  return paragraphs(`### ${entry.name}`, shape, textOf(entry), table(['member', ''], rows));
}

function memberCode(member) {
  const optional = member.flags.isOptional ? '?' : '';
  const [signature] = member.signatures ?? [];
  if (signature !== undefined) {
    const { list, returns } = signatureTexts(signature);
    return `${member.name}${optional}${list}: ${returns}`;
  }
  return `${member.name}${optional}: ${typeText(member.type)}`;
}

function indexPage(modules, context) {
  const list = modules.map((module) => {
    const classes = classesOf(module, context).map((one) => `[${one.name}](${context.paths.get(one)})`);
    return paragraphs(`## [${module.name}](${folderOf(module)}/README.md)`, classes.join(', '));
  });
  return `${paragraphs('# API reference', 'By what one imports.', ...list)}\n`;
}

// The reference as Markdown: a page for each class, a page for each entry with what else it exports, and the index.
import { anchorsOf, classPage } from './reference-class.mjs';
import { entrySources } from './reference-entries.mjs';
import {
  briefOf,
  byValue,
  constantTable,
  lineOf,
  memberCode,
  methodText,
  textOf,
  typeOf,
} from './reference-members.mjs';
import { code, codeBlock, linked, paragraphs, relative, section, table } from './reference-text.mjs';

/** Pages of the reference: paths below its folder, each with its text. `facts` is what reference-facts.mjs reads. */
export function pagesOf(model, typedoc, facts) {
  const pages = new Map();
  const context = contextOf(model, typedoc, facts);
  for (const module of context.order) {
    pages.set(`${folderOf(module)}/README.md`, modulePage(module, context));
    for (const entry of classesOf(module, context)) pages.set(context.paths.get(entry), classPage(entry, context));
  }
  pages.set('README.md', indexPage(context));
  return pages;
}

/** What the makers of pages know: the model, where each class has its page, and what stands there. */
export function contextOf({ project, bases, sources, groups, briefs }, { ReflectionKind }, facts) {
  const titles = [...entrySources().values()].map(({ title }) => title);
  const order = [...project.children].sort((a, b) => titles.indexOf(a.name) - titles.indexOf(b.name));
  const known = { bases, sources, groups, briefs, facts, kinds: ReflectionKind, order };
  const modules = new Map(order.flatMap((module) => classesOf(module, known).map((entry) => [entry, module])));
  const paths = new Map([...modules].map(([entry, module]) => [entry, `${folderOf(module)}/${entry.name}.md`]));
  const context = { ...known, modules, paths, classNamed: classFinder(modules) };
  return { ...context, anchors: new Map([...modules.keys()].map((entry) => [entry, anchorsOf(entry, context)])) };
}

/** Classes by name: of the same entry first, then of the first entry that has one. */
function classFinder(modules) {
  return (name, from) => {
    const named = [...modules.keys()].filter((entry) => entry.name === name);
    return named.find((entry) => modules.get(entry) === modules.get(from)) ?? named[0];
  };
}

const folderOf = ({ name }) => name.replaceAll('/', '-');
const classesOf = (module, { kinds }) => ofKind(module, kinds.Class);
const ofKind = (parent, ...kinds) => (parent.children ?? []).filter(({ kind }) => kinds.includes(kind));
const isConstant = ({ name }) => /^[A-Z][A-Z0-9_]*$/.test(name);

/** The function that puts links to classes and their members into texts of an entry's page, or of the index. */
function linker(path, { anchors, bases, classNamed, paths }, from) {
  const findClass = (name) => {
    const found = classNamed(name, from);
    return found === undefined ? undefined : relative(path, paths.get(found));
  };
  const findMember = (owner, name) => {
    if (owner === undefined) return findClass(name);
    let found = classNamed(owner, from);
    while (found && !anchors.get(found).has(name)) found = bases.get(found);
    return found ? `${relative(path, paths.get(found))}#${anchors.get(found).get(name)}` : undefined;
  };
  return (text, except) =>
    linked(text, { findClass: (name) => (name === except ? undefined : findClass(name)), findMember });
}

// --- entries ---

function modulePage(module, context) {
  const { kinds, briefs, paths } = context;
  const path = `${folderOf(module)}/README.md`;
  const classes = classesOf(module, context);
  const link = linker(path, context, classes[0]);
  const variables = ofKind(module, kinds.Variable);
  const objects = variables.filter((one) => !isConstant(one));
  return `${paragraphs(
    `# ${module.name}`,
    '[API reference](../README.md)',
    link(briefs.get(module)),
    section(
      'Classes',
      table(
        ['class', ''],
        classes.map((one) => [`[${one.name}](${relative(path, paths.get(one))})`, link(briefOf(one), one.name)]),
      ),
    ),
    alsoExported(module, path, context),
    section(
      'Functions',
      ofKind(module, kinds.Function)
        .map((one) => methodText(one, context, link))
        .join('\n\n'),
    ),
    section('Objects', objects.map((one) => variableText(one, context, link)).join('\n\n')),
    section(
      'Types',
      typesOf(module, context)
        .map((one) => typeSection(one, context, link))
        .join('\n\n'),
    ),
    section('Constants', constantTable(variables.filter(isConstant).sort(byValue), link)),
  )}\n`;
}

/** What the entry exports, too, and another one describes. */
function alsoExported(module, path, { kinds, paths, modules }) {
  const found = ofKind(module, kinds.Reference).map((one) => one.tryGetTargetReflectionDeep());
  const described = found.filter((one) => one !== undefined);
  const classes = described.filter((one) => paths.has(one));
  const rest = described.filter((one) => !paths.has(one));
  const homes = [...new Set(rest.map(({ parent }) => parent))].filter((one) => one !== module);
  const others = homes.map((one) => `[${one.name}](${relative(path, `${folderOf(one)}/README.md`)})`);
  const names = classes.map((one) => `[${one.name}](${relative(path, paths.get(one))})`);
  const homeNames = new Set(classes.map((one) => modules.get(one).name));
  const text = paragraphs(
    names.length === 0 ? '' : `Classes of ${[...homeNames].map(code).join(', ')}: ${names.join(', ')}.`,
    others.length === 0 ? '' : `Functions, types and constants that are described in ${others.join(', ')}.`,
  );
  return section('Also exported', text);
}

/** Interfaces and types; the signals of a class are on its page. */
function typesOf(module, { kinds }) {
  const classes = new Set(ofKind(module, kinds.Class).map(({ name }) => `${name}Signals`));
  return ofKind(module, kinds.Interface, kinds.TypeAlias).filter(({ name }) => !classes.has(name));
}

function variableText(member, context, link) {
  return paragraphs(
    `### ${member.name}`,
    codeBlock(`const ${member.name}: ${typeOf(member, context)}`),
    link(textOf(member)),
  );
}

function typeSection(entry, context, link) {
  const members = entry.children ?? entry.type?.declaration?.children ?? [];
  // The source's words say nothing where a type has the name of another module's.
  const written = typeOf(entry, context);
  const type = written === entry.name ? entry.type?.toString() : written;
  const shape = entry.type !== undefined && members.length === 0 ? codeBlock(`type ${entry.name} = ${type}`) : '';
  const rows = members.map((one) => [code(memberCode(one, context)), link(lineOf(one))]);
  return paragraphs(`### ${entry.name}`, shape, link(textOf(entry)), table(['member', ''], rows));
}

// --- the index ---

const MARKS = `Types are those of TypeScript; \`int32\`, \`float\` and the like are JavaScript's numbers, named as in Godot. Marks in the
tables: *const*, *virtual*, *vararg* and *static* as in Godot; *addition*: Godot does not have it; *note on pages*: in a
browser's page the member is missing, has no effect, or answers differently, as its description says. "At start" is the
value in a fresh object. A property's getter and setter are named in its description.`;

function indexPage(context) {
  const list = context.order.map((module) => entryText(module, context));
  return `${paragraphs(
    '# API reference',
    'Made from the doc comments in [host/](../../host) by `npm run docs`: every class with all of its members, by what one\nimports. In running programs, `websocketpeer/extension` has the same words.',
    MARKS,
    ...list,
  )}\n`;
}

function entryText(module, context) {
  const { briefs, kinds, paths } = context;
  const link = linker('README.md', context, classesOf(module, context)[0]);
  const rows = classesOf(module, context).map((one) => [
    `[${one.name}](${paths.get(one)})`,
    link(briefOf(one), one.name),
  ]);
  const others = ofKind(module, kinds.Function, kinds.Variable).filter((one) => !isConstant(one));
  const path = `${folderOf(module)}/README.md`;
  const named = others.map(({ name }) => `[${name}](${path}#${name.toLowerCase()})`);
  return paragraphs(
    `## [${module.name}](${path})`,
    link(briefs.get(module)),
    table(['class', ''], rows),
    named.length === 0 ? '' : `Functions and objects: ${named.join(', ')}.`,
  );
}

// What the pages of the reference say of one member: its text, its marks, its signatures as the source has them.
import { commentsOf } from './reference-model.mjs';
import { code, codeBlock, paragraphs, table } from './reference-text.mjs';

export const ADDITION = '**Addition:** Godot does not have it.';

function markdown(parts) {
  return parts
    .map((part) => (part.kind === 'inline-tag' ? `\`${part.text}\`` : part.text))
    .join('')
    .trim();
}

/** The first non-empty comment of a member. */
export function textOf(member) {
  const comment = commentsOf(member).find(({ summary }) => summary.length > 0);
  return comment === undefined ? '' : markdown(comment.summary);
}

const oneLine = (text) => text.replace(/\s*\n\s*/g, ' ');

/** The first paragraph, which stands for the whole in lists. */
export const briefOf = (member) => oneLine(textOf(member).split('\n\n')[0]);
export const restOf = (member) => textOf(member).split('\n\n').slice(1).join('\n\n');
export const lineOf = (member) => oneLine(textOf(member));

const isMarked = (member, tag) => commentsOf(member).some((comment) => comment.hasModifier(tag));
export const isAddition = (member) => isMarked(member, '@addition');
export const additionOf = (member) => (isAddition(member) ? ADDITION : '');

/** Whether a note of the text is about pages, where something is missing or different. */
export function hasPageNote(member) {
  const notes = textOf(member).split('**Note:**').slice(1);
  return notes.some((note) => /\b(pages?|browsers?)\b/.test(note.split('\n\n')[0]));
}

const MARKS = new Map([
  ['@const', 'const'],
  ['@virtual', 'virtual'],
  ['@vararg', 'vararg'],
]);

/** Marks of a method in its signature. */
export const qualifiersOf = (member) => [...MARKS].filter(([tag]) => isMarked(member, tag)).map(([, text]) => text);

/** Marks of a member in tables, as Markdown. */
export function marksOf(member) {
  const all = [
    ...(member.flags.isStatic ? ['static'] : []),
    ...qualifiersOf(member),
    ...(isReadonly(member) ? ['read-only'] : []),
    ...(isAddition(member) ? ['addition'] : []),
    ...(hasPageNote(member) ? ['note on pages'] : []),
  ];
  return all.length === 0 ? '' : ` *${all.join(', ')}*`;
}

function isReadonly(member) {
  if (member.signatures !== undefined) return false;
  return member.flags.isReadonly || (member.getSignature !== undefined && member.setSignature === undefined);
}

const typeText = (type) => (type === undefined ? 'void' : type.toString());

export const typeOf = (member, { sources }) =>
  sources.get(member)?.type ?? typeText(member.getSignature?.type ?? member.type);

function parameterText({ name, type, defaultValue, flags }, source) {
  // typedoc's name of a parameter that is taken apart.
  const start = `${flags.isRest ? '...' : ''}${name === '__namedParameters' ? 'options' : name}`;
  const text = source?.type ?? typeText(type);
  if (defaultValue !== undefined) return `${start}: ${text} = ${source?.default ?? defaultValue}`;
  return `${start}${flags.isOptional ? '?' : ''}: ${text}`;
}

/** One signature in two parts: `(...)` and its result, with the source's type names where known. */
function signatureTexts({ parameters = [], type }, source) {
  const list = parameters.map((parameter, index) => parameterText(parameter, source?.parameters[index]));
  return { list: `(${list.join(', ')})`, returns: source?.type ?? typeText(type) };
}

/** The signatures of a method, each in two parts. */
export function callsOf(member, { sources }) {
  const calls = sources.get(member)?.calls ?? [];
  return member.signatures.map((signature, index) => signatureTexts(signature, calls[index]));
}

/** Names of a method's parameters, which its text may mention. */
export const parametersOf = (member) =>
  (member.signatures ?? []).flatMap(({ parameters = [] }) => parameters.map(({ name }) => name));

export function propertyCode(member, context) {
  return codeBlock(`${isReadonly(member) ? 'readonly ' : ''}${member.name}: ${typeOf(member, context)}`);
}

/** The description of a method or a function; `link` puts links into its text. */
export function methodText(member, context, link = (text) => text) {
  const name = `${member.flags.isStatic ? 'static ' : ''}${member.name}`;
  const marks = qualifiersOf(member);
  const comment = marks.length > 0 ? ` // ${marks.join(', ')}` : '';
  const isMade = member.name === 'constructor';
  const lines = callsOf(member, context).map(({ list, returns }) =>
    isMade ? `new ${returns}${list}` : `${name}${list}: ${returns}${comment}`,
  );
  return paragraphs(`### ${member.name}`, codeBlock(...lines), additionOf(member), link(textOf(member)));
}

/** A member of an interface, as its declaration. */
export function memberCode(member, context) {
  const optional = member.flags.isOptional ? '?' : '';
  if (member.signatures !== undefined) {
    const [{ list, returns }] = callsOf(member, context);
    return `${member.name}${optional}${list}: ${returns}`;
  }
  return `${member.flags.isReadonly ? 'readonly ' : ''}${member.name}${optional}: ${typeOf(member, context)}`;
}

export const byValue = (a, b) => a.type?.value - b.type?.value;

export function constantTable(members, link = (text) => text) {
  return table(
    ['value', 'name', ''],
    members.map((one) => [code(typeText(one.type)), code(one.name), link(lineOf(one))]),
  );
}

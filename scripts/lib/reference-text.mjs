// Parts of Markdown of which the pages of the reference are made: tables, sections, code, and links from the names that
// texts mention to where these are described.

export const paragraphs = (...parts) => parts.filter((part) => part !== '' && part !== null).join('\n\n');
export const section = (title, text) => (text === '' ? '' : `## ${title}\n\n${text}`);
export const code = (text) => `\`${text}\``;
export const codeBlock = (...lines) => ['```ts', ...lines, '```'].join('\n');

const cell = (text) => text.replace(/(?<!\\)\|/g, '\\|').replaceAll('\n', ' ');

export function table(heads, rows) {
  if (rows.length === 0) return '';
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The anchor of a heading on code hosts. */
export const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

/** The anchor of a member's heading: that of a section has the same name, and comes first. */
export const memberAnchor = (name) => (name === 'properties' ? 'properties-1' : anchorOf(name));

export const linkTo = (name) => `[${name}](#${memberAnchor(name)})`;

/** The way from one page of the reference to another, both as paths below its folder. */
export function relative(from, to) {
  const [fromFolder, toFolder] = [from, to].map((path) => path.slice(0, path.lastIndexOf('/') + 1));
  return fromFolder === toFolder ? to.slice(toFolder.length) : `${fromFolder === '' ? '' : '../'}${to}`;
}

/** A mention: code, or the name of a class in running text, as `WebSocketSettings`. */
const MENTION = /(?<![[`\w])`(?:(\w+)\.)?(\w+)(?:\(\))?`(?!`)|(?<![[`\w./])([A-Z][a-z0-9]*[A-Z]\w+)(?![\w`]|\.\w)/g;
const FENCED = /(```[\s\S]*?```)/;

/**
 * `text` with links at the names that it mentions. `findMember(owner, name)`, with `owner` undefined for a bare name, and
 * `findClass(name)` return where a name is described, or undefined.
 */
export function linked(text, { findMember, findClass }) {
  const link = (whole, owner, name, className) => {
    const target = className !== undefined ? findClass(className) : findMember(owner, name);
    return target === undefined ? whole : `[${whole}](${target})`;
  };
  return text
    .split(FENCED)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(MENTION, link)))
    .join('');
}

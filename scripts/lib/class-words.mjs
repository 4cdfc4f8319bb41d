// Words about the classes for `extension_api`: the doc comments of a class and its members, written as the engine writes
// its own, in BBCode whose links name what they lead to.
import ts from 'typescript';
import { membersOf } from './class-sources.mjs';

/** The text of a declaration's doc comment; '' for none. */
function commentOf(node) {
  const docs = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return (ts.getTextOfJSDocComment(docs.at(-1)?.comment) ?? '').trim();
}

const commentOfAll = (nodes) => nodes.map(commentOf).find((text) => text !== '') ?? '';

/** Names of the members of a description, by what a link to each is called. */
function kindsOf({ methods, properties, signals, enums, constants }) {
  const of = (kind, items) => items.map(({ name }) => [name, kind]);
  const values = [constants, ...enums.map((one) => one.values)].flatMap((one) => Object.keys(one));
  return new Map([
    ...values.map((name) => [name, 'constant']),
    ...of('enum', enums),
    ...of('signal', signals),
    ...of('method', methods),
    ...of('member', properties),
  ]);
}

/** Code, bold text, the name of an error or a class, or a bracket that is none of BBCode's. */
const MARKED =
  /`([^`]+)`|\*\*(.+?)\*\*|\b((?:ERR_[A-Z_]+|FAILED)\b|[A-Z][a-z0-9]*[A-Z]\w+\b)|\[([^\]]*)\]\((\S+?)\)|[[\]]/g;
const FENCED = /```\w*\n([\s\S]*?)```/;

/** The writer of texts about the classes `described`; Godot 3 knows no links to parameters. */
export function bbcodeWriter(described, generation) {
  const infos = new Map(described.map(({ info }) => [info.name, info]));
  const kinds = new Map([...infos].map(([name, info]) => [name, kindsOf(info)]));
  const classLink = (name) => (infos.has(name) ? `[${name}]` : undefined);

  /** The link to `name` of the class `from` or one above. */
  function memberLink(name, from, isBare) {
    for (let owner = from; infos.has(owner); owner = infos.get(owner).inherits) {
      const kind = kinds.get(owner).get(name);
      if (kind !== undefined) return `[${kind} ${isBare && owner === from ? '' : `${owner}.`}${name}]`;
    }
    return undefined;
  }

  function codeText(code, owner, parameters) {
    const [, of, name] = /^(?:(\w+)\.)?(\w+)(?:\(\))?$/.exec(code) ?? [];
    const link =
      name === undefined
        ? undefined
        : of !== undefined
          ? memberLink(name, of, false)
          : parameters.includes(name)
            ? generation === 4 && `[param ${argumentName(name)}]`
            : (memberLink(name, owner, true) ?? classLink(name));
    return link || `[code]${code}[/code]`;
  }

  function proseText(text, owner, parameters) {
    return text.replace(/\s*\n\s*/g, ' ').replace(MARKED, (whole, code, bold, name, label, target) => {
      if (code !== undefined) return codeText(code, owner, parameters);
      if (bold !== undefined) return `[b]${bold}[/b]`;
      if (target !== undefined) return `[url=${target}]${label}[/url]`;
      if (name === undefined) return whole === '[' ? '[lb]' : '[rb]';
      if (/^(ERR_|FAILED$)/.test(name)) return `[constant ${name}]`;
      return classLink(name) ?? memberLink(name, owner, true) ?? whole;
    });
  }

  const codeBlock = (code) => `[codeblock${generation === 4 ? ' lang=text' : ''}]\n${code}[/codeblock]`;

  /** Paragraphs become lines, as in the engine's texts. */
  return function write(text, owner, parameters = []) {
    const parts = text.split(FENCED).map((part, index) => {
      if (index % 2 === 1) return codeBlock(part);
      const prose = part.split(/\n\s*\n/).map((one) => proseText(one.trim(), owner, parameters));
      return prose.filter((one) => one !== '').join('\n');
    });
    return parts.filter((part) => part !== '').join('\n');
  };
}

/** The words about one class; of its members, about those that its description has. */
export function wordsOf({ entry, info, reader }, write) {
  const [brief, ...rest] = commentOf(entry.node).split(/\n\s*\n/);
  const known = kindsOf(info);
  const members = [];
  const note = (name, text, parameters) => {
    if (text !== '' && known.has(name)) members.push([name, write(text, info.name, parameters)]);
  };
  for (const [key, nodes] of membersOf(entry)) {
    const name = key.replace(/^static /, '');
    if (name === 'signals') for (const signal of signalsOf(nodes[0], reader)) note(signal.name.text, commentOf(signal));
    else note(name, commentOfAll(nodes), parametersOf(nodes));
  }
  return {
    brief: write(brief, info.name),
    text: write(rest.join('\n\n'), info.name),
    members: Object.fromEntries(members),
  };
}

/** Godot's name of an argument whose name JavaScript reserves. */
const argumentName = (name) => name.replace(/_$/, '');

const parametersOf = (nodes) => nodes.flatMap(({ parameters = [] }) => parameters.map(({ name }) => name.getText()));

/** The members of the interface that the type of `signals` names, or that stands there. */
function signalsOf({ type }, reader) {
  const declared = type !== undefined && ts.isTypeReferenceNode(type) ? reader.interfaceOf(type) : type;
  return declared?.members ?? [];
}

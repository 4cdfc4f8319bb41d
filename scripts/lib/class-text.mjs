// Descriptions of classes as short texts, in the format that is described in host/binding/class-text.ts.
import { isDeepStrictEqual } from 'node:util';
import { BuildError } from './files.mjs';

const FLAGS = {
  isAbstract: 'a',
  isConst: 'c',
  isStatic: 's',
  isVirtual: 'v',
  isVararg: '*',
  isAddition: '+',
  isBitfield: 'b',
};

const flagsOf = (one) =>
  Object.entries(FLAGS)
    .filter(([key]) => one[key])
    .map(([, flag]) => flag)
    .join('');

const typeOf = ({ type, meta }) => (meta === undefined ? type : `${type}~${meta}`);

/** Commas end an argument. */
const constantOf = (value) => JSON.stringify(value).replaceAll(',', '\\u002c');

const argumentOf = (one) => `${one.name}:${typeOf(one)}${'default' in one ? `=${constantOf(one.default)}` : ''}`;

const callOf = ({ name, args }) => `${name}(${args.map(argumentOf).join()})`;

/**
 * The property that `get` and `set`, which follow each other, belong to, when all three are as most are; or undefined.
 */
function accessed(info, get, set) {
  const property = info.properties.find(({ getter }) => getter === get.name);
  if (property === undefined || set === undefined || set.args.length !== 1) return undefined;
  const added = property.isAddition ? { isAddition: true } : {};
  const { name } = property;
  const [{ name: argument, ...type }] = set.args;
  const usual = {
    get: { name: `get_${name}`, args: [], returns: type, isConst: true, ...added },
    set: { name: `set_${name}`, args: [{ name: argument, ...type }], returns: { type: 'void' }, ...added },
    property: { name, type: property.type, getter: `get_${name}`, setter: `set_${name}`, ...added },
  };
  const shown = property.type === type.type ? '' : `${property.type}/`;
  return isDeepStrictEqual({ get, set, property }, usual)
    ? { property, line: `@${flagsOf(property)} ${name}:${shown}${typeOf(type)} ${argument}` }
    : undefined;
}

/** Properties that pages do not have and that are no settings. */
export const ALONE = ['reuse_port'];

/** What the setter of the setting `name` takes: the last word, or the one before `_per_`. */
const takenBy = (name) => /([a-z]+)(_per_[a-z]+)?$/.exec(name)[1];

/**
 * `@@` instead of the line of a server's setting, which host/godot4/websocket/setting-table.ts makes; before that of any
 * other property that pages do not have.
 */
function serverLine(line, { name }) {
  if (ALONE.includes(name)) return `@${line}`;
  if (line.endsWith(` ${takenBy(name)}`)) return '@@';
  throw new BuildError(`the setting "${name}" must have the tag "@takes ${takenBy(name)}"`);
}

/** Writes the description `info`; `serverSettings` are the names of its properties that pages do not have. */
export function writeClass({ serverSettings = [], ...info }) {
  const lines = [`${info.name}<${info.inherits} ${flagsOf(info)}`.trimEnd()];
  const told = new Set();
  for (let at = 0; at < info.methods.length; at += 1) {
    const method = info.methods[at];
    const both = accessed(info, method, info.methods[at + 1]);
    if (both === undefined) {
      lines.push(
        `.${flagsOf(method)} ${callOf(method)}${method.returns.type === 'void' ? '' : typeOf(method.returns)}`,
      );
    } else {
      const { line, property } = both;
      lines.push(serverSettings.includes(property.name) ? serverLine(line, property) : line);
      told.add(both.property);
      at += 1;
    }
  }
  for (const property of info.properties) if (!told.has(property)) lines.push(`=${JSON.stringify(property)}`);
  for (const signal of info.signals) lines.push(`!${flagsOf(signal)} ${callOf(signal)}`);
  for (const one of info.enums) lines.push(`#${flagsOf(one)} ${one.name}`);
  if (Object.keys(info.constants).length > 0) lines.push(`$${JSON.stringify(info.constants)}`);
  return lines.filter((line, at) => line !== '@@' || lines[at - 1] !== '@@').join('\n');
}

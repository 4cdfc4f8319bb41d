// Descriptions of classes as short texts, in the format that is described in host/binding/class-text.ts.
import { isDeepStrictEqual } from 'node:util';

const FLAGS = { isAbstract: 'a', isConst: 'c', isStatic: 's', isVirtual: 'v', isVararg: '*', isAddition: '+' };

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

/** Writes the description `info`. */
export function writeClass(info) {
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
      lines.push(both.line);
      told.add(both.property);
      at += 1;
    }
  }
  for (const property of info.properties) if (!told.has(property)) lines.push(`=${JSON.stringify(property)}`);
  for (const signal of info.signals) lines.push(`!${flagsOf(signal)} ${callOf(signal)}`);
  for (const one of info.enums) lines.push(`#${JSON.stringify(one)}`);
  if (Object.keys(info.constants).length > 0) lines.push(`$${JSON.stringify(info.constants)}`);
  return lines.join('\n');
}
